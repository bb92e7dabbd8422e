// Text on its ground: 4.5:1 or more in both themes, measured on the tokens themselves, so that a colour that no sample
// shows is measured too. Shapes and lines that carry meaning: 3:1.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../ui/styles/tokens.css", import.meta.url), "utf8");
const tokens = (block) => Object.fromEntries([...block.matchAll(/--sy-([\w-]+):\s*(#[0-9a-f]{3,6});/g)].map((m) => [m[1], m[2]]));
const light = tokens(css.match(/^:root \{([^}]*)\}/m)[1]);
const themes = { light, dark: { ...light, ...tokens(css.match(/:root\[data-theme="dark"\] \{([^}]*)\}/)[1]) } };

const GROUNDS = ["paper", "ground", "head", "hover", "past", "act-wash"];
const TEXT = [
  ...["ink", "ink-2", "act"].flatMap((ink) => GROUNDS.map((ground) => [ink, ground])),
  ["ink-3", "paper"],
  ["ink-3", "ground"],
  ["act-ink", "act"],
  ["act-ink", "act-strong"],
  ["side-ink", "side"],
  ["side-ink", "side-2"],
  ["side-ink-2", "side"],
  ["count-ink", "count"],
  ["synthetic-ink", "synthetic"],
  ...["met", "course", "risk", "missed", "none"].flatMap((state) => [[state, `${state}-wash`], [state, "paper"]]),
  ...[1, 2, 3, 4, 5].map((n) => [`map-ink-${n}`, `map-${n}`]),
];
const SHAPES = [["map-4", "paper"], ["line-strong", "paper"], ["focus", "paper"], ["focus", "ground"], ["side-mark", "side-2"]];

function luminance(hex) {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(full.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a, b) {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
}

test("black on white is 21:1", () => assert.equal(ratio("#000", "#ffffff").toFixed(2), "21.00"));

for (const [theme, colours] of Object.entries(themes)) {
  for (const [pairs, least] of [[TEXT, 4.5], [SHAPES, 3]]) {
    test(`${theme}: ${pairs.length} pairs at ${least}:1`, () => {
      const low = pairs.map(([a, b]) => [a, b, ratio(colours[a], colours[b])]).filter(([, , r]) => !(r >= least));
      assert.deepEqual(low.map(([a, b, r]) => `${a} on ${b}: ${r.toFixed(2)}`), []);
    });
  }
}
