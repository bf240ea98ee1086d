import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { render } from 'lit';
import type { PanelMethods, PanelNotice } from '../../src/protocol';
import { connect } from '../../src/rpc';
import { followScroll, port, restore, Store } from '../page-base';
import { Controller } from './controller';
import { Exports } from './exports';
import './matrix/matrix-view';
import { initialState, type ViewName } from './panel-state';
import { Readout } from './readout';
import { panelView } from './view/panel-view';

/** Starts the page. It is loaded at the end of the body; its policy allows no inline styles, nor are there any. */
const extension = connect<PanelMethods, PanelNotice>(port);
const store = new Store(initialState(restore()));
const controller = new Controller(store, extension);
const exports = new Exports(controller);
const readout = new Readout(controller, show);

const main = document.createElement('main');
document.body.append(main);

function show(): void {
  render(panelView(store.state, { controller, exports, readout }), main);
}

/** The element that had the focus last. */
let lastFocused: Element | null = null;
main.addEventListener('focusin', ({ target }) => {
  if (target instanceof Element) lastFocused = target;
});

/** The view whose picture "Export Picture" saves: the one that had the focus last. */
function viewInUse(): ViewName {
  const view = lastFocused?.closest('.view');
  if (view?.classList.contains('modularity') === true) return 'modularity';
  return view?.classList.contains('agreement') === true ? 'agreement' : 'association';
}

store.onChange(show);
extension.onNotice((notice) => {
  if (notice.type === 'export') exports.save(viewInUse(), notice.kind);
  else controller.notice(notice);
});
show();
followScroll(main, store.state.view.top, (top) => {
  controller.change({ top });
});
void controller.refresh();
