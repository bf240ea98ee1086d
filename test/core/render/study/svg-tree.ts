/** An element of a drawing. */
export interface SvgNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly SvgNode[];
  /** Of it and of all in it, unescaped. */
  readonly text: string;
}

const TAG = /<(\/?)([a-zA-Z]+)((?:\s[\w:-]+="[^"<>]*")*)(\/?)>/y;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: SvgNode[];
  text: string;
}

/** Reads a drawing as strictly as an XML reader would: what is not well-formed is an error. */
export function parseSvg(svg: string): SvgNode {
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  let at = 0;
  while (at < svg.length) {
    const top = open.at(-1);
    if (top === undefined) throw new Error('too many ends');
    if (svg[at] !== '<') {
      const end = svg.indexOf('<', at);
      const text = svg.slice(at, end < 0 ? undefined : end);
      if (/[>&\p{C}]/u.test(text.replaceAll(/&#\d+;/g, '').trimEnd())) throw new Error(`text ${text}`);
      top.text += unescaped(text);
      at += text.length;
      continue;
    }
    TAG.lastIndex = at;
    const [whole, closing, name = '', attributes = '', empty] = TAG.exec(svg) ?? [];
    if (whole === undefined) throw new Error(`no tag at ${svg.slice(at, at + 80)}`);
    at += whole.length;
    if (closing === '/') {
      open.pop();
      const parent = open.at(-1);
      if (parent === undefined || top.name !== name) throw new Error(`${name} ends ${top.name}`);
      parent.children.push(top);
      parent.text += top.text;
      continue;
    }
    const node: Open = { name, attributes: {}, children: [], text: '' };
    for (const [, key = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
      if (key in node.attributes) throw new Error(`${key} twice`);
      node.attributes[key] = unescaped(value);
    }
    if (empty === '/') top.children.push(node);
    else open.push(node);
  }
  const [only] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || only === undefined)
    throw new Error('not one element');
  return only;
}

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** It and all in it, in order. */
export function* nodesOf(node: SvgNode): Generator<SvgNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

/** All elements of a name. */
export function all(node: SvgNode, name: string): SvgNode[] {
  return [...nodesOf(node)].filter((one) => one.name === name);
}

/** What an element says on hovering. */
export function tipOf({ children }: SvgNode): string {
  return children.find(({ name }) => name === 'title')?.text ?? '';
}

/** Where a marker stands. */
export function placeOf({ attributes }: SvgNode): { readonly x: number; readonly y: number } {
  const [, x = NaN, y = NaN] = /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(attributes['transform'] ?? '') ?? [];
  return { x: Number(x), y: Number(y) };
}

/** Numbers that cannot be drawn, in attributes that are numbers. */
export function badNumbers(node: SvgNode): string[] {
  return [...nodesOf(node)].flatMap(({ name, attributes }) =>
    Object.entries(attributes)
      .filter(([key, value]) => key !== 'href' && /NaN|Infinity|undefined|\bnull\b/.test(value))
      .map(([key, value]) => `${name} ${key}="${value}"`),
  );
}
