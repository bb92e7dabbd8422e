// One way to start Chromium for pictures and checks: no sandbox as root, no GPU, Chinese, the time of Shanghai.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function launch() {
  const executablePath = PATHS.find((path) => existsSync(path));
  if (!executablePath) throw new Error(`no Chromium at ${PATHS.join(", ")}: apt-get install chromium fonts-noto-cjk`);
  return chromium.launch({ executablePath, env: { ...process.env, LANGUAGE: "zh_CN", LC_ALL: "zh_CN.UTF-8" }, args: ["--no-sandbox", "--disable-dev-shm-usage", "--lang=zh-CN", "--hide-scrollbars"] });
}

export function context(browser, { width, dark = false, script = true }) {
  return browser.newContext({
    viewport: { width, height: width < 700 ? 844 : 900 },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    reducedMotion: "reduce",
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
  });
}
