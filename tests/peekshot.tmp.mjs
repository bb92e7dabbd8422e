import { mkdirSync, readFileSync } from "node:fs";
import { context, launch } from "./browser.mjs";
const m = readFileSync("/tmp/peek.log","utf8").match(/TOKEN (\S+) FILE (\S+) (\S+)/);
const [, token, f1, f2] = m;
mkdirSync("/tmp/shots", { recursive: true });
const pages = { list: "/facilities", listf: "/facilities?region=310109&kind=institution&inclusive=yes&count=1", none: "/facilities?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA", file: `/facilities/${f1}`, past: `/facilities/${f1}?as_of=2022-03-01`, nurs: `/facilities/${f2}?lang=en`, edit: `/facilities/${f1}/edit/class?lang=zh`, profile: `/facilities/${f1}/edit/profile`, enter: "/facilities/new", import: "/facilities/import", nf: "/facilities/nobody" };
const widths = (process.argv[2] || "1440").split(",").map(Number);
const wanted = (process.argv[3] || Object.keys(pages).join(",")).split(",");
const dark = process.argv[4] === "dark";
const b = await launch();
for (const width of widths) {
  const c = await context(b, { width, dark });
  await c.addCookies([{ name: "shanyu_session", value: token, url: "http://127.0.0.1:8123" }]);
  const tab = await c.newPage();
  tab.on("console", (x) => x.type() === "error" && console.log("console", x.text()));
  for (const name of wanted) {
    await tab.setViewportSize({ width, height: 900 });
    await tab.goto(`http://127.0.0.1:8123${pages[name]}`);
    const h = Math.min(2600, await tab.evaluate(() => document.documentElement.scrollHeight));
    await tab.setViewportSize({ width, height: Math.max(900, h) });
    const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) console.log(name, width, "overflows by", over);
    await tab.screenshot({ path: `/tmp/shots/${name}-${width}${dark ? "-dark" : ""}.png` });
  }
}
await b.close();
