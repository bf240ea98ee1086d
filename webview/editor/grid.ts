import { t } from '../l10n';
import { element } from './dom';
import { COLUMNS, type Tensor } from './tensor';

/** Rows are made a group at a time, when the group comes near what is seen: thousands of tensors cost what is looked at. */
const GROUP = 64;
const ROW_HEIGHT = 24;

interface Options {
  /** Names of the tensors whose details are open; kept up to date. */
  readonly open: Set<string>;
  readonly onOpen: () => void;
  readonly details: (tensor: Tensor) => HTMLElement;
}

/** The tensors as an ARIA treegrid: a row each, below it, when it is open, the details. */
export class TensorGrid {
  readonly element = element('div', { role: 'treegrid', 'aria-label': t('Tensors'), class: 'grid' });
  readonly #options: Options;
  readonly #near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) this.#fill(this.#groups.indexOf(target as HTMLElement)); // only groups are observed
    },
    { rootMargin: '1000px 0px' },
  );
  #tensors: readonly Tensor[] = [];
  #groups: readonly HTMLElement[] = [];
  /** The row that Tab comes to. */
  #current = 0;

  constructor(options: Options) {
    this.#options = options;
    this.element.addEventListener('keydown', (event) => {
      if (this.#onKey(event)) event.preventDefault();
    });
    this.element.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
      if (row === null) return;
      this.#focus(Number(row.dataset['index']));
      this.#toggle(row, row.ariaExpanded !== 'true');
    });
  }

  show(tensors: readonly Tensor[]): void {
    this.#near.disconnect();
    this.#tensors = tensors;
    this.#current = 0;
    this.#groups = Array.from({ length: Math.ceil(tensors.length / GROUP) }, (_, group) => {
      const rows = Math.min(GROUP, tensors.length - group * GROUP);
      const result = element('div', { role: 'rowgroup' });
      result.style.minHeight = `${rows * ROW_HEIGHT}px`;
      return result;
    });
    this.element.setAttribute('aria-rowcount', String(tensors.length + 1));
    this.element.replaceChildren(headings(), ...this.#groups);
    for (const group of this.#groups) this.#near.observe(group);
    if (tensors.length > 0) this.#row(0).tabIndex = 0;
  }

  #fill(group: number): void {
    const at = this.#groups[group];
    if (at === undefined || at.childElementCount > 0) return;
    const first = group * GROUP;
    for (const [i, tensor] of this.#tensors.slice(first, first + GROUP).entries()) {
      const cells = COLUMNS.map(({ kind, text }) =>
        element('div', { role: 'gridcell', class: kind, title: text(tensor) }, text(tensor)),
      );
      const row = element(
        'div',
        {
          ...{ role: 'row', class: 'row', tabindex: '-1', 'data-index': String(first + i) },
          ...{ 'aria-level': '1', 'aria-expanded': 'false', 'aria-rowindex': String(first + i + 2) },
        },
        ...cells,
      );
      at.append(row);
      if (this.#options.open.has(tensor.name)) this.#toggle(row, true);
    }
    at.style.minHeight = '';
  }

  #row(index: number): HTMLElement {
    const group = Math.floor(index / GROUP);
    this.#fill(group);
    return [...this.#groups[group]!.querySelectorAll<HTMLElement>(':scope > .row')][index % GROUP]!;
  }

  #focus(index: number): void {
    this.#row(this.#current).tabIndex = -1;
    this.#current = Math.min(Math.max(index, 0), this.#tensors.length - 1);
    const row = this.#row(this.#current);
    row.tabIndex = 0;
    row.focus();
  }

  #toggle(row: HTMLElement, open: boolean): void {
    if ((row.ariaExpanded === 'true') === open) return;
    const tensor = this.#tensors[Number(row.dataset['index'])]!;
    row.ariaExpanded = String(open);
    if (open) {
      const cell = element('div', { role: 'gridcell', 'aria-colspan': String(COLUMNS.length) });
      cell.append(this.#options.details(tensor));
      row.after(element('div', { role: 'row', class: 'detail', 'aria-level': '2' }, cell));
      this.#options.open.add(tensor.name);
    } else {
      row.nextElementSibling?.remove();
      this.#options.open.delete(tensor.name);
    }
    this.#options.onOpen();
  }

  /** Whether the key meant something here: the keys of VS Code's own lists. */
  #onKey({ key, target, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    if (altKey || ctrlKey || metaKey || !(target instanceof HTMLElement) || !target.matches('.row'))
      return false;
    const page = Math.max(1, Math.floor(innerHeight / ROW_HEIGHT) - 2);
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity },
    };
    const step = steps[key];
    if (step !== undefined) this.#focus(this.#current + step);
    else if (key === 'ArrowRight') this.#toggle(target, true);
    else if (key === 'ArrowLeft') this.#toggle(target, false);
    else if (key === 'Enter' || key === ' ') this.#toggle(target, target.ariaExpanded !== 'true');
    else return false;
    return true;
  }
}

function headings(): HTMLElement {
  const cells = COLUMNS.map(({ title, kind }) =>
    element('div', { role: 'columnheader', class: kind }, title),
  );
  return element('div', { role: 'row', class: 'headings', 'aria-rowindex': '1' }, ...cells);
}
