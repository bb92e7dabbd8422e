// The pages of the program, read from the reviewed matrix of routes, and how a real address finds its route.
import { readFileSync } from "node:fs";

const matrix = new URL("../crates/shanyu/tests/it/snapshots/matrix.snap", import.meta.url);
// No page: machine answers, files to save, and a piece of a page that the search box fetches.
const NO_PAGE = /^\/(?:api\/|healthz|readyz|metrics|find\/list$)|\.(?:csv|xlsx|pdf|json|svg|atom)$/;

export const PAGES = [...readFileSync(matrix, "utf8").matchAll(/^GET (\S+) /gm)].map((m) => m[1]).filter((path) => !NO_PAGE.test(path));

const literal = (path) => path.split("/").filter((part) => part && !part.startsWith("{")).length;
const known = PAGES.map((path) => ({ path, is: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`) })).sort((a, b) => literal(b.path) - literal(a.path));

/** The route of an address of our own, or undefined for what is no page. */
export const routeOf = (pathname) => (NO_PAGE.test(pathname) ? undefined : known.find((route) => route.is.test(pathname))?.path);
