// Journeys of the first users, in a real browser on the real program: sign in, move the day, open a red target down to
// its rows, freeze it, correct a file, and see nothing of other districts. axe looks at each page on the way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, open as visit, stage } from "./steps.mjs";

const on = stage();

const open = (account, options) => visit(on.town, on.browser, account?.account, options);

test("the city opens a red target down to its rows and freezes it", async () => {
  const page = await open(on.town.account("city"));
  await page.goto(`${on.town.url}/plans/shanghai-2020-2022`);
  await clean(page, "cockpit");
  assert.match(await page.textContent("h1"), /上海市托育服务三年行动计划/);
  assert.match(await page.textContent(".lede"), /截至2022年11月15日，29 项目标/);
  const today = await page.textContent("#targets tbody");
  await page.fill("input[name=as_of]", "2020-12-31");
  await page.click("form.datebar button");
  await page.waitForURL(/as_of=2020-12-31/);
  assert.match(await page.textContent(".past"), /2020-12-31/);
  assert.notEqual(await page.textContent("#targets tbody"), today, "another day, other figures");
  await clean(page, "cockpit of a past day");
  await page.goto(`${on.town.url}/plans/shanghai-2020-2022`);
  const red = page.locator("#targets tr", { has: page.locator(".light.missed, .light.at_risk") }).locator("td.name a").first();
  const name = await red.textContent();
  await red.click();
  await page.waitForURL(/targets\/SH-/);
  assert.equal(await page.textContent("h1"), name);
  await clean(page, "target");
  assert.ok((await page.locator("#rows tbody tr").count()) > 0, "the rows that are missing are listed");
  assert.ok((await page.locator("#why tbody tr").count()) > 0, "the norms behind the figure are named");
  await page.fill("#f-note", "季度报送");
  await page.click("#frozen button");
  await page.waitForURL(/\/frozen\//);
  assert.match(await page.textContent("main"), /没有不同/);
  await clean(page, "frozen");
});

test("Hongkou corrects a file and the frozen figure names the row", async () => {
  const page = await open(on.town.account("hongkou"));
  await page.goto(`${on.town.url}/plans/hongkou-demonstration/targets/HK-02`);
  await page.click("#frozen button");
  await page.waitForURL(/\/frozen\//);
  assert.match(await page.textContent("main"), /没有不同/);
  const frozen = page.url().split("?")[0];
  await page.goto(`${on.town.url}/facilities?kind=institution&state=operating`);
  await clean(page, "list");
  const link = page.locator("td.name a").first();
  const name = (await link.textContent()).trim();
  await link.click();
  await page.waitForURL(/\/facilities\/[0-9a-z]+/);
  await clean(page, "file");
  const file = page.url().split("?")[0];
  await page.goto(`${file}/edit/state`);
  await clean(page, "form");
  await page.fill("#f-from", "");
  await page.evaluate(() => document.querySelector("main form").setAttribute("novalidate", ""));
  await page.click("main form button");
  assert.ok((await page.locator(".error-summary li").count()) > 0, "a form without a day comes back with its error");
  page.faults.length = 0; // the browser reports the 422 itself
  await clean(page, "form with an error");
  await page.selectOption("#f-state", "closed");
  await page.fill("#f-reason", "场地到期");
  await page.fill("#f-from", "2022-11-01");
  await page.click("main form button");
  await page.waitForURL((at) => at.pathname === new URL(file).pathname);
  assert.match(await page.textContent(".filehead"), /已关闭/);
  await page.goto(frozen);
  assert.ok((await page.textContent("main")).includes(name), "the frozen figure names the row that is gone");
  await clean(page, "frozen beside live");
});

test("Jing'an sees its own district and nothing of another one", async () => {
  const page = await open(on.town.account("jingan"));
  await page.goto(`${on.town.url}/plans/shanghai-2020-2022`);
  assert.match(await page.textContent("h1"), /静安区/);
  const answer = await page.goto(`${on.town.url}/plans/shanghai-2020-2022?region=310109`);
  assert.equal(answer.status(), 404);
  assert.match(await page.textContent("main"), /不在您岗位的范围内/);
  page.faults.length = 0; // the browser reports the 404 itself
  await clean(page, "not found");
  await page.goto(`${on.town.url}/facilities`);
  const places = await page.locator("td.name small").allTextContents();
  assert.ok(places.length > 0 && places.every((p) => !p.includes("虹口")), "no facility of another district");
});

test("Jing'an reminds a unit, the unit answers, and the target shows both", async () => {
  const page = await open(on.town.account("jingan"));
  await page.goto(`${on.town.url}/plans/jingan-2021-2023/tasks`);
  const led = await page.locator("td.name ~ td a[href*='/targets/']").evaluateAll((links) => [...new Set(links.map((a) => a.getAttribute("href").split("#")[0]))]);
  const box = page.locator("#remind input[value='~ja_health']");
  for (const href of led) {
    await page.goto(`${on.town.url}${href}`);
    if (await box.count()) break;
  }
  await clean(page, "target with a form to remind");
  const health = await open(on.town.account("jahealth"));
  await health.goto(`${on.town.url}/plans`);
  const waiting = Number(await health.textContent("nav .count"));
  const entries = async () => {
    await health.goto(`${on.town.url}/desk`);
    return health.locator("td.name a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  };
  const known = await entries();
  await box.check();
  await page.fill("#f-words", "请于月底前完成");
  const target = page.url().split("?")[0];
  await page.click("#remind button");
  await page.waitForURL(/done=reminded/);
  await clean(page, "target after the reminder");
  await health.reload();
  assert.equal(Number(await health.textContent("nav .count")), waiting + 1, "the badge in the navigation");
  await health.click("nav a[href='/desk']");
  await clean(health, "desk");
  const fresh = (await entries()).find((href) => !known.includes(href));
  await health.goto(`${on.town.url}${fresh}`);
  await health.fill("#f-words", "已完成两所");
  await clean(health, "entry");
  await health.click("main form button");
  await health.waitForURL(/done=desk_answered/);
  assert.match(await health.textContent("main"), /已完成两所/);
  await page.goto(`${target}?lang=zh`);
  assert.match(await page.textContent("#remind"), /已完成两所/);
});

test("the map fills with less motion and by keyboard", async () => {
  const page = await open(on.town.account("city"));
  await page.goto(`${on.town.url}/plans/shanghai-2020-2022`);
  const covered = () => page.textContent("[data-covered]");
  const now = await covered();
  await page.focus(".play button");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".play input:not([hidden])");
  await page.waitForFunction(() => document.querySelector(".play output").textContent.includes("2019-03-31"));
  assert.ok(Number(await covered()) <= Number(now));
  await page.focus(".play input");
  await page.keyboard.press("End");
  assert.equal(await covered(), now, "the last frame is the day of the page");
  await clean(page, "cockpit with its map played");
});

const PAGES = ["/plans", "/plans/shanghai-2020-2022", "/plans/shanghai-2020-2022/tasks", "/plans/shanghai-2020-2022/targets/SH-02", "/plans/hongkou-demonstration/targets/HK-02", "/plans/compare", "/plans/targets?light=risk", "/plans/hongkou-demonstration/stated", "/plans/shanghai-2020-2022/targets/SH-02/league", "/indicators/inclusive_point_street_coverage/why", "/desk", "/indicators", "/facilities", "/facilities/new", "/facilities/import", "/units", "/posts"];
for (const [width, dark, lang] of [[1440, false, "zh"], [1440, true, "en"], [390, false, "zh"], [390, true, "en"]]) {
  test(`pages at ${width} px, ${dark ? "dark" : "light"}, ${lang}`, async () => {
    const page = await open(on.town.account("city"), { width, dark });
    for (const path of PAGES) {
      await page.goto(`${on.town.url}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
      await clean(page, `${path} at ${width}`);
      assert.ok(!/\[[a-z_]+(\.[a-z_0-9]+)+\]/.test(await page.textContent("body")), `${path}: every word has a text`);
    }
  });
}

test("without script the day moves and lists turn their pages", async () => {
  const page = await open(on.town.account("city"), { width: 1440, script: false });
  await page.goto(`${on.town.url}/plans/shanghai-2020-2022`);
  await page.fill("input[name=as_of]", "2021-06-30");
  await page.click("form.datebar button");
  assert.match(page.url(), /as_of=2021-06-30/);
  await page.goto(`${on.town.url}/facilities`);
  const first = await page.locator("td.name a").first().textContent();
  await page.locator(".pager a").last().click();
  assert.notEqual(await page.locator("td.name a").first().textContent(), first);
});
