import { keep, restore } from '../page';

/** What the page remembers while it is hidden, and over a reload. */
export interface EditorState {
  readonly filter: string;
  /** Names of the tensors whose details are open. */
  readonly open: readonly string[];
  /** How far it is scrolled, in pixels. */
  readonly top: number;
}

const INITIAL: EditorState = { filter: '', open: [], top: 0 };

export function remembered(): EditorState {
  // Written by `remember` alone; an older version of the page may have kept less.
  return { ...INITIAL, ...(restore() as Partial<EditorState> | undefined) };
}

export function remember(change: Partial<EditorState>): void {
  keep({ ...remembered(), ...change });
}
