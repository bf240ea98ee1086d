import type * as vscode from 'vscode';
import type { Host } from './host';
import type { Analyses } from './model/analyses';
import type { Panel } from './panel/panel';
import type { CheckpointTree } from './tree/tree';
import type { Checkpoints } from './workspace/checkpoints';
import type { Requests } from './workspace/requests';

/** All there is of the extension while it is active: what commands, views and tools are given. */
export interface App {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly host: Host;
  readonly requests: Requests;
  readonly analyses: Analyses;
  readonly checkpoints: Checkpoints;
  readonly tree: CheckpointTree;
  readonly panel: Panel;
}
