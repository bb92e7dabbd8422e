// The elder view (特大字号): no text below 18 px, and what is pressed is 60 px high; and a cockpit is one sheet of paper.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, open, stage } from "./steps.mjs";

const on = stage();
const LEAST = 18;
const PRESS = 60;

// Text that is seen and too small, and what is pressed and too low. A link within a sentence is as high as its line; a box
// to tick is pressed by its label.
const measure = (page) =>
  page.evaluate(
    ([least, press]) => {
      const seen = (e) => {
        const box = e.getBoundingClientRect();
        return box.width > 2 && box.height > 2 && getComputedStyle(e).visibility !== "hidden" && !e.closest(".vh, .skip, svg");
      };
      const name = (e) => `${e.tagName.toLowerCase()}.${e.className} ${(e.textContent || e.name || "").trim().slice(0, 20)}`;
      const small = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const e = node.parentElement;
        if (!node.textContent.trim() || !seen(e) || e.closest("script, style, option")) continue;
        const size = parseFloat(getComputedStyle(e).fontSize);
        if (size < least) small.add(`${name(e)}: ${size} px`);
      }
      const pressed = "button, .btn, select, textarea, summary, .side nav a, .tabs a, .pager a, td.name > a, input:not([type=hidden], [type=checkbox], [type=radio], [type=range])";
      const low = [...document.querySelectorAll(pressed)].filter(seen).filter((e) => e.getBoundingClientRect().height < press - 0.5);
      return { small: [...small], low: low.map((e) => `${name(e)}: ${e.getBoundingClientRect().height} px`) };
    },
    [LEAST, PRESS],
  );

for (const path of ["/desk", "/facilities", "/guide"]) {
  test(`in the elder view ${path} has text of 18 px and more and targets of 60 px`, async () => {
    const page = await open(on.town, on.browser, "quyang");
    await page.addInitScript(() => localStorage.setItem("sy-size", "elder"));
    await page.goto(`${on.town.url}${path}`);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.size), "elder");
    assert.deepEqual(await measure(page), { small: [], low: [] });
    await clean(page, path);
  });
}

test("outside of the elder view the same pages are dense", async () => {
  const page = await open(on.town, on.browser, "quyang");
  await page.goto(`${on.town.url}/facilities`);
  const found = await measure(page);
  assert.ok(found.small.length > 0 && found.low.length > 0, "the measure finds what is small");
});

test("the cockpit prints on one A4 sheet", async () => {
  const page = await open(on.town, on.browser, "city");
  for (const path of ["/plans/shanghai-2020-2022", "/plans/jingan-2021-2023"]) {
    await page.goto(`${on.town.url}${path}`);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    assert.equal((pdf.match(/\/Type\s*\/Page(?![s\w])/g) ?? []).length, 1, `${path}: pages`);
    const [, width, height] = pdf.match(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/);
    assert.deepEqual([Number(width), Number(height)].map((pt) => Math.round((pt / 72) * 25.4)).sort((a, b) => a - b), [210, 297], `${path}: A4`);
  }
});

test("a tile of the map leads to the institutions of its street", async () => {
  const page = await open(on.town, on.browser, "city");
  await page.goto(`${on.town.url}/plans/jingan-2021-2023`);
  const tile = page.locator(".tiles a", { has: page.locator("i:not(.o)") }).first();
  const said = await tile.getAttribute("title");
  await tile.click();
  await page.waitForURL(/\/facilities\?region=310106\d{3}&inclusive=yes/);
  assert.ok((await page.locator("main tbody tr").count()) >= Number(said.split(" ").at(-1)), `the ${said} of the tile are listed`);
});
