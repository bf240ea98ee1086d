/** Long enough to tell layers apart, short enough for any file system with a measure and an ending behind it. */
const LIMIT = 80;
/** Windows keeps these for devices, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name for each layer. Layer names come out of files, so nothing but letters, digits, "-", "_" and single
 * dots inside is kept: no path can be made of it, nothing is hidden, reserved or needs escaping. Names that would
 * fall on the same file, letter case aside, are numbered.
 */
export function fileNames(layers: readonly string[]): string[] {
  const taken = new Set<string>();
  return layers.map((layer) => {
    const base = fileName(layer);
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}-${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function fileName(layer: string): string {
  const safe = layer
    .slice(0, LIMIT)
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/\.{2,}/g, '_')
    .replace(/^[.-]|\.$/g, '_');
  return safe === '' || DEVICE.test(safe) ? `_${safe}` : safe;
}
