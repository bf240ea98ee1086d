import type * as vscode from 'vscode';
import type { PanelSelection } from '../protocol';
import type { CheckpointTree } from './checkpoint-tree';
import type { Host } from './host';
import type { Analyses } from './model/checkpoint-analyses';
import type { Checkpoints } from './workspace/checkpoints';
import type { Requests } from './model/requests';

/** The panel as the rest of the extension sees it. */
export interface PanelWindow {
  /** The checkpoint whose result it shows, hidden or not. */
  readonly result: string | null;
  /** The same, where the panel is the editor in front. */
  readonly resultInFront: string | null;
  /** Brings the panel to the front and shows a result, or what it showed before. */
  show(selection?: Partial<PanelSelection>, preserveFocus?: boolean): void;
  export(kind: 'png' | 'svg'): void;
}

/** All there is of the extension while it is active: what commands, views and tools are given. */
export interface App {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly host: Host;
  readonly requests: Requests;
  readonly analyses: Analyses;
  readonly checkpoints: Checkpoints;
  readonly tree: CheckpointTree;
  readonly panel: PanelWindow;
}
