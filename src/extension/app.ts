import type * as vscode from 'vscode';
import type { PanelSelection } from '../protocol';
import type { CheckpointTree } from './checkpoint-tree';
import type { Host } from './host';
import type { Analyses } from './model/checkpoint-analyses';
import type { Checkpoints } from './workspace/checkpoints';
import type { Requests } from './model/requests';
import type { Studies } from './model/studies';

/** How a page is brought to the front. */
export interface ShowOptions {
  /** The keyboard stays where it is. */
  readonly preserveFocus?: boolean;
  /** A page that is not open yet is opened beside the editor in front. */
  readonly beside?: boolean;
}

/** The panel as the rest of the extension sees it. */
export interface PanelWindow {
  /** The checkpoint whose result it shows, hidden or not. */
  readonly result: string | null;
  /** The same, where the panel is the editor in front. */
  readonly resultInFront: string | null;
  /** Brings the panel to the front and shows a result, or what it showed before. */
  show(selection?: Partial<PanelSelection>, options?: ShowOptions): void;
  export(kind: 'png' | 'svg'): void;
}

/** The pages of studies as the rest of the extension sees them. */
export interface StudyWindows {
  /** The study whose page is the editor in front. */
  readonly inFront: string | null;
  show(id: string): void;
}

/** The pages of comparisons as the rest of the extension sees them. */
export interface ComparisonWindows {
  /** @param paths of two to four checkpoints */
  show(paths: readonly string[]): void;
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
  readonly studies: Studies;
  readonly studyPages: StudyWindows;
  readonly comparisons: ComparisonWindows;
}
