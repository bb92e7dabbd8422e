// Pictures of the sample pages: node look.mjs [page …] [--widths 1440,390] [--dark] [--print] [--out DIR]
import { mkdirSync } from "node:fs";
import { context, launch } from "./browser.mjs";
import { PAGES, serve } from "./samples.mjs";

const args = process.argv.slice(2);
const value = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const widths = value("--widths", "1440,1024,390").split(",").map(Number);
const out = value("--out", "pictures");
const wanted = args.filter((a) => PAGES.includes(`${a}.html`)).map((a) => `${a}.html`);
const themes = args.includes("--dark") ? [true] : args.includes("--light") ? [false] : [false, true];

mkdirSync(out, { recursive: true });
const [browser, server] = [await launch(), await serve()];
for (const dark of themes) {
  for (const width of widths) {
    const tab = await (await context(browser, { width, dark })).newPage();
    for (const name of wanted.length ? wanted : PAGES) {
      await tab.setViewportSize({ width, height: 700 });
      await tab.goto(`${server.url}/${name}`);
      const file = `${out}/${name.replace(".html", "")}-${width}${dark ? "-dark" : ""}`;
      if (args.includes("--print")) await tab.pdf({ path: `${file}.pdf`, preferCSSPageSize: true });
      else {
        // A window as tall as the page: what sticks to the window stands where a reader sees it.
        await tab.setViewportSize({ width, height: Math.max(700, await tab.evaluate(() => document.documentElement.scrollHeight)) });
        await tab.screenshot({ path: `${file}.png` });
      }
    }
    await tab.context().close();
  }
}
await browser.close();
server.stop();
