// Serves ui/sample with the built assets under the policy that the server sends, so that a page which needs more than
// the policy allows breaks here first. The frames (_base, _plain, _public) follow crates/web/templates.
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";

const root = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

export const PAGES = readdirSync(new URL("ui/sample/", root))
  .filter((name) => name.endsWith(".html") && !name.startsWith("_"))
  .sort();

const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TYPES = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", html: "text/html; charset=utf-8" };

function page(name) {
  const text = read(`ui/sample/${name}`);
  const head = Object.fromEntries(
    text.slice(4, text.indexOf("-->")).split("|").map((pair) => {
      const [key, ...value] = pair.split(":");
      return [key.trim(), value.join(":").trim()];
    }),
  );
  const crumbs = (head.crumbs ?? "").split(",").map((c) => c.trim());
  const list = crumbs.map((c, i) => `<li>${i + 1 < crumbs.length ? `<a href="#">${c}</a>` : `<span aria-current="page">${c}</span>`}</li>`);
  const fill = { lang: "zh-CN", title: head.title, body: head.body ?? "", crumbs: list.join(""), main_class: head.main ?? "", main: text };
  return read(`ui/sample/_${head.frame}.html`)
    .replace(/\{\{(\w+)\}\}/g, (_, key) => fill[key] ?? "")
    .replace(`">${head.current}</a>`, `" aria-current="page">${head.current}</a>`);
}

/** Starts the server on a free port of this machine; answers its address and a way to stop it. */
export async function serve() {
  const manifest = JSON.parse(read("ui/dist/manifest.json"));
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://x").pathname.slice(1);
    const name = path.replace("assets/", "");
    const body = path.startsWith("assets/") ? manifest[name] && read(`ui/dist/${manifest[name]}`) : PAGES.includes(path) && page(path);
    response.writeHead(body ? 200 : 404, { "content-type": TYPES[name.split(".").pop()] ?? "text/plain", "content-security-policy": POLICY });
    response.end(body || "not found");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
