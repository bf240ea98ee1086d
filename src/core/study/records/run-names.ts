import { basename, dirname, resolve, sep } from 'node:path';
import { naturalOrder } from '../../network/network';
import { nameRecord, stemOf } from './name';
import type { Draft } from './description-draft';

/** What is known of a checkpoint when it is decided which run it belongs to. */
type Member = Pick<Draft, 'path' | 'hyperParameters' | 'epochNumber' | 'stepNumber'>;

/**
 * The names of the runs that checkpoints belong to, in their order. A run is what is left of a path without that
 * which changes during training: of `a/weights/epoch=3.ckpt` the folder a, of `digits_drop=0.3-epoch=3.ckpt` the name
 * digits_drop=0.3. Names are as short as tells runs apart.
 */
export function runNames(members: readonly Member[]): string[] {
  const keys = members.map(({ path }) => runKey(path));
  separateConfigurations(members, keys);
  joinNumbered(members, keys);
  const names = shortest(keys);
  return keys.map((key) => names.get(key) ?? key);
}

/** The run's place: a path, absolute so that each way to write it is the same. */
function runKey(path: string): string {
  const full = resolve(path);
  const rest = nameRecord(stemOf(basename(full))).rest;
  if (rest !== '') return `${dirname(full)}${sep}${rest}`;
  let folder = dirname(full);
  // `weights`, `checkpoint-500` and the like are inside a run.
  while (isInside(basename(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Also by the folders in which Weights & Biases and MLflow keep the files of a run. */
function isInside(folder: string): boolean {
  return nameRecord(folder).rest === '' || /^(?:files|artifacts)$/i.test(folder);
}

/** Files of one name or folder that are different networks: nothing orders them and their hyper-parameters differ. */
function separateConfigurations(members: readonly Member[], keys: string[]): void {
  for (const group of groupsOf(keys).values()) {
    if (areOrdered(group.map((index) => members[index]!))) continue;
    const configurations = new Set(group.map((index) => configuration(members[index]!)));
    if (configurations.size === 1) continue;
    for (const index of group) keys[index] = ownKey(members[index]!.path);
  }
}

/**
 * `model_1.pt`, `model_2.pt`, …: the checkpoints of one run, where they say themselves that they are of different
 * epochs or steps of the same configuration; else networks of their own.
 */
function joinNumbered(members: readonly Member[], keys: string[]): void {
  const stems = keys.map((key, index) => {
    const isAlone = key === ownKey(members[index]!.path);
    return isAlone ? key.replace(/[_ -]?\d+$/, '') : key;
  });
  for (const [stem, group] of groupsOf(stems)) {
    const inOrder = [...group]
      .sort((a, b) => naturalOrder(keys[a]!, keys[b]!))
      .map((index) => members[index]!);
    const configurations = new Set(inOrder.map(configuration));
    if (group.length === 1 || configurations.size > 1 || !areOrdered(inOrder) || !isRising(inOrder)) continue;
    for (const index of group) keys[index] = stem;
  }
}

function ownKey(path: string): string {
  const full = resolve(path);
  return `${dirname(full)}${sep}${stemOf(basename(full))}`;
}

function groupsOf(keys: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  keys.forEach((key, index) => {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  return groups;
}

/** Whether epoch or step tells all of them apart. */
function areOrdered(members: readonly Member[]): boolean {
  const times = new Set(members.map(({ epochNumber, stepNumber }) => `${epochNumber} ${stepNumber}`));
  return (
    times.size === members.length &&
    members.every(({ epochNumber, stepNumber }) => (epochNumber ?? stepNumber) !== null)
  );
}

function isRising(members: readonly Member[]): boolean {
  return members.every((member, index) => {
    const before = members[index - 1];
    if (before === undefined) return true;
    const [a, b] = [before.stepNumber ?? before.epochNumber, member.stepNumber ?? member.epochNumber];
    return a !== null && b !== null && a < b;
  });
}

function configuration({ hyperParameters }: Member): string {
  const values = [...hyperParameters].map(([key, { value }]) => [key, value] as const);
  return JSON.stringify(values.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As many parts of each path, from its end, as no other has. */
function shortest(keys: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map([...new Set(keys)].map((key) => [key, key.split(sep).filter((part) => part !== '')]));
  const names = new Map<string, string>();
  let open = [...parts.keys()];
  for (let count = 1; open.length > 0; count++) {
    const tails = groupsOf(open.map((key) => parts.get(key)?.slice(-count).join('/') ?? key));
    const clashing: string[] = [];
    for (const [tail, group] of tails) {
      const isWhole = (index: number): boolean => (parts.get(open[index]!)?.length ?? 0) <= count;
      for (const index of group) {
        if (group.length === 1 || isWhole(index)) names.set(open[index]!, tail === '' ? open[index]! : tail);
        else clashing.push(open[index]!);
      }
    }
    open = clashing;
  }
  return names;
}
