import * as v from 'valibot';
import { contentHash } from '../base/content-hash';
import { InputError } from '../base/error';
import { NUMERICS, VERSION } from '../base/version';
import type { CheckpointDescription } from './describe';
import type { Grouping, GroupOptions } from './groups';

// What a study is: the checkpoints, what is known of them and how they belong together, and how they are to be analyzed. It
// is written when the study is planned, and neither running nor collecting changes it.

export const PICKS = ['best', 'last', 'all'] as const;
export type PickRule = (typeof PICKS)[number];

const scalar = v.union([v.null(), v.boolean(), v.number(), v.string()]);
const sourced = v.object({ value: scalar, source: v.string() });
const strings = v.array(v.string());

/** The name of an entry: 32 hexadecimal digits. It becomes the name of a file. */
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

const Entry = v.object({
  id,
  path: v.string(),
  run: v.string(),
  hyperParameters: v.record(v.string(), sourced),
  metrics: v.record(v.string(), sourced),
  epoch: v.nullable(sourced),
  step: v.nullable(sourced),
  best: v.nullable(v.boolean()),
});

export const Manifest = v.object({
  schema: v.literal('modscope-study/1'),
  tool: v.object({ name: v.string(), version: v.string() }),
  /** Version of the numbers that its results have. */
  numerics: v.number(),
  /** The folder that paths begin from, from that of the study: both can be moved together. */
  base: v.string(),
  /** How to analyze: the keys of modscope.json. */
  config: v.record(v.string(), v.unknown()),
  pick: v.picklist(PICKS),
  options: v.object({
    by: v.exactOptional(strings),
    replicate: v.exactOptional(strings),
    ignore: v.exactOptional(strings),
  }),
  table: v.nullable(v.string()),
  grouping: v.object({
    factors: v.array(
      v.object({
        key: v.string(),
        scale: v.picklist(['linear', 'log', 'category']),
        values: v.array(scalar),
      }),
    ),
    replicates: strings,
    constants: v.record(v.string(), scalar),
    ignored: strings,
    trajectory: v.nullable(v.picklist(['step', 'epoch'])),
    sharedBaseline: v.boolean(),
    sentence: v.string(),
  }),
  /** Checkpoints that were found and not picked. */
  leftOut: v.number(),
  checkpoints: v.array(Entry),
});

export type Manifest = v.InferOutput<typeof Manifest>;
/** A checkpoint of a study. */
export type Entry = v.InferOutput<typeof Entry>;

/** What a study is planned from. */
interface Plan extends Omit<
  Manifest,
  'schema' | 'tool' | 'numerics' | 'grouping' | 'options' | 'checkpoints'
> {
  readonly options: GroupOptions;
  readonly grouping: Grouping;
  readonly checkpoints: readonly CheckpointDescription[];
}

/** The same plan gives the same manifest. */
export function manifestOf(plan: Plan): Manifest {
  const { by, replicate, ignore } = plan.options;
  const { factors, replicates, ignored } = plan.grouping;
  return {
    schema: 'modscope-study/1',
    tool: { name: 'modscope', version: VERSION },
    numerics: NUMERICS,
    base: plan.base,
    config: plan.config,
    pick: plan.pick,
    options: {
      ...(by && { by: [...by] }),
      ...(replicate && { replicate: [...replicate] }),
      ...(ignore && { ignore: [...ignore] }),
    },
    table: plan.table,
    grouping: {
      ...plan.grouping,
      factors: factors.map((factor) => ({ ...factor, values: [...factor.values] })),
      replicates: [...replicates],
      ignored: [...ignored],
    },
    leftOut: plan.leftOut,
    checkpoints: plan.checkpoints.map((checkpoint) => ({
      id: entryId(checkpoint.path, plan.config),
      ...checkpoint,
    })),
  };
}

/** Where what is known of a checkpoint's result lies: another place where it is analyzed otherwise. */
function entryId(path: string, config: unknown): string {
  return contentHash({ path, config, numerics: NUMERICS }).slice(0, 32);
}

/**
 * A manifest out of its file.
 * @param path of the file, for messages
 * @throws InputError
 */
export function parseManifest(path: string, text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(path, 'is not JSON', 'Plan the study again; its results stay');
  }
  const { schema } = v.parse(v.fallback(v.object({ schema: v.string() }), { schema: '' }), value);
  if (schema !== 'modscope-study/1') {
    const found = schema === '' ? 'is no study of modscope' : 'is of another version of modscope';
    throw new InputError(path, found, 'Plan the study again; its results stay');
  }
  const result = v.safeParse(Manifest, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InputError(
    path,
    `${v.getDotPath(issue) ?? 'it'} is wrong: ${issue.message}`,
    'Plan the study again; its results stay',
  );
}

/** @throws InputError where this program would give other numbers than the study was planned for */
export function checkNumerics(path: string, { numerics, tool }: Manifest): void {
  if (numerics === NUMERICS) return;
  throw new InputError(
    path,
    `was planned by modscope ${tool.version}, whose numbers may differ from those of ${VERSION}`,
    'Plan the study again',
  );
}
