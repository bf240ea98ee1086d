import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { render } from 'lit';
import { Exports } from './exports';
import { openHost } from './host';
import './matrix/matrix-view';
import './matrix/thumbnail-view';
import { Panel } from './panel';
import { Readout } from './readout';
import { followScroll } from './scroll';
import { initialState, type ViewName } from './state';
import { Store } from './store';
import { app } from './view/app';

/** Starts the page. It is loaded at the end of the body; its policy allows no inline styles, nor are there any. */
const host = openHost();
const store = new Store(initialState(host.restore()));
const panel = new Panel(store, host);
const exports = new Exports(panel);
const readout = new Readout(panel, show);

const main = document.createElement('main');
document.body.append(main);

function show(): void {
  render(app(store.state, { panel, exports, readout }), main);
}

/** The view whose picture "Export Picture" saves: where the user last was. */
function viewInUse(): ViewName {
  const view = lastFocused?.closest('.view');
  if (view?.classList.contains('modularity') === true) return 'modularity';
  return view?.classList.contains('agreement') === true ? 'agreement' : 'association';
}
let lastFocused: Element | null = null;
main.addEventListener('focusin', ({ target }) => {
  if (target instanceof Element) lastFocused = target;
});

store.onChange(show);
host.onNotice((notice) => {
  if (notice.type === 'export') exports.save(viewInUse(), notice.kind);
  else panel.notice(notice);
});
show();
followScroll(main, store.state.view.top, (top) => {
  panel.change({ top });
});
void panel.refresh();
