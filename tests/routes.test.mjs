// Every page of the router: some link leads to it, no link leads to a refusal, and axe finds nothing on it at 1440 and
// 390 px, in Chinese and in English. A new route without a link to it, or without an entry below, fails.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { context, launch } from "./browser.mjs";
import { city, empty_city, signIn } from "./city.mjs";
import { PAGES, routeOf } from "./routes.mjs";
import { account_for, answer, ask_post, asked_matter, bind, come, declare, freeze, leave_export, open, premises, propose_document, self_check, send, write_answer } from "./steps.mjs";

// Pages that no link of the walk leads to: where they are reached from, and a sample of their address.
const REACHED_OTHERWISE = {
  "/find": { login: "city", path: "/find?q=托班", why: "the search box of every page" },
  "/report/find": { login: null, path: "/report/find?number=ABCD-EFGH-JKLM", why: "the form of a number" },
};
// Pages beside "/" that the walk of a person begins at, because only two of a kind are opened.
const BEGINS = {
  admin: ["/units/hk_streets", "/accounts?q=yuanzhang"],
  hongkou: ["/plans/hongkou-demonstration/targets/HK-16", "/plans/hongkou-demonstration/targets/HK-02"],
};
// Who walks; between them they see everything.
const WALKERS = [null, "city", "hongkou", "quyang", "jahealth", "yuanzhang", "hkapply", "admin", "secadmin", "auditor"];
const SAMPLES = 2;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let town, empty, browser;
const samples = new Map();
const refused = [];

async function walk(login) {
  const tab = await (await context(browser, { width: 1440 })).newPage();
  if (login) await signIn(tab, town.url, town.account(login));
  const request = tab.context().request;
  const [seen, taken] = [new Set(), new Map()];
  const queue = [...(BEGINS[login] ?? []), "/"].map((path) => ({ path, from: "the start" }));
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
    const html = (answer.headers()["content-type"] ?? "").startsWith("text/html");
    if (at && !samples.has(at)) samples.set(at, { login, path: landed.pathname + landed.search, file: !html });
    if (!html) continue;
    for (const [, href] of (await answer.text()).matchAll(/<a [^>]*?href="([^"#]+)/g)) {
      const to = new URL(href.replaceAll("&amp;", "&"), landed);
      if (to.origin === url.origin && !to.searchParams.has("lang")) queue.push({ path: to.pathname + to.search, from: landed.pathname });
    }
  }
  await tab.context().close();
}

