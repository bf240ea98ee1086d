// Prints the folders of src and webview with the imports between them (npm run graph), types counted: "folder -> folder: imports".
// Ends with "no cycle", or with a cycle of folders and exit code 1. The rooms of the core are folders, whatever lies below
// them, and so are the folders beside the core and the pages; a file that lies in none of them stands for itself.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const output = execFileSync(
  process.execPath,
  [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ...['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'webview'],
  ],
  { cwd: fileURLToPath(new URL('..', import.meta.url)), maxBuffer: 2 ** 28 },
);
const folderOf = (path) => /^(src\/core\/[^/]+|src\/[^/]+|webview\/[^/]+)/.exec(path)?.[0];

/** @type {Map<string, Map<string, number>>} folder → a folder it imports → how many imports */
const arrows = new Map();
for (const { source, dependencies } of JSON.parse(output).modules) {
  const from = folderOf(source);
  if (from === undefined) continue; // a package
  const counts = arrows.get(from) ?? new Map();
  arrows.set(from, counts);
  for (const { resolved } of dependencies) {
    const to = folderOf(resolved);
    if (to !== undefined && to !== from) counts.set(to, (counts.get(to) ?? 0) + 1);
  }
}

for (const [from, counts] of [...arrows].sort()) {
  if (counts.size === 0) console.log(from);
  for (const [to, count] of [...counts].sort()) console.log(`${from} -> ${to}: ${count}`);
}

// Folders that import nothing are taken away until there are none: what is left leads into a cycle.
const left = new Map(arrows);
const next = (folder) => [...left.get(folder).keys()].find((target) => left.has(target));
for (let before = 0; before !== left.size;) {
  before = left.size;
  for (const folder of [...left.keys()]) if (next(folder) === undefined) left.delete(folder);
}
const way = [...left.keys()].slice(0, 1);
while (way.length > 0 && way.indexOf(way.at(-1)) === way.length - 1) way.push(next(way.at(-1)));
const cycle = way.slice(way.indexOf(way.at(-1)));
console.log(cycle.length === 0 ? 'no cycle' : `cycle: ${cycle.join(' -> ')}`);
if (cycle.length > 0) process.exitCode = 1;
