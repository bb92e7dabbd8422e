// Each person of the door does the first thing that waits: entered with one press, a page with something due, and the
// task done. A journey per card.
import assert from "node:assert/strict";
import { test } from "node:test";
import { account_for, answer, ask_post, begin_matter, clean, declare, enter, fill_all, freeze, move, open, propose_document, stage } from "./steps.mjs";

const on = stage();

const person = async (login) => {
  const page = await open(on.town, on.browser);
  const at = await enter(page, on.town, login);
  await clean(page, `${login} at ${at}`);
  return { page, at };
};

// The first target on the page with a light that asks for something.
const lagging = (page) => page.locator("#targets tr", { has: page.locator(".light.missed, .light.at_risk") }).locator("td.name a").first();

test("the city opens a red light down to a street and reminds its lead unit", async () => {
  const { page, at } = await person("city");
  assert.equal(at, "/plans/shanghai-2020-2022");
  assert.match(await page.textContent(".lede"), /截至2022年11月15日/);
  const links = await page.locator("#targets tr", { has: page.locator(".light.missed, .light.at_risk") }).locator("td.name a").evaluateAll((all) => all.map((a) => a.href));
  for (const href of links) {
    await page.goto(href);
    if ((await page.locator("#remind .checks input:not([disabled])").count()) && (await page.locator("#rows tbody tr").count())) break;
  }
  assert.ok((await page.locator("#rows tbody tr").count()) > 0, "what is missing is named");
  await page.locator("#remind .checks input:not([disabled])").first().check();
  await page.click("#remind button");
  await page.waitForURL(/done=reminded/);
  assert.ok((await page.locator("#remind tbody tr").count()) > 0, "the reminder stands at the target");
});

test("Jing'an goes from a light at risk to its files and enters what is missing", async () => {
  const { page, at } = await person("jingan");
  assert.equal(at, "/plans/jingan-2021-2023");
  await lagging(page).click();
  await page.waitForURL(/\/targets\/JA-/);
  await page.goto(`${on.town.url}/facilities/new`);
  await page.fill("#f-name", "静安区青禾社区托育点");
  for (const [id, wish] of [["kind", "community_point"], ["ownership", "public"], ["legal_form", "department"]]) await page.selectOption(`select[name$=${id}]`, wish);
  await page.fill("#f-operator", "静安区教育局");
  await page.selectOption("#f-region", { index: 1 });
  await page.fill("#f-address", "样例路1号");
  await page.locator("main form.form button").last().click();
  await page.waitForURL(/\/facilities\/[0-9a-z]{26}/);
  assert.match(await page.textContent(".filehead"), /静安区青禾社区托育点/);
  await clean(page, "the new file");
});

test("Hongkou opens the figure down to its files, freezes it and declares what no record holds", async () => {
  const { page, at } = await person("hongkou");
  assert.equal(at, "/plans/hongkou-demonstration");
  await page.goto(`${on.town.url}/plans/hongkou-demonstration/targets/HK-02`);
  assert.ok((await page.locator("#rows tbody tr").count()) > 0, "the files behind the figure");
  await freeze(page, "月度核对");
  assert.match(await page.textContent("main"), /没有不同/);
  const value = await declare(page, on.town, "hongkou-demonstration");
  await page.goto(value);
  assert.match(await page.textContent("main"), /自评报告/);
  await clean(page, "a declared value");
});

test("Pudong finds the street without an inclusive place and says when it will have one", async () => {
  const { page } = await person("pudong");
  await page.goto(`${on.town.url}/plans/pudong-2021-2023/targets/PD-02`);
  assert.ok((await page.locator("#rows tbody tr").count()) > 0, "the streets that are not covered");
  await answer(page, on.town, "普惠性托育资源的街镇", "两个街镇明年一季度补上");
});

