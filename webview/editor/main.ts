import { render } from 'lit';
import * as v from 'valibot';
import type { EditorMethods } from '../../src/protocol';
import { connect } from '../../src/rpc';
import { tsv } from '../format';
import { followScroll, keep, port, restore, Store } from '../page-base';
import { type EditorActions, editorPage, type EditorState } from './editor-page';
import { filterTensors, tensorRows } from './tensor-columns';
import { TensorDetails } from './tensor-details';

/** Starts the page of the checkpoint editor. */

/** What the page kept, perhaps by an earlier version: what does not fit takes its default. */
const Saved = v.fallback(
  v.object({
    filter: v.fallback(v.string(), ''),
    open: v.fallback(v.array(v.string()), []),
    top: v.fallback(v.number(), 0),
  }),
  { filter: '', open: [], top: 0 },
);

const extension = connect<EditorMethods>(port);
const details = new TensorDetails(extension);
const saved = v.parse(Saved, restore());
const store = new Store<EditorState>({
  ...saved,
  ...{ checkpoint: null, problem: null, shown: [], open: new Set(saved.open) },
});

/** Changes what outlives the page, and keeps it. */
function change(changes: Partial<Pick<EditorState, 'filter' | 'shown' | 'open' | 'top'>>): void {
  store.update(changes);
  const { filter, open, top } = store.state;
  keep({ filter, open: [...open], top });
}

const actions: EditorActions = {
  analyze: () => void extension.call('analyze', null),
  filter: (filter) => {
    change({ filter, shown: filterTensors(store.state.checkpoint?.tensors ?? [], filter) });
  },
  copy: () => void extension.call('copy', { text: tsv(tensorRows(store.state.shown)) }),
  details: (name) => details.view(name),
  toggle: (name, open) => {
    const names = new Set(store.state.open);
    if (open) names.add(name);
    else {
      names.delete(name);
      details.forget(name);
    }
    change({ open: names });
  },
};

const main = document.createElement('main');
document.body.append(main);

store.onChange((state) => {
  render(editorPage(state, actions), main);
});
extension.call('info', null).then(
  (checkpoint) => {
    store.update({ checkpoint, shown: filterTensors(checkpoint.tensors, saved.filter) });
  },
  (problem: unknown) => {
    store.update({ problem });
  },
);
followScroll(main, saved.top, (top) => {
  change({ top });
});
