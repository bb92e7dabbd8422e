// Every page of the router: some link leads to it, no link leads to a refusal, and axe finds nothing on it at 1440 and
// 390 px, in Chinese and in English. A new route without a link to it, or without an entry below, fails.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { context, launch } from "./browser.mjs";
import { city, signIn } from "./city.mjs";
import { PAGES, routeOf } from "./routes.mjs";

// Pages that a link need not lead to: where they are reached from, and a sample of their address.
const REACHED_OTHERWISE = {};
// Who walks; between them they see everything.
const WALKERS = [null, "city", "hongkou", "quyang", "jahealth", "yuanzhang", "admin", "auditor"];
const SAMPLES = 2;

let town, browser;
const samples = new Map();
const refused = [];

async function walk(login) {
  const tab = await (await context(browser, { width: 1440 })).newPage();
  if (login) await signIn(tab, town.url, town.account(login));
  const request = tab.context().request;
  const [seen, taken] = [new Set(), new Map()];
  const queue = [{ path: "/", from: "the start" }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const url = new URL(next.path, town.url);
    const route = routeOf(url.pathname);
    if (!route || seen.has(url.href)) continue;
    seen.add(url.href);
    if ((taken.get(route) ?? 0) >= SAMPLES) continue;
    taken.set(route, (taken.get(route) ?? 0) + 1);
    const answer = await request.get(url.href);
    const landed = new URL(answer.url());
    if (answer.status() !== 200) {
      refused.push(`${login ?? "nobody"}: ${next.from} leads to ${next.path}: ${answer.status()}`);
      continue;
    }
    const at = routeOf(landed.pathname);
    if (at && !samples.has(at)) samples.set(at, { login, path: landed.pathname + landed.search });
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    for (const [, href] of (await answer.text()).matchAll(/<a [^>]*?href="([^"#]+)/g)) {
      const to = new URL(href.replaceAll("&amp;", "&"), landed);
      if (to.origin === url.origin && !to.searchParams.has("lang")) queue.push({ path: to.pathname + to.search, from: landed.pathname });
    }
  }
  await tab.context().close();
}

before(async () => {
  [town, browser] = [await city(), await launch()];
  for (const login of WALKERS) await walk(login);
  for (const [route, sample] of Object.entries(REACHED_OTHERWISE)) if (!samples.has(route)) samples.set(route, sample);
});
after(async () => {
  await browser?.close();
  await town?.stop();
});

test("no link leads to a refusal", () => assert.deepEqual([...new Set(refused)], []));

test("every page of the router is reached", () => assert.deepEqual(PAGES.filter((route) => !samples.has(route)), []));

for (const width of [1440, 390]) {
  test(`axe finds nothing on any page at ${width} px in both languages, and no page is wider than its window`, async () => {
    const faults = [];
    const by = new Map();
    for (const [route, sample] of samples) by.set(sample.login, [...(by.get(sample.login) ?? []), [route, sample.path]]);
    for (const [login, pages] of by) {
      const page = await (await context(browser, { width })).newPage();
      page.on("console", (message) => message.type() === "error" && faults.push(`${page.url()}: ${message.text()}`));
      page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
      if (login) await signIn(page, town.url, town.account(login));
      for (const lang of ["zh", "en"]) {
        for (const [route, path] of pages) {
          await page.goto(`${town.url}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
          const found = (await new AxeBuilder({ page }).analyze()).violations;
          faults.push(...found.map((v) => `${route} ${lang} (${login ?? "nobody"}): ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target).join(" ")}`));
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (wide > 1) faults.push(`${route} ${lang}: ${wide} px wider than the window`);
        }
      }
      await page.context().close();
    }
    console.log(`${samples.size} pages looked at`);
    assert.deepEqual([...new Set(faults)], []);
  });
}
