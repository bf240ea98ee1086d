import * as vscode from 'vscode';
import type { StudyNode } from './commands/study-commands';
import type { Study } from './model/study';
import type { Studies } from './model/studies';
import { studyCounts, studyName } from './wording';

/** Milliseconds between a change and the redrawing. */
const REDRAW_DELAY = 150;

/** The view "Studies": a row for each, with how far it is and what it varies. */
export class StudyTree implements vscode.TreeDataProvider<StudyNode>, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<StudyNode | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #nodes = new Map<string, StudyNode>();
  readonly #disposables: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  readonly #pending = new Set<string>();

  constructor(readonly studies: Studies) {
    this.#disposables = vscode.Disposable.from(
      vscode.window.createTreeView('modscope.studies', { treeDataProvider: this }),
      this.#changes,
      studies.listed.on(() => {
        this.#tellWhetherAny();
        this.#changes.fire(undefined);
      }),
      studies.changed.on((id) => {
        this.#later(id);
      }),
    );
    this.#tellWhetherAny();
  }

  getChildren(node?: StudyNode): StudyNode[] {
    return node === undefined ? this.studies.list.map(({ id }) => this.#node(id)) : [];
  }

  getTreeItem({ id }: StudyNode): vscode.TreeItem {
    const study = this.studies.get(id);
    if (study === undefined) return new vscode.TreeItem('');
    return treeItem(study, this.studies.isAtWork(id));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }

  /** The same object for a study: VS Code knows a row by it, when the row is to be drawn again. */
  #node(id: string): StudyNode {
    const node = this.#nodes.get(id) ?? { kind: 'study', id };
    this.#nodes.set(id, node);
    return node;
  }

  #tellWhetherAny(): void {
    void vscode.commands.executeCommand('setContext', 'modscope.hasStudies', this.studies.list.length > 0);
  }

  #later(id: string): void {
    this.#pending.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const changed of this.#pending) this.#changes.fire(this.#node(changed));
      this.#pending.clear();
    }, REDRAW_DELAY);
  }
}

function treeItem(study: Study, isAtWork: boolean): vscode.TreeItem {
  const { id, kind, folders, counts, sentence, problem } = study;
  const item = new vscode.TreeItem(studyName(study));
  const says = counts.planned === 0 ? '' : studyCounts(counts);
  item.id = id;
  item.description = [says, sentence].filter((text) => text !== '').join(' · ');
  item.tooltip = [...folders, ...(problem === null ? [] : [problem]), sentence, says]
    .filter((text) => text !== '')
    .join('\n');
  item.accessibilityInformation = { label: `${studyName(study)}, ${item.description}` };
  item.iconPath = icon(study, isAtWork);
  item.contextValue = `study.${kind === 'folder' ? 'fixed' : isAtWork ? 'running' : isOver(study) ? 'done' : 'stopped'}`;
  item.command = {
    command: 'modscope.openStudy',
    title: vscode.l10n.t('Open Study'),
    arguments: [{ kind: 'study', id } satisfies StudyNode],
  };
  return item;
}

function isOver({ counts: { planned, done } }: Study): boolean {
  return planned > 0 && done === planned;
}

function icon(study: Study, isAtWork: boolean): vscode.ThemeIcon {
  const { failed } = study.counts;
  const coloured = (id: string, color: string) => new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
  if (isAtWork) return new vscode.ThemeIcon('loading~spin');
  if (isOver(study)) return coloured('pass-filled', 'testing.iconPassed');
  if (study.problem !== null || failed > 0) return coloured('warning', 'list.warningForeground');
  return new vscode.ThemeIcon(study.kind === 'folder' ? 'graph-scatter' : 'debug-pause');
}
