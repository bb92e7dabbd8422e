// Sheets as people send them: the messy one comes back with its 37 errors and goes in whole once it is mended; a district
// without any record is lit from a sheet of its own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { launch } from "./browser.mjs";
import { city, empty_city } from "./city.mjs";
import { clean, open, send } from "./steps.mjs";

const browser = await launch();
after(() => browser.close());
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const file = (name) => ({ name: "虹口区托育机构情况统计表.xlsx", mimeType: XLSX, buffer: readFileSync(new URL(`sheets/${name}`, import.meta.url)) });

// Waits on the page of an import, as a person would, until it says so.
const until = (page, words) => page.getByText(words).first().waitFor({ timeout: 60_000 });

async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(link)]);
  return readFileSync(await download.path());
}

test("the messy sheet comes back with 37 errors marked, and goes in whole when they are mended", async () => {
  const town = await city();
  const page = await open(town, browser, "hongkou");
  await page.goto(`${town.url}/facilities?count=1`);
  await send(page, town, file("messy.xlsx"));
  // Its headings are its own: what was recognised is confirmed once.
  await clean(page, "columns");
  assert.match(await page.textContent("main"), /核对各列/);
  await page.locator("main form button").first().click();
  await until(page, /37 处错误/);
  await clean(page, "errors");
  assert.equal(await page.locator("main form button", { hasText: /^确认导入 60 行/ }).count(), 0, "not all of it can go in");
  const marked = await saved(page, "main a[href$='/file/result']");
  assert.equal(marked.subarray(0, 2).toString(), "PK", "a workbook comes back");
  const list = async () => {
    await page.goto(`${town.url}/facilities?count=1&q=${encodeURIComponent("托育园")}`);
    return page.textContent("main");
  };
  const before = await list();

  await send(page, town, file("mended.xlsx"));
  await until(page, /确认导入 60 行/);
  await clean(page, "no error");
  await page.locator("main form button", { hasText: /确认导入 60 行/ }).click();
  await until(page, "导入完成");
  await clean(page, "brought in");
  assert.notEqual(await list(), before, "the files are in the list");
  assert.deepEqual(page.faults, []);
  await town.stop();
});

test("an empty district is lit from a sheet of its own, and nothing in it is invented", async () => {
  const town = await empty_city("310109");
  const code = town.said().match(/\b\d{4}-\d{4}-\d{4}\b/)?.[0];
  assert.ok(code, "the console shows the code of the first start");
  const page = await open(town, browser);
  await page.goto(town.url);
  await page.waitForURL(/\/first/);
  await page.fill("#f-code", code);
  for (const seat of ["admin", "security", "audit", "officer"]) {
    await page.fill(`#f-${seat}_login`, `hk.${seat}`);
    await page.fill(`#f-${seat}_name`, "本人");
    await page.fill(`#f-${seat}_password`, `harbor-lantern-meadow-${seat}`);
  }
  await page.click("main form button");
  await page.waitForURL(/\/start/);
  await clean(page, "the first steps");
  await page.goto(`${town.url}/plans/hongkou-demonstration`);
  const light = () => page.locator("#targets tr", { hasText: "HK-15" }).first().textContent();
  const dark = await light();
  assert.match(dark, /暂无记录/);
  const sheet = readFileSync(new URL("sheets/own.csv", import.meta.url));
  await send(page, town, { name: "本区机构.csv", mimeType: "text/csv", buffer: sheet });
  const rows = sheet.toString().trim().split("\n").length - 1;
  await until(page, new RegExp(`确认导入 ${rows} 行`));
  await page.locator("main form button", { hasText: /确认导入/ }).click();
  await until(page, "导入完成");
  await page.goto(`${town.url}/plans/hongkou-demonstration`);
  assert.match(await light(), /\d\.\d %/, "the coverage of the streets is a figure");
  assert.doesNotMatch(await page.textContent("body"), /演示数据/);
  await clean(page, "the district's cockpit");
  await page.goto(`${town.url}/facilities?count=1`);
  assert.equal(await page.locator("td.name").count(), rows, "its own rows and no other");
  await town.stop();
});