test("a family finds the three nearest places without signing in", async () => {
  const page = await open(on.town, on.browser);
  await page.goto(`${on.town.url}/door`);
  await page.click("a[href^='/near']");
  await page.waitForURL(/\/near/);
  await page.selectOption("select[name=street]", { label: "曲阳路街道" });
  await page.selectOption("select[name=age]", "24");
  await page.click("main form.ask button");
  await page.waitForURL(/street=/);
  const cards = page.locator("article.place");
  assert.ok((await cards.count()) >= 1 && (await cards.count()) <= 3, "up to three places");
  await clean(page, "near");
  assert.equal((await page.context().cookies()).length, 0, "no cookie");
  await cards.first().locator("h2 a").click();
  await page.waitForURL(/\/public\/institutions\//);
  await clean(page, "the page of a place");
});

test("the head of an institution sees what the file lacks and answers", async () => {
  const { page, at } = await person("yuanzhang");
  assert.match(at, /^\/facilities\//);
  assert.match(await page.textContent("main"), /完整度 \d+ %/);
  await answer(page, on.town, "请核对本机构档案", "已补齐材料，保险下周续保");
});

for (const [login, words, reply, look] of [
  ["quyang", "核对本街道的机构名单", "名单无误，无新开关停", "/facilities"],
  ["jahealth", "核对本单位牵头的任务", "两项任务月底前完成", "/plans/jingan-2021-2023/tasks?unit=ja_health"],
  ["jamarket", "抽查托育机构的营业执照", "抽查三家，证照均有效", "/facilities?kind=institution&state=operating"],
  ["jafinance", "核对普惠性机构的收费", "收费已核对，依据已入账", "/facilities?inclusive=yes"],
]) {
  test(`${login} looks at what was asked and answers it`, async () => {
    const { page, at } = await person(login);
    assert.equal(at, "/desk");
    await page.locator("td.name a", { hasText: words }).first().click();
    await page.locator(`main a[href='${look}']`).click();
    await page.waitForURL((to) => to.pathname + to.search === look);
    assert.ok((await page.locator("main table tbody tr, main .empty").count()) > 0, "the list, or that it is empty");
    await clean(page, look);
    await answer(page, on.town, words, reply);
  });
}

test("the security administrator finds a post to agree to", async () => {
  const { page, at } = await person("secadmin");
  assert.equal(at, "/approvals");
  const row = page.locator("main tr", { hasText: "陆文" });
  assert.match(await row.textContent(), /审计人员[\s\S]*轮岗/);
  await row.locator("button", { hasText: /^同意/ }).click();
  await page.waitForURL(/done=approved/);
  assert.equal(await page.locator("main tr", { hasText: "陆文" }).count(), 0, "it waits no longer");
  await page.goto(`${on.town.url}/approvals?state=done`);
  assert.equal(await page.locator("main tr", { hasText: "陆文" }).count(), 1);
  await clean(page, "what was decided");
});

// An application of Jing'an that reached its departments, brought by the card of the applicant.
let asked;
const consulted = async () => {
  if (asked) return asked;
  const { page: applicant, at } = await person("jaapply");
  assert.equal(at, "/apply");
  await clean(applicant, "the way in of an applicant");
  asked = await begin_matter(applicant, on.town, "/matters/new/opening.for_profit", "禾苗托育园（门店）");
  await fill_all(applicant, asked);
  await move(applicant, asked, "submit");
  await applicant.goto(asked);
  const guide = applicant.locator("main a[href*='/guide/routes/opening.for_profit']");
  assert.match(await guide.getAttribute("href"), /no=\d+&by=310000&on=2022-11-15/);
  await guide.click();
  await applicant.waitForURL(/\/guide\/routes\//);
  await clean(applicant, "the guide that it followed");
  const centre = await open(on.town, on.browser, "jingan");
  await move(centre, asked, "consult");
  return asked;
};

test("the applicant of Jing'an hands in and keeps the guide that it followed", { timeout: 120_000 }, async () => {
  const matter = await consulted();
  assert.match(matter, /\/matters\//);
});

for (const [login, words] of [["jafire", "消防疏散符合要求"], ["japolice", "一键报警已联网"]]) {
  test(`${login} is asked for an opinion and gives it on one page`, { timeout: 120_000 }, async () => {
    const matter = await consulted();
    const { page, at } = await person(login);
    assert.equal(at, "/desk");
    await page.locator("td.name a", { hasText: "禾苗托育园（门店）" }).click();
    await page.waitForURL((to) => `${to.origin}${to.pathname}` === matter);
    await clean(page, `${login} at the application`);
    await page.fill("#f-words", words);
    await page.locator("button[name=verdict][value=agree]").click();
    await page.waitForURL(/done=matter_opinion/);
    assert.match(await page.textContent("main"), new RegExp(words));
  });
}

test("the bureau of Jing'an opens what waits for its decision in the district", async () => {
  const { page, at } = await person("jabureau");
  assert.equal(at, "/matters");
  const rows = page.locator("main td.name a");
  assert.ok((await rows.count()) > 0, "applications of the district");
  await rows.first().click();
  await page.waitForURL(/\/matters\/[0-9a-z]+/);
  await clean(page, "an application");
  await page.goto(`${on.town.url}/guide/keep`);
  await clean(page, "guide and answers");
});

test("the bureau takes a document into the library that the centre proposed", async () => {
  const centre = await open(on.town, on.browser, "jingan");
  const entry = await propose_document(centre, on.town, "静安区3岁以下托育机构申办指南");
  await clean(centre, "one's own proposal");
  assert.equal(await centre.locator("button[formaction$='/refuse']").count(), 0, "nobody decides on one's own");
  const { page } = await person("jabureau");
  await page.goto(`${on.town.url}${entry}`);
  await page.fill("#f-remark", "已对照原文");
  await page.locator("main form.form .btn").first().click();
  await page.waitForURL(/done=entry_approved/);
  await page.locator("main footer a[href^='/library/documents/']").click();
  await page.waitForURL(/\/library\/documents\//);
  assert.match(await page.textContent("h1"), /静安区3岁以下托育机构申办指南/);
  await clean(page, "the new document");
});

test("the applicant of Hongkou invites a colleague who fills in", async () => {
  const { page, at } = await person("hkapply");
  assert.equal(at, "/apply");
  await page.goto(`${on.town.url}/matters?mine=1`);
  assert.ok((await page.locator("main table tbody tr, main .empty").count()) > 0, "one's own matters, or that there are none");
  await clean(page, "own matters");
  await page.goto(`${on.town.url}/apply/agents`);
  await clean(page, "who may act for the organisation");
});

test("the administrator opens an account and asks for its post, the security administrator agrees, the auditor finds both", async () => {
  const { page: admin, at } = await person("admin");
  assert.equal(at, "/accounts");
  const { account, link } = await account_for(admin, on.town, "lin.xiao", "林晓");
  await ask_post(admin, on.town, account, { unit: "sh_government", role: "auditor", place: "310000" });
  await clean(admin, "after asking for a post");

  const { page: security } = await person("secadmin");
  await security.goto(`${on.town.url}/approvals`);
  await security.locator("main tr", { hasText: "林晓" }).locator("button", { hasText: /^同意/ }).click();
  await security.waitForURL(/done=approved/);
  await clean(security, "after agreeing");

  const newcomer = await open(on.town, on.browser);
  await newcomer.goto(`${on.town.url}${link}`);
  await clean(newcomer, "welcome");
  const passwords = newcomer.locator("input[type=password]");
  for (const field of await passwords.all()) await field.fill("harbor-lantern-meadow-29");
  await newcomer.click("main form button");
  await newcomer.waitForURL((to) => !to.pathname.startsWith("/welcome"));

  const { page: auditor, at: first } = await person("auditor");
  assert.equal(first, "/audit");
  await auditor.fill("input[name=account]", "admin");
  await auditor.locator("main form button").first().click();
  await auditor.waitForURL(/account=admin/);
  assert.ok((await auditor.locator("main tbody tr").count()) > 0, "what the administrator did");
  await auditor.goto(`${on.town.url}/audit/check`);
  await auditor.click("main form button");
  await auditor.waitForLoadState();
  await clean(auditor, "audit check");
});
