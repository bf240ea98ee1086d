import type { EditorMethods } from '../../src/protocol';
import { connect } from '../../src/rpc';
import { port } from '../page';
import { t } from '../l10n';
import { button, element } from './dom';
import { TensorGrid } from './grid';
import { remember, remembered } from './state';
import { statisticsView } from './statistics';
import { filterTensors, formatCount, type Tensor, toTsv } from './tensor';

export const extension = connect<EditorMethods>(port);

/** The section of tensors: filter, number, grid. */
export function tensorSection(tensors: readonly Tensor[]): HTMLElement {
  const open = new Set(remembered().open);
  const grid = new TensorGrid({
    open,
    onOpen: () => {
      remember({ open: [...open] });
    },
    details,
  });
  let shown = tensors;
  const input = element('input', {
    ...{ type: 'search', placeholder: t('Filter by name, type, shape'), 'aria-label': t('Filter tensors') },
    ...{ spellcheck: 'false', autocomplete: 'off' },
  });
  const status = element('span', { role: 'status' });
  const filter = (): void => {
    shown = filterTensors(tensors, input.value);
    grid.show(shown);
    const all = tensors.length === 1 ? t('1 tensor') : t('{0} tensors', formatCount(tensors.length));
    status.textContent =
      shown.length === tensors.length ? all : t('{0} of {1}', formatCount(shown.length), all);
  };
  input.value = remembered().filter;
  input.addEventListener('input', () => {
    remember({ filter: input.value });
    filter();
  });
  filter();
  const copy = button(t('Copy as TSV'), 'secondary', () => {
    void extension.call('copy', { text: toTsv(shown) });
  });
  const tools = element('div', { class: 'tools' }, input, status, copy);
  return element(
    'section',
    { 'aria-label': t('Tensors') },
    element('h2', {}, t('Tensors')),
    tools,
    grid.element,
  );
}

/** Statistics are read when a tensor is opened: only then is its part of the file touched. */
function details({ name }: Tensor): HTMLElement {
  const place = element('div', { class: 'details', 'aria-live': 'polite' }, t('Reading the values…'));
  extension.call('tensorStatistics', { tensor: name }).then(
    (statistics) => {
      place.replaceChildren(statisticsView(name, statistics));
    },
    (error: unknown) => {
      place.replaceChildren(problem(error));
    },
  );
  return place;
}

/** What went wrong, in the words of the other side. */
export function problem(error: unknown): HTMLElement {
  const text = error instanceof Error ? error.message : String(error);
  return element('p', { role: 'alert', class: 'problem' }, text);
}
