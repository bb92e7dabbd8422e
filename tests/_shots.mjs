import { readFileSync } from "node:fs";
import { context, launch } from "./browser.mjs";
import { signIn } from "./city.mjs";
const url = "http://127.0.0.1:8114", out = "/tmp/w/file-shots";
const accounts = JSON.parse(readFileSync("/tmp/w/data-file/demo-accounts.json", "utf8"));
const who = accounts.find((a) => a.account === (process.env.WHO ?? "city"));
const only = process.argv.slice(2);
const browser = await launch();
for (const [width, lang] of [[1440, "zh"], [390, "zh"], [1440, "en"], [390, "en"]]) {
  if (process.env.ONE && !(process.env.ONE === `${width}-${lang}`)) continue;
  const page = await (await context(browser, { width })).newPage();
  await signIn(page, url, who); await page.goto(`${url}/facilities?lang=${lang}`);
  const first = async (q, at = "/facilities/") => { await page.goto(`${url}${q}`); return (await page.locator(`td.name a[href^="${at}"]`).first().getAttribute("href")).split(/[?#]/)[0]; };
  const inst = await first("/ledgers/support?region=310109"), kg = await first("/ledgers/growth?region=310109&year=2021");
  const chain = await first("/ledgers/chains", "/ledgers/chains/");
  const P = { file: inst, kg, "kg-past": `${kg}?as_of=2020-06-30`, timeline: `${inst}/timeline`, changes: `${kg}/changes?since=2019-12-31`, print: `${inst}/print`, ask: `${inst}/ask`, "edit-support": `${inst}/edit/support`, "edit-profile": `${inst}/edit/profile`, expiring: "/ledgers", support: "/ledgers/support", services: "/ledgers/services", chains: "/ledgers/chains", brand: chain, growth: "/ledgers/growth?year=2021", fees: "/ledgers/fees?region=310109" };
  for (const [name, path] of Object.entries(P)) {
    if (only.length && !only.includes(name)) continue;
    const r = await page.goto(`${url}${path}`);
    await page.waitForTimeout(200);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    console.log(name, width, lang, r.status(), path, wide > width ? `WIDE ${wide}` : "");
    await page.screenshot({ path: `${out}/${name}-${width}-${lang}.png`, fullPage: true });
  }
  await page.context().close();
}
await browser.close();
