// The real program on a demo city of its own: made once per run, served on a free port, stopped at the end.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const program = process.env.SHANYU_PROGRAM ?? join(root, "target/debug/shanyu");
delete process.env.SHANYU_PROGRAM; // the program itself refuses variables that it does not know

export async function city({ scale = "0.1", today = "2022-11-15" } = {}) {
  const data = mkdtempSync(join(tmpdir(), "shanyu-city-"));
  const made = spawnSync(program, ["demo", "--data", data, "--scale", scale, "--today", today, "--no-serve"], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`demo: ${made.stderr}`);
  const accounts = JSON.parse(readFileSync(join(data, "demo-accounts.json"), "utf8"));
  const child = spawn(program, ["serve", "--data", data, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.stderr.on("data", (chunk) => {
      text += chunk;
      const found = text.match(/shanyu: (http:\/\/[\d.:]+)\n/);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`serve ended with ${code}: ${text}`)));
  });
  const account = (login) => {
    const found = accounts.find((a) => a.account === login);
    if (!found) throw new Error(`no account ${login}`);
    return found;
  };
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { url, accounts, account, stop, data };
}

export async function signIn(page, url, account) {
  await page.goto(`${url}/sign-in`);
  await page.fill("input[name=account]", account.account);
  await page.fill("input[name=password]", account.password);
  await page.click("main button[type=submit], main form button");
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
}
