import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { render } from 'lit';
import type { ComparisonMethods, ComparisonNotice } from '../../src/protocol';
import { connect } from '../../src/rpc';
import { followScroll, port, restore, Store } from '../page-base';
import '../panel/matrix/matrix-view';
import { initialState } from './compare-state';
import { Controller } from './compare-controller';
import { compareView } from './view/compare-view';

/** Starts the page. It is loaded at the end of the body; its policy allows no inline styles, nor are there any. */
const extension = connect<ComparisonMethods, ComparisonNotice>(port);
const store = new Store(initialState(restore()));
const controller = new Controller(store, extension);

const main = document.createElement('main');
document.body.append(main);

function show(): void {
  render(compareView(store.state, controller), main);
}

store.onChange(show);
extension.onNotice(() => {
  void controller.refresh();
});
show();
followScroll(main, store.state.top, (top) => {
  controller.change({ top });
});
void controller.refresh();
