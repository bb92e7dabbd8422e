// The real program on a city of its own, the demonstration or an empty one: served on a free port, stopped at the end.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const program = process.env.PROGRAM_OF_TESTS ?? join(root, "target/debug/shanyu");
// A city made before (scripts/journeys.sh), the one that `city()` would make; each file of tests has a copy of it.
const made = process.env.CITY_OF_TESTS;

const run = (...args) => {
  const ended = spawnSync(program, args, { encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${args[0]}: ${ended.stderr}`);
  return ended.stdout + ended.stderr;
};

async function serve(data) {
  const child = spawn(program, ["serve", "--data", data, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  const url = await new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      text += chunk;
      const found = text.match(/shanyu: (http:\/\/[\d.:]+)\n/);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`serve ended with ${code}: ${text}`)));
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { url, stop, data, said: () => text };
}

/** A demo city of its own, with its accounts. */
export async function city({ scale = "0.1", today = "2022-11-15" } = {}) {
  const data = mkdtempSync(join(tmpdir(), "shanyu-city-"));
  if (made && scale === "0.1" && today === "2022-11-15") cpSync(made, data, { recursive: true });
  else run("demo", "--data", data, "--scale", scale, "--today", today, "--no-serve");
  const accounts = JSON.parse(readFileSync(join(data, "demo-accounts.json"), "utf8"));
  const account = (login) => {
    const found = accounts.find((a) => a.account === login);
    if (!found) throw new Error(`no account ${login}`);
    return found;
  };
  return { accounts, account, ...(await serve(data)) };
}

/** An installation of a district before its first people; what the server says holds the code of the first start. */
export async function empty_city(district = "310109") {
  const data = mkdtempSync(join(tmpdir(), "shanyu-empty-"));
  run("init", "--data", data, "--district", district);
  return serve(data);
}

export async function signIn(page, url, account) {
  await page.goto(`${url}/sign-in`);
  await page.fill("input[name=account]", account.account);
  await page.fill("input[name=password]", account.password);
  await page.click("main button[type=submit], main form button");
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
}
