/**
 * The key of modscope.json whose value is wrong or missing. The command line has a flag for it, the editor a command.
 */
export type Subject = 'data' | 'loss';

/**
 * Something the user gave is wrong: a file, a setting, a choice. The message is one line that says what is
 * wrong, where, and what to do; it is shown as it is, without a stack.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  /**
   * @param where the file, setting or flag at fault, as the user knows it
   * @param problem what is wrong and where in it, e.g. "tensor fc.weight ends 12 bytes past the end of the file"
   * @param remedy what the user can do about it, if anything. It must hold in the editor too, which has no flags
   * @param about the setting to change, where changing one would help
   */
  constructor(
    readonly where: string,
    readonly problem: string,
    readonly remedy?: string,
    readonly about?: Subject,
  ) {
    super(`${where}: ${problem}${remedy === undefined ? '' : `. ${remedy}`}`);
  }
}

/** The work was cancelled by the user; nothing is wrong. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('Cancelled');
  }
}

/** @throws CancelledError once the signal is aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
