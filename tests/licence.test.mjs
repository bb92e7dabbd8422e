// From the self-check to a notice that anybody can check: an applicant of Jing'an finds the form, fills it in, four
// departments answer, the centre visits with a phone, the bureau sends it back once and then grants it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin_matter, clean, fill_all, move, open as visit, stage } from "./steps.mjs";

const on = stage();
const open = (login, options) => visit(on.town, on.browser, login, options);
test("from the self-check to a verified notice, with a return and a visit on a phone", { timeout: 180_000 }, async () => {
  const anybody = await open(null);
  await anybody.goto(`${on.town.url}/guide/check?region=310106`);
  await clean(anybody, "self-check");
  for (const answer of ["开办新的托育服务", "企业或者个体", "专门的场地"]) await anybody.locator("main .tasks a", { hasText: answer }).click();
  assert.match(await anybody.textContent("main"), /可以申办：营利性托育机构/);
  assert.match(await anybody.textContent("main"), /不低于 8\s平方米/);
  await clean(anybody, "the form that was found");
  const form = await anybody.locator("main a.btn", { hasText: "开始申办" }).getAttribute("href");

  const applicant = await open("jaapply");
  await applicant.goto(`${on.town.url}${form}`);
  await clean(applicant, "what will be asked");
  const matter = await begin_matter(applicant, on.town, form, "小满托育园（静安店）");
  await clean(applicant, "a draft");
  // A field is kept as it is left, before anything is pressed.
  await applicant.locator("#do .tasks a").first().click();
  await applicant.waitForURL(/\/fill\//);
  await clean(applicant, "a section");
  const kept = applicant.waitForResponse((answer) => answer.url().includes("/fill/") && answer.request().method() === "POST");
  await applicant.locator("#fill input[type=text]").first().fill("小满托育园");
  await applicant.keyboard.press("Tab");
  assert.equal((await kept).status(), 200);
  await applicant.reload();
  assert.equal(await applicant.locator("#fill input[type=text]").first().inputValue(), "小满托育园");
  await fill_all(applicant, matter);
  await move(applicant, matter, "submit");

  const centre = await open("jingan");
  await centre.goto(`${on.town.url}/desk`);
  await centre.locator("td.name a", { hasText: "小满托育园（静安店）" }).click();
  await centre.waitForURL(/\/matters\//);
  await clean(centre, "to be accepted");
  await move(centre, matter, "consult");
  for (const department of ["jahealth", "jamarket", "jafire", "japolice"]) {
    const officer = await open(department);
    await officer.goto(matter);
    await officer.locator("button[name=verdict][value=agree]").click();
    await officer.waitForURL(/done=matter_opinion/);
    await officer.context().close();
  }
  await move(centre, matter, "collect");

  const phone = await open("jingan", { width: 390 });
  await fill_all(phone, matter);
  await clean(phone, "the visit on a phone");
  await move(phone, matter, "visited");

  const bureau = await open("jabureau");
  await bureau.goto(matter);
  await bureau.selectOption("#f-at", "site/address");
  await bureau.fill("#f-remark", "请写明楼层和室号");
  await bureau.locator("#remarks form.form .btn").click();
  await bureau.waitForURL(/#remarks/);
  await move(bureau, matter, "return", "地址不完整");
  await applicant.goto(matter);
  assert.match(await applicant.textContent("#remarks"), /请写明楼层和室号/);
  await clean(applicant, "returned");
  await applicant.goto(`${matter}/fill/site`);
  assert.equal(await applicant.locator("#fill input[type=text]").count(), 1, "nothing but the address is open");
  await applicant.fill("#f-address", "南京西路1号2楼201室");
  await applicant.locator("#fill .buttons .btn").click();
  await applicant.waitForURL(/done=matter_saved/);
  await move(applicant, matter, "resubmit");
  await bureau.goto(matter);
  assert.match(await bureau.textContent("main"), /南京西路1号2楼201室/);
  await clean(bureau, "what changed");
  await fill_all(bureau, matter);
  await move(bureau, matter, "grant", "同意开办");
  await bureau.goto(matter);
  const paper = await bureau.locator("dd a[href$='/notice.pdf']").getAttribute("href");
  const pdf = await bureau.context().request.get(`${on.town.url}${paper}`);
  assert.equal(pdf.status(), 200);
  assert.equal(pdf.headers()["content-type"], "application/pdf");

  await bureau.goto(`${on.town.url}/notices`);
  const shown = await bureau.locator("main a[href^='/notices/']").first().getAttribute("href");
  await anybody.goto(`${on.town.url}${shown}`);
  assert.match(await anybody.textContent("main"), /小满托育园/);
  await clean(anybody, "a notice that holds");
});
