// Pages may carry no style and no script of their own (the policy would refuse them), and every icon that they name is
// in the sprite. Looks at all templates of all crates and at the samples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { find } from "./files.mjs";

const root = new URL("../", import.meta.url);
const pages = [...find(new URL("crates/", root), ".html"), ...find(new URL("ui/sample/", root), ".html")];
const rust = find(new URL("crates/", root), ".rs");
const icons = new Set(readFileSync(new URL("ui/icons.txt", root), "utf8").split("\n").filter(Boolean));
const name = (url) => fileURLToPath(url).slice(fileURLToPath(root).length);

const FORBIDDEN = [
  ["a style attribute", /<[^>]*\sstyle\s*=/i],
  ["a style element", /<style\b/i],
  ["a handler attribute", /<[^>]*\son[a-z]+\s*=\s*["']/i],
  ["a script with content", /<script\b[^>]*>(?!\s*<\/script>)/i],
  ["an address of another host", /\b(?:src|href)\s*=\s*"(?:https?:)?\/\//i],
];

test("there are templates to look at", () => assert.ok(pages.some((p) => p.pathname.includes("/templates/")) && pages.length > 12));

for (const [what, pattern] of FORBIDDEN) {
  test(`no page has ${what}`, () => assert.deepEqual(pages.filter((p) => pattern.test(readFileSync(p, "utf8"))).map(name), []));
}

test("every icon that a page names is in the sprite", () => {
  const missing = [...pages, ...rust].flatMap((p) =>
    [...readFileSync(p, "utf8").matchAll(/(?:sprite\.svg#|shell\.sprite \}\}#|\bicon\(")([\w-]+)/g)].filter((m) => !icons.has(m[1])).map((m) => `${name(p)}: ${m[1]}`),
  );
  assert.deepEqual(missing, []);
});

test("every class that a page names is in the stylesheet", () => {
  const css = [...find(new URL("ui/styles/", root), ".css")].map((p) => readFileSync(p, "utf8")).join("");
  const known = new Set([...css.matchAll(/\.([a-z][\w-]*)/gi)].map((m) => m[1]));
  const unknown = pages.flatMap((p) =>
    [...readFileSync(p, "utf8").matchAll(/class="([^"]*)"/g)]
      .flatMap((m) => m[1].replace(/\{%.*?%\}/g, " ").replace(/\{\{.*?\}\}/g, "{}").split(/\s+/))
      .filter((c) => c && !c.includes("{}") && !/^[wx]-\d+$/.test(c) && !known.has(c))
      .map((c) => `${name(p)}: ${c}`),
  );
  assert.deepEqual([...new Set(unknown)], []);
});
