// All files below a folder whose names end in `ending`, as URLs in order.
import { readdirSync } from "node:fs";

export function find(folder, ending) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? find(new URL(`${entry.name}/`, folder), ending) : entry.name.endsWith(ending) ? [new URL(entry.name, folder)] : [],
    );
}
