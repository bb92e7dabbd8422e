// What the script of the pages does, in a real browser on the samples, and that the pages work without it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { context, launch } from "./browser.mjs";
import { serve } from "./samples.mjs";

let browser, server;
before(async () => ([browser, server] = [await launch(), await serve()]));
after(async () => {
  await browser.close();
  server.stop();
});

async function open(name, options = {}) {
  const tab = await (await context(browser, { width: 1440, ...options })).newPage();
  await tab.goto(`${server.url}/${name}.html`);
  return tab;
}

test("theme and size go round, are said aloud and are there again on the next page", async () => {
  const tab = await open("list");
  await tab.click("[data-cycle=theme]");
  await tab.click("[data-cycle=size]");
  assert.equal(await tab.textContent("#sy-said"), "大字号");
  await tab.goto(`${server.url}/tasks.html`);
  assert.deepEqual(await tab.evaluate(() => ({ ...document.documentElement.dataset })), { theme: "dark", size: "large" });
});

test("the date bar follows its field, and the keyboard moves it by a day", async () => {
  const tab = await open("cockpit");
  assert.equal(await tab.getAttribute("input[type=range]", "aria-valuetext"), "2022-11-15");
  await tab.focus("input[type=range]");
  await tab.keyboard.press("ArrowLeft");
  await tab.waitForURL(/as_of=2022-11-14/);
});

test("a confirmation asks first, and no means no", async () => {
  const tab = await open("cockpit");
  await tab.evaluate(() => {
    window.pressed = 0;
    document.querySelector("[data-confirm]").addEventListener("click", (e) => e.currentTarget.dataset.confirmed && window.pressed++);
  });
  await tab.click("[data-confirm]");
  assert.match(await tab.textContent("dialog[open]"), /冻结本期数据.*97 项指标/s);
  await tab.click("dialog >> text=返回");
  assert.equal(await tab.evaluate(() => window.pressed), 0);
  await tab.click("[data-confirm]");
  await tab.click("dialog >> css=.row .btn:not(.ghost)");
  assert.equal(await tab.evaluate(() => window.pressed), 1);
  assert.equal(await tab.locator("dialog").count(), 0);
});

test("the table twin opens, and the error summary has the focus", async () => {
  const tab = await open("cockpit");
  assert.equal(await tab.isVisible("#cover"), false);
  await tab.click("[data-twin]");
  assert.equal(await tab.isVisible("#cover"), true);
  await tab.goto(`${server.url}/form.html`);
  assert.equal(await tab.evaluate(() => document.activeElement.className), "error-summary");
});

test("on a phone the menu opens, with script and without", async () => {
  for (const script of [true, false]) {
    const tab = await open("list", { width: 390, script });
    assert.equal(await tab.isVisible("#nav"), false);
    await tab.click(".nav-open");
    assert.equal(await tab.isVisible("#nav"), true, `script: ${script}`);
  }
});

test("without script the twin is open, the slider is away and the day is a form", async () => {
  const tab = await open("cockpit", { script: false });
  assert.equal(await tab.isVisible("#cover"), true);
  assert.equal(await tab.isVisible("input[type=range]"), false);
  await tab.fill("input[name=as_of]", "2021-06-01");
  await tab.click(".datebar .btn");
  assert.match(tab.url(), /as_of=2021-06-01/);
});

test("the first view needs one style and one script; the icons come beside them", async () => {
  const tab = await (await context(browser, { width: 1440 })).newPage();
  const asked = new Set();
  tab.on("request", (request) => asked.add(new URL(request.url()).pathname));
  await tab.goto(`${server.url}/cockpit.html`, { waitUntil: "networkidle" });
  asked.delete("/favicon.ico");
  assert.deepEqual([...asked].sort(), ["/assets/app.css", "/assets/app.js", "/assets/sprite.svg", "/cockpit.html"]);
});
