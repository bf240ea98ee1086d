import type { Flag } from '../settings/table';

/** What --help says of a command. */
export interface CommandHelp {
  /** What follows "modscope". */
  readonly form: string;
  /** What it does, and what else there is to say. */
  readonly about: string;
  readonly flags: readonly Readonly<Record<string, Flag>>[];
}

/** Where the help on a flag begins. */
const HELP_COLUMN = 28;

/** Flags as --help shows them. */
export function flagsHelp(flags: Readonly<Record<string, Flag>>): string {
  return Object.entries(flags)
    .map(([name, { form, help }]) => {
      const flag = `  --${name} ${form}`.padEnd(HELP_COLUMN);
      return `${flag}${help.replaceAll('\n', `\n${' '.repeat(HELP_COLUMN)}`)}\n`;
    })
    .join('');
}

/** The help on one command. */
export function commandHelp({ form, about, flags }: CommandHelp): string {
  const options = flags.map(flagsHelp).join('');
  return `modscope ${form}\n\n${about}\n${options === '' ? '' : `\nOptions\n${options}`}`;
}

/** Flags as parseArgs takes them. */
export function parseable<const F extends Readonly<Record<string, Flag>>>(flags: F) {
  const entries = Object.entries(flags).map(([name, { form }]) => [
    name,
    { type: form === '' ? 'boolean' : 'string' },
  ]);
  // fromEntries forgets which flag is whose
  return Object.fromEntries(entries) as {
    readonly [K in keyof F]: { readonly type: F[K]['form'] extends '' ? 'boolean' : 'string' };
  };
}

/** Whether --help or -h is among the arguments. What follows "--" are no options. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}
