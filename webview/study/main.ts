import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { render } from 'lit';
import { neutralsCss } from '../../src/core/render/svg';
import type { StudyMethods, StudyNotice } from '../../src/protocol';
import { connect } from '../../src/rpc';
import { followScroll, port, restore, Store } from '../page-base';
import { Controller } from './study-controller';
import './figure-element';
import { initialState } from './study-state';
import { studyView } from './view/study-view';

/** Starts the page. It is loaded at the end of the body; its policy allows no inline styles, nor are there any. */
const extension = connect<StudyMethods, StudyNotice>(port);
const store = new Store(initialState(restore()));
const controller = new Controller(store, extension);

// Figures in the colours of the theme; what is data keeps its own. The policy is about sheets that are loaded.
const neutrals = new CSSStyleSheet();
neutrals.replaceSync(
  neutralsCss('modscope-study-figure', {
    ink: 'var(--vscode-foreground)',
    muted: 'var(--muted)',
    rule: 'color-mix(in srgb, var(--vscode-foreground) 40%, var(--vscode-editor-background))',
    card: 'var(--vscode-editor-background)',
    cardEdge: 'var(--line)',
    missing: 'var(--modscope-missing)',
  }),
);
document.adoptedStyleSheets = [neutrals];

const main = document.createElement('main');
document.body.append(main);

function show(): void {
  render(studyView(store.state, controller), main);
}

store.onChange(show);
extension.onNotice((notice) => {
  controller.notice(notice);
});
show();
followScroll(main, store.state.top, (top) => {
  controller.change({ top });
});
void controller.refresh();