// What the walk wants to find there: a frozen figure, a declared value, a sheet that was sent in, an account with a link
// to its first password, and a post that waits for a second person.
async function prepare() {
  const hongkou = await open(town, browser, "hongkou");
  await hongkou.goto(`${town.url}/plans/hongkou-demonstration/targets/HK-02`);
  await freeze(hongkou, "月度核对");
  await declare(hongkou, town, "hongkou-demonstration");
  await send(hongkou, town, { name: "空表.csv", mimeType: "text/csv", buffer: Buffer.from("名称,类别\n样例,样例\n") });
  const errand = await leave_export(hongkou, town);
  const admin = await open(town, browser, "admin");
  const { account, link } = await account_for(admin, town, "lin.xiao", "林晓");
  await ask_post(admin, town, account, { unit: "sh_government", role: "auditor", place: "310000" });
  samples.set("/welcome/{token}", { login: null, path: link });
  // Only who has a second factor has the link to it.
  samples.set("/accounts/{id}/factor-reset", { login: "secadmin", path: `${account}/factor-reset` });
  // A short list is given at once, so the walk finds no long one.
  samples.set("/errands/{id}", { login: "hongkou", path: errand });
  samples.set("/errands/{id}/file/{part}", { login: "hongkou", path: `${errand}/file/result`, file: true });
  await hongkou.goto(`${town.url}/matters?tab=place`);
  const granted = await hongkou.locator("tr:has(.light.met) td.name a").first().getAttribute("href");
  await hongkou.goto(`${town.url}${granted}`);
  const opened = await hongkou.locator("a[href^='/facilities/']:not([href*='notice'])").first().getAttribute("href");
  await hongkou.goto(`${town.url}${opened}/materials`);
  const paper = await hongkou.locator("td.name a").first().getAttribute("href");
  samples.set("/facilities/{id}/materials/{material}", { login: "hongkou", path: paper, file: true });
  const quyang = await open(town, browser, "quyang");
  const shown = await answer(quyang, town, /./, "已办，见附件", { name: "情况说明.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  samples.set("/desk/{id}/files/{no}/{nr}", { login: "quyang", path: shown, file: true });
  await applicants();
  await propose_document(hongkou, town, "虹口区托育机构申办政策问答");
  samples.set("/guide/questions/{id}", { login: null, path: await write_answer(hongkou, town) });
  const { sheet, looked, report, told } = await premises(hongkou, town, browser);
  samples.set("/premises/import/{id}", { login: "hongkou", path: sheet });
  samples.set("/suspicions/{id}/files/{no}", { login: "hongkou", path: `${looked}/files/1`, file: true });
  samples.set("/reports/{id}/files/{no}", { login: "hongkou", path: `${told}/files/1`, file: true });
  samples.set("/report/{token}", { login: null, path: report });
  const head = await open(town, browser, "yuanzhang");
  const photo = await self_check(head, town, { name: "现场.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  samples.set("/duties/files/{owner}/{nr}", { login: "yuanzhang", path: photo, file: true });
  await head.context().close();
  const { matter, draft } = await asked_matter(town, browser);
  samples.set("/matters/{id}", { login: "jahealth", path: matter });
  samples.set("/matters/{id}/files/{no}", { login: "jingan", path: `${matter}/files/1`, file: true });
  samples.set("/matters/{id}/opinions/{no}/file", { login: "jingan", path: `${matter}/opinions/1/file`, file: true });
  samples.set("/matters/{id}/fill/{section}", { login: "jaapply", path: `${draft}/fill/base` });
  // A page of an installation before its first people.
  empty = await empty_city();
  samples.set("/first", { login: null, path: "/first", at: empty.url });
  await Promise.all([hongkou, admin, quyang].map((page) => page.context().close()));
}

// People who come in with a number: the pages between number and work need the cookie of their code; an organisation
// that waits for the guidance centre, and somebody who asks to be let in.
async function applicants() {
  const code = "91310115MA1K4ABC4H";
  const [waits, passed] = [await come(town, browser, "13800000001"), await come(town, browser, "13800000002", "?")];
  samples.set("/apply/code", { login: null, path: "/apply/code", cookie: waits.ticket });
  samples.set("/apply/first", { login: null, path: "/apply/first", cookie: passed.ticket });
  const [first, second] = [await come(town, browser, "13800000003", "李晓"), await come(town, browser, "13800000004", "王芳")];
  await bind(first, town, "上海小满托育有限公司", code);
  await bind(second, town, "小满", code);
  await second.fill("#f-words", "我是园长");
  await second.click("[formaction='/apply/join']");
  await second.waitForURL(/done=applicant_join/);
  await first.goto(`${town.url}/apply/agents`);
  const join = await first.locator("a[href^='/apply/joins/']").getAttribute("href");
  const session = (await first.context().cookies()).find((c) => c.name === "shanyu_session");
  samples.set("/apply/joins/{id}", { login: null, path: join, cookie: session });
  await Promise.all([waits, passed, first, second].map((page) => page.context().close()));
}

before(async () => {
  [town, browser] = [await city(), await launch()];
  await prepare();
  for (const login of WALKERS) await walk(login);
  for (const [route, sample] of Object.entries(REACHED_OTHERWISE)) if (!samples.has(route)) samples.set(route, sample);
});
after(async () => {
  await browser?.close();
  await town?.stop();
  await empty?.stop();
});

test("no link leads to a refusal", () => assert.deepEqual([...new Set(refused)], []));

test("every page of the router is reached", () => assert.deepEqual(PAGES.filter((route) => !samples.has(route)), []));

for (const width of [1440, 390]) {
  test(`axe finds nothing on any page at ${width} px in both languages, and no page is wider than its window`, async () => {
    const faults = [];
    const by = new Map();
    for (const [route, sample] of samples) if (!sample.file) by.set(sample.login, [...(by.get(sample.login) ?? []), [route, sample.path, sample.at ?? town.url, sample.cookie]]);
    for (const [login, pages] of by) {
      const page = await (await context(browser, { width })).newPage();
      page.on("console", (message) => message.type() === "error" && faults.push(`${page.url()}: ${message.text()}`));
      page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
      if (login) await signIn(page, town.url, town.account(login));
      for (const lang of ["zh", "en"]) {
        for (const [route, path, at, cookie] of pages) {
          await page.context().clearCookies({ name: "shanyu_code" });
          if (!login) await page.context().clearCookies({ name: "shanyu_session" });
          if (cookie) await page.context().addCookies([cookie]);
          await page.goto(`${at}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
          // Run in the page itself: the builder opens a second page for each look, and this test looks hundreds of times.
          await page.evaluate(AXE);
          const found = await page.evaluate(async () => (await axe.run({ resultTypes: ["violations"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target).join(" ")}`));
          faults.push(...found.map((v) => `${route} ${lang} (${login ?? "nobody"}): ${v}`));
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
