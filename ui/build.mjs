// Builds dist/: the stylesheet, the script and the sprite, each with the hash of its content in its name, a .gz beside
// it, and manifest.json. Nothing here depends on the machine or the day: the same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const at = (path) => new URL(path, here);
const read = (path) => readFileSync(at(path), "utf8");

// Offices keep browsers for years: the lowest that htmx 2 and dialogs still work in.
const target = ["chrome90", "edge90", "firefox91", "safari15"];

// The dark block of tokens.css once more, for systems in dark mode whose reader chose nothing.
const darkByItself = {
  name: "dark-by-itself",
  setup(b) {
    b.onLoad({ filter: /tokens\.css$/ }, () => {
      const css = read("styles/tokens.css");
      const block = css.match(/:root\[data-theme="dark"\] \{([^}]*)\}/);
      if (!block) throw new Error("tokens.css has no dark block");
      const again = `@media screen and (prefers-color-scheme: dark) { :root:not([data-theme]) {${block[1]}} }`;
      return { contents: css + again, loader: "css" };
    });
  },
};

// w-0 … w-100 and x-0 … x-100: widths and places as classes, since pages may carry no style attribute.
const percents = Array.from({ length: 101 }, (_, n) => `.w-${n}{width:${n}%}.x-${n}{left:${n}%}`).join("");

function sprite() {
  const symbols = read("icons.txt").split("\n").filter(Boolean).map((name) => {
    const svg = read(`node_modules/@tabler/icons/icons/outline/${name}.svg`);
    const inside = svg
      .slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
      .replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inside}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- @tabler/icons, MIT -->${symbols.join("")}</svg>\n`;
}

async function bundle(entry) {
  const result = await build({
    entryPoints: [at(entry).pathname],
    bundle: true,
    minify: true,
    write: false,
    target,
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
    plugins: [darkByItself],
  });
  return result.outputFiles[0].text;
}

const files = {
  "app.css": (await bundle("styles/app.css")).trimEnd() + percents + "\n",
  "app.js": await bundle("src/app.ts"),
  "sprite.svg": sprite(),
  "favicon.svg": read("static/favicon.svg"),
};

rmSync(at("dist"), { recursive: true, force: true });
mkdirSync(at("dist"));
const manifest = {};
for (const [name, text] of Object.entries(files)) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const hashed = name.replace(".", `-${hash}.`);
  const zipped = gzipSync(text, { level: 9 });
  writeFileSync(at(`dist/${hashed}`), text);
  writeFileSync(at(`dist/${hashed}.gz`), zipped);
  manifest[name] = hashed;
  console.log(`${hashed}  ${(text.length / 1024).toFixed(1)} KB, gzip ${(zipped.length / 1024).toFixed(1)} KB`);
}
writeFileSync(at("dist/manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
