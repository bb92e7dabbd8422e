// Every sample page, light and dark, on a desk and on a phone: axe must find nothing, the policy must block nothing,
// and no page may be wider than its window. Exit 1 names what was found.
import AxeBuilder from "@axe-core/playwright";
import { context, launch } from "./browser.mjs";
import { PAGES, serve } from "./samples.mjs";

const [browser, server] = [await launch(), await serve()];
let [passed, failed] = [0, 0];
for (const dark of [false, true]) {
  for (const width of [1440, 1024, 390]) {
    const tab = await (await context(browser, { width, dark })).newPage();
    const refused = [];
    tab.on("console", (message) => message.type() === "error" && !message.location().url.endsWith("/favicon.ico") && refused.push(message.text()));
    tab.on("pageerror", (error) => refused.push(String(error)));
    for (const name of PAGES) {
      refused.length = 0;
      await tab.goto(`${server.url}/${name}`);
      const found = (await new AxeBuilder({ page: tab }).analyze()).violations.flatMap((v) =>
        v.nodes.map((n) => `${v.id}: ${n.target} ${n.any[0]?.message ?? n.failureSummary}`),
      );
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) found.push(`${wide} px wider than the window`);
      const all = [...found, ...refused];
      all.length ? failed++ : passed++;
      for (const line of all) console.log(`${name} ${width}${dark ? " dark" : ""}: ${line}`);
    }
    await tab.context().close();
  }
}
await browser.close();
server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
