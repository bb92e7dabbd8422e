// Everything by keyboard alone, once: signing in, moving the day, opening a target down to a file, finding a file in the
// box, correcting it, answering the desk, leaving. No click, no focus set by the test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, stage } from "./steps.mjs";

const on = stage();

// Presses Tab until the focus is where the selector says and can be seen.
async function tabTo(page, selector, most = 250) {
  for (let n = 0; n < most; n++) {
    const [there, seen] = await page.evaluate((selector) => {
      const at = document.activeElement;
      if (!at?.matches(selector)) return [false, true];
      const [box, style] = [at.getBoundingClientRect(), getComputedStyle(at)];
      return [true, box.width > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none")];
    }, selector);
    if (there) return assert.ok(seen, `the focus on ${selector} can be seen`);
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${selector} on ${page.url()}`);
}
async function follow(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}
async function type(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

test("the day's work of an officer without a mouse", async () => {
  const { account, password } = on.town.account("hongkou");
  const page = await open(on.town, on.browser);
  await page.goto(`${on.town.url}/sign-in`);
  await type(page, "input[name=account]", account);
  await type(page, "input[name=password]", password);
  await follow(page, "main form button");
  assert.match(page.url(), /\/desk/);

  // The first Tab leads past the navigation.
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("href")), /^#main/);
  await follow(page, "nav a[href='/plans']");
  await follow(page, "main a[href^='/plans/hongkou-demonstration']");
  await follow(page, "#targets td.name a[href*='HK-02']");
  await follow(page, "#rows a[href^='/facilities/']");
  assert.ok((await page.locator(".filehead").count()) === 1, "from the figure to a file");

  // The box: its name is typed, the file is opened, a fact is corrected.
  const name = (await page.textContent(".filehead h1")).trim().split("\n")[0].trim();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("name")), "q", "the box has the focus");
  await page.keyboard.insertText(name);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await page.waitForLoadState("networkidle");
  if (/\/find/.test(page.url())) await follow(page, "main a[href^='/facilities/']");
  await tabTo(page, "details.menu > summary");
  await page.keyboard.press("Enter");
  await follow(page, "main a[href$='/edit/profile']");
  await type(page, "#f-phone", "02155557777");
  await type(page, "#f-from", "2022-11-10");
  await follow(page, "main form button");
  assert.match(await page.textContent("main"), /55557777/, "the new number is in the file");

  // The desk is answered.
  await follow(page, "nav a[href='/desk']");
  await follow(page, "td.name a[href^='/desk/']");
  await type(page, "#f-words", "已核对");
  await follow(page, "main form button");
  assert.match(page.url(), /done=desk_answered/);

  // And out.
  await tabTo(page, "form[action='/sign-out'] button");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal((await page.request.get(`${on.town.url}/plans`, { maxRedirects: 0 })).status(), 303);
});
