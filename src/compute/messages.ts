import { InputError } from '../core/base/error';
import type { TaskName, Tasks } from './tasks';

/** To a worker. One request is under way at a time, so that it needs no number. */
export interface Request<T extends TaskName = TaskName> {
  readonly task: T;
  readonly input: Tasks[T]['input'];
}

/** From a worker. */
export type Response = { readonly output: unknown } | { readonly failure: Failure };

/** An error as plain data: its class does not survive being sent. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  readonly input: {
    readonly where: string;
    readonly problem: string;
    readonly remedy: string | undefined;
  } | null;
}

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, input: null };
  const { message, stack } = error;
  if (!(error instanceof InputError)) return { message, stack, input: null };
  return { message, stack, input: { where: error.where, problem: error.problem, remedy: error.remedy } };
}

export function fromFailure({ message, stack, input }: Failure): Error {
  const error =
    input === null ? new Error(message) : new InputError(input.where, input.problem, input.remedy);
  if (stack !== undefined) error.stack = stack;
  return error;
}
