// Pictures of the pages of the real program: node pictures.mjs DIR [WIDTH] [LANG]
import { mkdirSync } from "node:fs";
import { context, launch } from "./browser.mjs";
import { city, signIn } from "./city.mjs";

const [dir, width = "1440", lang = "zh", scale = "1"] = process.argv.slice(2);
const PAGES = { plans: "/plans", cockpit: "/plans/shanghai-2020-2022", "cockpit-hk": "/plans/hongkou-demonstration", target: "/plans/shanghai-2020-2022/targets/SH-02", target2: "/plans/shanghai-2020-2022/targets/SH-04", "target-none": "/plans/shanghai-2020-2022/targets/SH-15", tasks: "/plans/shanghai-2020-2022/tasks", indicators: "/indicators", list: "/facilities", new: "/facilities/new", import: "/facilities/import", units: "/units", posts: "/posts" };
mkdirSync(dir, { recursive: true });
const [town, browser] = [await city({ scale }), await launch()];
const page = await (await context(browser, { width: Number(width) })).newPage();
await page.goto(`${town.url}/sign-in?lang=${lang}`);
await page.screenshot({ path: `${dir}/sign-in.png`, fullPage: true });
await signIn(page, town.url, town.account("city"));
for (const [name, path] of Object.entries(PAGES)) {
  await page.goto(`${town.url}${path}?lang=${lang}`);
  await page.screenshot({ path: `${dir}/${name}.png`, fullPage: name.startsWith("target") || name === "cockpit" });
}
await page.goto(`${town.url}/facilities?kind=institution`);
await page.locator("td.name a").first().click();
await page.waitForLoadState();
await page.screenshot({ path: `${dir}/file.png`, fullPage: true });
const file = page.url().split("?")[0];
await page.goto(`${file}/edit/state`);
await page.screenshot({ path: `${dir}/edit.png`, fullPage: true });
await browser.close();
await town.stop();
