// What people do on pages, for the tests that walk through the program.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { context, launch } from "./browser.mjs";
import { city, signIn } from "./city.mjs";

/** A browser and a demo city for the tests of one file, there once they run: `on.browser`, `on.town`. */
export function stage() {
  const on = {};
  before(async () => {
    [on.town, on.browser] = [await city(), await launch()];
  });
  after(async () => {
    await on.browser?.close();
    await on.town?.stop();
  });
  return on;
}

/** A page of its own, signed in when an account is given; what the browser complains of gathers in `faults`. */
export async function open(town, browser, account, options = { width: 1440 }) {
  const page = await (await context(browser, options)).newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  if (account) await signIn(page, town.url, town.account(account));
  return page;
}

/** axe, the width of the window and the console: nothing found. */
export async function clean(page, where) {
  const found = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`), [], where);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 1, `${where}: the page is ${wide} px wider than the window`);
  assert.deepEqual(page.faults, [], where);
}

/** Enters by the card of a person; answers where that leads. */
export async function enter(page, town, login) {
  await page.goto(`${town.url}/door`);
  await page.locator("main form", { has: page.locator(`input[name=account][value="${login}"]`) }).locator("button").click();
  await page.waitForURL((at) => at.pathname !== "/door");
  return new URL(page.url()).pathname;
}

/** Answers the entry of the desk whose words match, with a file that shows it where one is given; the file's address. */
export async function answer(page, town, words, reply, file) {
  await page.goto(`${town.url}/desk`);
  await page.locator("td.name a", { hasText: words }).first().click();
  await page.fill("#f-words", reply);
  if (file) await page.setInputFiles("#f-files", file);
  await page.locator("main form", { has: page.locator("#f-words") }).locator("button").click();
  await page.waitForURL(/done=desk_answered/);
  assert.ok((await page.textContent("main")).includes(reply), "the answer is on the page");
  return file && page.locator("main li a[download]", { hasText: file.name }).getAttribute("href");
}

/** Freezes the figure of the target shown; the address of what was kept. */
export async function freeze(page, note) {
  await page.fill("#f-note", note);
  await page.click("#frozen button");
  await page.waitForURL(/\/frozen\//);
  return page.url();
}

/** Declares the first value that is wanted of a plan, with a proof; the address of the value. */
export async function declare(page, town, plan) {
  await page.goto(`${town.url}/plans/${plan}/declared`);
  await page.locator("main a[href*='/declare?']").first().click();
  await page.waitForURL(/\/declare\?/);
  const value = page.locator("#f-value");
  await value.fill("1");
  await page.fill("#f-note", "各部门自评报告已汇总");
  await page.setInputFiles("#f-file", { name: "自评报告.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n") });
  await page.click("main form.form button");
  await page.waitForURL(/\/declared/);
  return page.url();
}

/** Sends a sheet in; waits until it was tried, when its columns are known. */
export async function send(page, town, file) {
  await page.goto(`${town.url}/facilities/import`);
  await page.setInputFiles("#f-file", file);
  await page.click("main form button");
  await page.waitForURL(/\/facilities\/import\/[0-9a-z]{26}/);
}

/** Opens an account and gives out its link to a first password, both as an administrator. */
export async function account_for(page, town, login, name) {
  await page.goto(`${town.url}/accounts/new`);
  await page.fill("#f-login", login);
  await page.fill("#f-name", name);
  await page.click("main form button");
  await page.waitForURL(/done=account/);
  const account = new URL(page.url()).pathname;
  await page.locator("main form", { hasText: "发一次性链接" }).locator("button").click();
  const link = page.getByText(/\/welcome\/[\w-]+/).first();
  await link.waitFor();
  return { account, link: ((await link.inputValue().catch(() => link.textContent())) ?? "").match(/\/welcome\/[\w-]+/)[0] };
}

/** Asks for a post; posts of administrators wait for a second person. */
export async function ask_post(page, town, account, { unit, role, place }) {
  await page.goto(`${town.url}${account}/posts/new`);
  await page.fill("#f-unit", unit);
  await page.selectOption("#f-role", role);
  await page.fill("#f-place", place);
  await page.fill("#f-reason", "新到岗");
  await page.click("main form button");
  await page.waitForURL((to) => !to.pathname.endsWith("/posts/new"));
}

/** Leaves the list of files to be written in the background, as the page of a long list does; the address of the errand. */
export async function leave_export(page, town) {
  await page.goto(`${town.url}/facilities/import`);
  const hidden = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll("main form input[type=hidden]")].map((i) => [i.name, i.value])));
  const answer = await page.request.post(`${town.url}/facilities/export.xlsx`, { form: hidden, maxRedirects: 0 });
  const errand = answer.headers().location;
  assert.match(errand ?? "", /^\/errands\//, "the export is an errand");
  for (let tries = 0; tries < 50; tries++) {
    if ((await page.request.get(`${town.url}${errand}/file/result`)).ok()) return errand;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error("the export did not end");
}

/** Somebody comes in with a number by the code that the demonstration shows, the first time with a name; their page. */
export async function come(town, browser, number, name, district = "310109") {
  const page = await open(town, browser, null);
  await page.goto(`${town.url}/apply/sign-in`);
  await page.fill("#f-phone", number);
  await page.click("main .buttons button");
  await page.waitForURL(/apply\/code/);
  page.code = (await page.textContent(".flash")).match(/\d{6}/)[0];
  page.ticket = (await page.context().cookies()).find((c) => c.name === "shanyu_code");
  if (!name) return page;
  await page.fill("#f-code", page.code);
  await page.click("main .buttons button");
  await page.waitForURL(/apply\/first/);
  if (name === "?") return page;
  await page.fill("#f-name", name);
  await page.selectOption("#f-district", district);
  await page.check("#f-agree");
  await page.click("main .buttons button");
  await page.waitForURL(/apply$/);
  return page;
}

/** Says for which organisation one acts, with a proof. */
export async function bind(page, town, name, code) {
  await page.goto(`${town.url}/apply/organisation`);
  await page.fill("#f-name", name);
  await page.selectOption("#f-kind", "company");
  await page.fill("#f-code", code);
  await page.setInputFiles("#f-files", { name: "营业执照.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  await page.locator("main form > .buttons button").click();
  await page.waitForLoadState();
}

const PDF = { name: "材料.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") };

/** Fills what is empty in the section that is shown, by what its labels say. */
async function fill(page) {
  for (const field of await page.locator("#fill .field, #fill fieldset").all()) {
    const label = await field.locator("label, legend").first().textContent().catch(() => "");
    for (const input of await field.locator("input:not([type=hidden]), select, textarea").all()) {
      const [tag, type, value] = await input.evaluate((e) => [e.tagName, e.type, e.value]);
      if (type === "file") await input.setInputFiles(PDF);
      else if (type === "checkbox") await input.check();
      else if (value) continue;
      else if (tag === "SELECT") await input.selectOption({ index: 1 });
      else if (type === "date") await input.fill("2022-12-01");
      else if (/信用代码/.test(label)) await input.fill("91310115MA1K4ABC4H");
      else if (/电话|手机/.test(label)) await input.fill("13800001234");
      else if (/建筑面积/.test(label)) await input.fill("800");
      else if (/保存|天）/.test(label)) await input.fill("90");
      else if (/班数|楼层/.test(label)) await input.fill("1");
      else if (/托位|人数/.test(label)) await input.fill("10");
      else if (/（[^）]*）\s*(选填|optional)?\s*$/.test(label) || (await input.getAttribute("inputmode"))) await input.fill("4");
      else await input.fill("小满托育园");
    }
  }
}

/** Fills every section that waits for this person, in the order in which the page leads on. */
export async function fill_all(page, matter) {
  for (let turn = 0; turn < 25; turn++) {
    await page.goto(matter);
    const next = page.locator("#do .tasks li", { hasNot: page.locator(".light.met") }).locator("a").first();
    if ((await next.count()) === 0) return;
    await next.click();
    await page.waitForURL(/\/fill\//);
    await fill(page);
    await page.locator("#fill .buttons .btn").click();
    await page.waitForURL(/done=matter_saved/);
    const wrong = await page.locator("#fill .error").allTextContents();
    if (wrong.length > 0 && turn > 20) assert.deepEqual(wrong, [], page.url());
  }
  assert.fail(`not filled in: ${await page.locator("#do").textContent()}`);
}

/** A move of a matter; asks for words only where they are given. */
export async function move(page, matter, step, words) {
  await page.goto(matter);
  if (words) await page.fill("#f-words", words);
  await page.locator(`button[name=move][value=${step}]`).click();
  const sure = page.locator("dialog[open] .btn.danger, dialog[open] .btn").last();
  if (await sure.isVisible().catch(() => false)) await sure.click();
  await page.waitForURL(/done=matter_moved/);
}

/** Brings a matter with a form of Jing'an; its address. */
export async function begin_matter(page, town, form, title) {
  await page.goto(`${town.url}${form}`);
  await page.fill("#f-title", title);
  if (await page.locator("#f-region").count()) await page.selectOption("#f-region", "310106");
  await page.locator("form.form .btn").click();
  await page.waitForURL(/done=matter_brought/);
  return page.url().split("?")[0];
}

/** What the departments are asked about a matter of the toddler classes of a kindergarten, and what one of them said. */
export async function asked_matter(town, browser) {
  const [applicant, centre, health] = [await open(town, browser, "jaapply"), await open(town, browser, "jingan"), await open(town, browser, "jahealth")];
  const matter = await begin_matter(applicant, town, "/matters/new/opening.kindergarten_class", "晨光幼儿园托班");
  await fill_all(applicant, matter);
  await move(applicant, matter, "submit");
  await move(centre, matter, "consult");
  await health.goto(matter);
  await health.fill("#f-words", "场地符合要求");
  await health.setInputFiles("#f-files", PDF);
  await health.locator("button[name=verdict][value=agree]").click();
  await health.waitForURL(/done=matter_opinion/);
  const draft = await begin_matter(applicant, town, "/matters/new/opening.for_profit", "小满托育园");
  await Promise.all([applicant, centre, health].map((page) => page.context().close()));
  return { matter: new URL(matter).pathname, draft: new URL(draft).pathname };
}

/** Proposes a document for the library; its address. */
export async function propose_document(page, town, title) {
  await page.goto(`${town.url}/library/documents/new`);
  for (const [field, text] of [["title_zh", title], ["issuer", "静安区教育局"], ["from", "2022-11-01"], ["reason", "新印发，指南要引用"]]) await page.fill(`#f-${field}`, text);
  await page.selectOption("#f-kind", "rule");
  await page.click("main form.form .btn");
  await page.waitForURL(/done=entry_proposed/);
  return new URL(page.url()).pathname;
}

