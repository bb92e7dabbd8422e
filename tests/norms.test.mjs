// A norm is changed by two persons: who proposes it sees which lights will turn, another one agrees, and only the lights
// of its own days turn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { account_for, ask_post, clean, open, stage } from "./steps.mjs";

const on = stage();

const PLAN = "shanghai-2020-2022";
// The light of each target on a day.
async function lights(page, day) {
  await page.goto(`${on.town.url}/plans/targets?plan=${PLAN}&as_of=${day}`);
  return page.locator("main tbody tr").evaluateAll((rows) => Object.fromEntries(rows.map((r) => [r.querySelector("td.name a")?.getAttribute("href").match(/targets\/([\w-]+)/)?.[1], r.querySelector(".light")?.textContent.trim()]).filter(([id]) => id)));
}

test("a norm is previewed and saved, and only the lights of its days change", async () => {
  const city = await open(on.town, on.browser, "city");
  const [before, past] = [await lights(city, "2022-11-15"), await lights(city, "2022-09-30")];
  assert.ok(Object.values(before).includes("预警"), "something is at risk on the day");
  await city.goto(`${on.town.url}/library/norms/light.pace`);
  await city.click("main a[href*='/change?']");
  await city.fill("#f-value", "0.5");
  await city.fill("#f-from", "2022-11-01");
  await city.fill("#f-reason", "年末收尾，进度折半");
  await city.click("button[value=preview]");
  await city.locator("#preview").waitFor();
  await clean(city, "preview");
  const said = await city.locator("#preview tbody tr").count();
  assert.ok(said > 0, "the preview names the targets that turn");
  const named = await city.locator("#preview tbody a").evaluateAll((all) => all.map((a) => a.getAttribute("href")).filter((h) => h.includes("/shanghai-2020-2022/")).map((h) => h.match(/targets\/([\w-]+)/)[1]));
  await city.click("button[value=propose]");
  await city.waitForURL(/\/library\/changes\/[0-9a-z]{26}/);
  await clean(city, "the proposal");
  const proposal = new URL(city.url()).pathname;
  assert.equal(await city.locator("main form button", { hasText: "同意" }).count(), 0, "nobody agrees to a proposal of one's own");
  assert.deepEqual(await lights(city, "2022-11-15"), before, "nothing turns before a second person agrees");

  const second = await open(on.town, on.browser, await partner());
  await second.goto(`${on.town.url}${proposal}`);
  await second.locator("main form button", { hasText: /^同意/ }).click();
  await second.waitForLoadState();
  await clean(second, "agreed");
  const after = await lights(city, "2022-11-15");
  const turned = Object.keys(after).filter((id) => after[id] !== before[id]);
  assert.ok(turned.length > 0, "lights turned");
  assert.deepEqual(turned.sort(), [...new Set(named)].sort(), "what the preview named, and nothing else");
  assert.deepEqual(await lights(city, "2022-09-30"), past, "a day before it began keeps its lights");
});

// Somebody else who may decide for the whole city: a second education officer, opened and given a post on the spot.
async function partner() {
  const admin = await open(on.town, on.browser, "admin");
  const { account, link } = await account_for(admin, on.town, "chen.yu", "陈瑜");
  await ask_post(admin, on.town, account, { unit: "sh_education", role: "education_officer", place: "310000" });
  const page = await open(on.town, on.browser);
  await page.goto(`${on.town.url}${link}`);
  for (const field of await page.locator("input[type=password]").all()) await field.fill("harbor-lantern-meadow-29");
  await page.click("main form button");
  await page.waitForURL((to) => !to.pathname.startsWith("/welcome"));
  on.town.accounts.push({ account: "chen.yu", password: "harbor-lantern-meadow-29" });
  return "chen.yu";
}
