const WRAPPERS = ['module.', '_orig_mod.', 'model.'];

/**
 * Names without the prefixes that DataParallel, torch.compile and Lightning modules put before them, in any mix.
 * Kept where stripping would make two names the same.
 * @returns stored name → short name, in the order given
 */
export function stripWrappers(names: Iterable<string>): Map<string, string> {
  const short = new Map<string, string>();
  for (const name of names) short.set(name, strip(name));
  if (new Set(short.values()).size < short.size) {
    for (const name of short.keys()) short.set(name, name);
  }
  return short;
}

function strip(name: string): string {
  const wrapper = WRAPPERS.find((prefix) => name.startsWith(prefix) && name.length > prefix.length);
  return wrapper === undefined ? name : strip(name.slice(wrapper.length));
}

/** Compares as people count: "fc2" before "fc10". */
export const naturalOrder = new Intl.Collator('en', { numeric: true }).compare;
