import type { PanelMethods, PanelNotice } from '../../src/protocol';
import { connect, type Connection } from '../../src/rpc';
import { keep, port, restore } from '../page';

export interface Host extends Connection<PanelMethods, PanelNotice> {
  /** What the page kept before it was hidden or reloaded. */
  restore(): unknown;
  keep(state: unknown): void;
}

export function openHost(): Host {
  return { ...connect<PanelMethods, PanelNotice>(port), restore, keep };
}
