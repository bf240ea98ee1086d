import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from '../settings/flags';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Parsed<O extends Options> {
  readonly positionals: string[];
  readonly values: ReturnType<typeof parseArgs<{ options: O }>>['values'];
}

/** Positional arguments and the flags that were given. @throws UsageError for unknown or incomplete ones */
export function parse<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { positionals, values };
  } catch (error) {
    // parseArgs explains in its first sentence and then repeats how dashes are escaped.
    const [message = 'wrong usage'] = String(error instanceof Error ? error.message : error).split('. ');
    throw new UsageError(message);
  }
}
