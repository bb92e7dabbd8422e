// The public register and the yearly publication in a browser: the centre prepares, the institution answers on a phone,
// the centre publishes, everybody sees it; the map and the list without script.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, open, stage } from "./steps.mjs";

const on = stage();

/** Presses the button of the form that goes to an address. */
const press = (page, action) => page.locator(`form[action='${action}'] button`).click();

/** Waits for what goes on beside the requests: the errand says that it is done. */
async function done(page, town) {
  const at = new URL(page.url()).pathname;
  for (let turn = 0; turn < 100; turn++) {
    const answer = await page.request.get(`${town.url}/api/v1${at}`);
    if (["done", "failed"].includes((await answer.json()).state)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${at} does not end`);
}

test("from preparing to what everybody sees", async () => {
  const { town, browser } = on;
  const centre = await open(town, browser, "hongkou");
  const head = await open(town, browser, "yuanzhang", { width: 390 });
  // The year that runs: nothing of it is prepared yet.
  await centre.goto(`${town.url}/publications?year=2022`);
  await clean(centre, "the list of a year");
  await press(centre, "/publications/prepare");
  await centre.waitForURL(/\/errands\//);
  await done(centre, town);
  await head.goto(`${town.url}/desk`);
  await head.locator("td.name a", { hasText: "2022 年度公示" }).first().click();
  await head.waitForURL(/\/publications\//);
  await clean(head, "what will be public, on a phone");
  const page = new URL(head.url()).pathname;
  await head.fill("#f-reply", "没有意见");
  await head.locator(`form[action='${page}/reply'] button`).click();
  await head.waitForURL(/done=publication_replied/);
  await centre.goto(`${town.url}${page}`);
  assert.ok((await centre.textContent("main")).includes("没有意见"));
  await press(centre, `${page}/publish`);
  await centre.waitForURL(/done=publication_published/);
  const everybody = await open(town, browser, null, { width: 390, script: false });
  await everybody.waitForTimeout(300);
  await everybody.goto(`${town.url}/public${page}`);
  const text = await everybody.textContent("main");
  assert.ok(text.includes("没有意见") && text.includes("2022 年度公示"), text);
  await everybody.locator("details.fold summary").click();
  const digest = (await everybody.textContent(".digest")).trim();
  assert.match(digest, /^[0-9a-f]{64}$/);
  // It objects; the decision stands beside it.
  await head.goto(`${town.url}${page}`);
  await head.fill("#f-objection", "收费写错了");
  await head.locator(`form[action='${page}/object'] button`).click();
  await head.waitForURL(/done=publication_objected/);
  await centre.goto(`${town.url}${page}`);
  await centre.selectOption("#f-decision", "rejected");
  await centre.fill("#f-words", "与备案的收费一致");
  await press(centre, `${page}/decide`);
  await centre.waitForURL(/done=publication_decided/);
  await everybody.waitForTimeout(300);
  await everybody.goto(`${town.url}/public${page}?x=1`);
  assert.ok((await everybody.textContent("main")).includes("与备案的收费一致"));
  await Promise.all([centre, head, everybody].map((p) => p.context().close()));
});

test("the map leads from the city to a place, without script, and each row of the list to the map", async () => {
  const { town, browser } = on;
  const page = await open(town, browser, null, { width: 390, script: false });
  await page.goto(`${town.url}/public/map`);
  await page.locator("svg a[aria-label^='虹口区']").click();
  await page.waitForURL(/region=310109/);
  const spots = await page.locator("svg a circle.spot").count();
  assert.ok(spots > 5, `${spots} places on the drawing`);
  const name = await page.locator(".map-list article a").first().textContent();
  await page.locator(".map-list article a").first().click();
  assert.equal((await page.textContent("h1")).trim(), name.trim());
  await page.goto(`${town.url}/public/institutions?region=310109`);
  await page.locator("a.aside").first().click();
  await page.waitForURL(/\/public\/map\?region=310109/);
  assert.equal(await page.locator("svg circle.halo").count(), 1);
  await page.context().close();
});
