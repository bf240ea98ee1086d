import type { PlainValue } from '../core/base/plain-value';
import { plural } from '../core/base/text';
import type { Checkpoint } from '../core/checkpoint/checkpoint';
import { openCheckpoint } from '../core/checkpoint/formats/open';
import { asideSentence } from '../core/checkpoint/set-aside';
import { UsageError } from '../settings/flags';
import { parse } from './arguments';
import { type CommandHelp, parseable } from './help';
import { textTable } from './output';

const FLAGS = { json: { form: '', help: 'print JSON, with the optimizer’s tensors too' } } as const;

/** modscope inspect --help */
export const inspectHelp: CommandHelp = {
  form: 'inspect CKPT [--json]',
  about: 'Tensors, hyper-parameters, and what the file names that was left inert. Reads headers only.',
  flags: [FLAGS],
};

/** `modscope inspect CKPT [--json]` */
export async function inspectCommand(args: readonly string[]): Promise<string> {
  const { positionals, values } = parse(args, parseable(FLAGS));
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('inspect takes one checkpoint');
  const checkpoint = await openCheckpoint(path);
  try {
    return values.json === true ? `${JSON.stringify(plain(checkpoint), null, 2)}\n` : describe(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

function plain({ path, format, tensors, configuration, metadata, stubs, ...checkpoint }: Checkpoint): object {
  const hyperParameters = { ...configuration, ...checkpoint.hyperParameters };
  return { path, format, tensors: [...tensors.values()], hyperParameters, metadata, stubs };
}

function describe(checkpoint: Checkpoint): string {
  const tensors = [...checkpoint.tensors.values()];
  const weights = tensors.filter((tensor) => tensor.role === 'weight');
  const parameters = weights.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  const sections = [
    ...(checkpoint.notes ?? []),
    `${checkpoint.path}: ${checkpoint.format}, ${weights.length} weights with ${parameters.toLocaleString('en')} values`,
    textTable(
      weights.map(({ name, dtype, shape, computed }) => [
        `  ${name}`,
        dtype,
        `[${shape.join(', ')}]`,
        ...(computed === undefined ? [] : [`= ${computed.formula}`]),
      ]),
    ),
  ];
  const parts = tensors.filter((tensor) => tensor.role === 'part');
  if (parts.length > 0)
    sections.push(`${plural(parts.length, 'tensor')} that weights are computed from; --json lists them`);
  const aside = asideSentence(tensors);
  if (aside !== null) sections.push(aside);
  const others = tensors.filter((tensor) => tensor.role === 'other' && tensor.aside === undefined);
  if (others.length > 0)
    sections.push(`${others.length} other tensors (optimizer and the like); --json lists them`);
  const values = { ...checkpoint.metadata, ...checkpoint.configuration, ...checkpoint.hyperParameters };
  if (Object.keys(values).length > 0) {
    sections.push(`Hyper-parameters and metadata:\n${textTable(Object.entries(values).map(entry))}`);
  }
  if (checkpoint.stubs.length > 0)
    sections.push(`Named in the file and left inert: ${checkpoint.stubs.join(', ')}`);
  return `${sections.join('\n')}\n`;
}

function entry([key, value]: [string, PlainValue]): string[] {
  return [`  ${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`];
}