/** A question of Hongkou with its answer; its public address. */
export async function write_answer(page, town) {
  await page.goto(`${town.url}/guide/keep/questions/new`);
  for (const [field, text] of [["topic", "场地"], ["asked", "可以在几楼办？"], ["answer", "婴幼儿用房不高于三楼。"]]) await page.fill(`#f-${field}`, text);
  await page.locator("form.form .btn").click();
  await page.waitForURL(/done=guide_written/);
  await page.goto(`${town.url}/guide/questions?region=310109`);
  return page.locator("main .tasks a").first().getAttribute("href");
}

/** A sheet of premises that was sent in, a look with a photograph and a report of the public with one: their addresses. */
export async function premises(page, town, browser) {
  const photo = { name: "门面.png", mimeType: "image/png", buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]) };
  await page.goto(`${town.url}/premises/import`);
  await page.setInputFiles("#f-file", { name: "场地.csv", mimeType: "text/csv", buffer: Buffer.from("街镇,地址,使用方,用途,起始日期\n曲阳路街道,玉田路99号,样例,托育,2022-11-01\n") });
  await page.click("main form button");
  await page.waitForURL(/\/premises\/import\/[0-9a-z]{26}/);
  const sheet = new URL(page.url()).pathname;
  await page.goto(`${town.url}/suspicions?state=open`);
  const looked = await page.locator("td.name a").first().getAttribute("href");
  await page.goto(`${town.url}${looked}`);
  await page.selectOption("#f-found", "childcare");
  await page.selectOption("#f-decision", "further");
  await page.fill("#f-reason", "到场时没有人应门");
  await page.setInputFiles("#f-files", photo);
  await page.locator("#look .btn").click();
  await page.waitForURL(/done=premises_looked/);
  const anybody = await (await context(browser, { width: 390 })).newPage();
  await anybody.goto(`${town.url}/report?region=310109`);
  await anybody.selectOption("#f-street", "310109010");
  await anybody.fill("#f-address", "玉田路100号2楼");
  await anybody.fill("#f-seen", "门口有婴儿车，没有看到告知书。");
  await anybody.setInputFiles("#f-files", photo);
  await anybody.locator("form.form .btn").click();
  await anybody.waitForURL(/done=premises_reported/);
  const report = new URL(anybody.url()).pathname;
  await anybody.context().close();
  await page.goto(`${town.url}/reports`);
  const told = await page.locator("td.name a").first().getAttribute("href");
  return { sheet, looked, report, told };
}

// The head of an institution looks at the first duty that is listed, finds nothing, and adds a file; its address.
export async function self_check(page, town, file) {
  await page.goto(`${town.url}/duties`);
  const check = await page.locator("main a[href$='/check']").first().getAttribute("href");
  await page.goto(`${town.url}${check}`);
  for (const fine of await page.locator("input[type=radio][value=fine]").all()) await fine.check();
  await page.setInputFiles("#f-files", file);
  await page.locator("form.form .btn").click();
  await page.waitForURL(/done=duty_recorded/);
  await page.goto(`${town.url}${check.replace(/\/check$/, "")}`);
  return page.locator("a[href^='/duties/files/']").first().getAttribute("href");
}
