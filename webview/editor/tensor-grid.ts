import { html, nothing, render, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { t } from '../l10n';
import { COLUMNS, type ListedTensor } from './tensor-columns';

/** Rows exist a group at a time, while the group is near what the user sees: a file costs what the user looks at. */
const GROUP = 64;
const ROW_HEIGHT = 24;

/** What the grid shows, and whom it tells. */
export interface TensorGridScene {
  readonly tensors: readonly ListedTensor[];
  /** Names of the tensors whose details are open. */
  readonly open: ReadonlySet<string>;
  readonly details: (name: string) => TemplateResult;
  readonly onToggle: (name: string, open: boolean) => void;
}

interface Group {
  /** Index of its first tensor. */
  readonly first: number;
  readonly tensors: readonly ListedTensor[];
  near: boolean;
  /** In pixels, while it has no rows. */
  height: number;
}

/** The tensors as an ARIA treegrid: a row each, and below an open one its details. */
export class TensorGrid extends HTMLElement {
  #scene: TensorGridScene | null = null;
  #groups: readonly Group[] = [];
  /** Index of the row that Tab comes to. */
  #current = 0;
  readonly #visibility = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target, boundingClientRect } of entries) {
        const group = this.#groups[Number(target.getAttribute('data-group'))];
        if (group === undefined) continue;
        if (group.near) group.height = boundingClientRect.height;
        group.near = isIntersecting;
      }
      this.#render();
    },
    { rootMargin: '1000px 0px' },
  );

  constructor() {
    super();
    this.addEventListener('keydown', (event) => {
      if (this.#onKey(event)) event.preventDefault();
    });
  }

  connectedCallback(): void {
    this.role = 'treegrid';
    this.ariaLabel = t('Tensors');
  }

  set scene(scene: TensorGridScene) {
    const before = this.#scene;
    this.#scene = scene;
    if (before?.tensors === scene.tensors) {
      this.#render();
      return;
    }
    const { tensors } = scene;
    this.#current = 0;
    this.#groups = Array.from({ length: Math.ceil(tensors.length / GROUP) }, (_, i) => {
      const members = tensors.slice(i * GROUP, (i + 1) * GROUP);
      return { first: i * GROUP, tensors: members, near: false, height: members.length * ROW_HEIGHT };
    });
    this.setAttribute('aria-rowcount', String(tensors.length + 1));
    this.#render();
    this.#visibility.disconnect();
    for (const group of this.querySelectorAll('[data-group]')) this.#visibility.observe(group);
  }

  #render(): void {
    if (this.#scene === null) return;
    const { tensors, open, details } = this.#scene;
    const rows = ({ first, tensors: members }: Group): TemplateResult[] =>
      members.map((tensor, i) => this.#row(tensor, first + i, open.has(tensor.name) ? details : null));
    const groups = this.#groups.map((group, i) => {
      // The row with the focus stays, however far away the user scrolls.
      const filled = group.near || i === Math.floor(this.#current / GROUP);
      return html`<div
        role="rowgroup"
        data-group=${i}
        .style=${filled ? '' : `min-height: ${group.height}px`}
      >
        ${filled ? rows(group) : nothing}
      </div>`;
    });
    const headings = COLUMNS.map(
      ({ title, kind }) => html`<div role="columnheader" class=${kind}>${title}</div>`,
    );
    // Other tensors get other groups, which the observer sees anew.
    render(
      html`<div role="row" class="headings" aria-rowindex="1">${headings}</div>
        ${keyed(tensors, groups)}`,
      this,
    );
  }

  /** @param details null: they are not open */
  #row(tensor: ListedTensor, index: number, details: TensorGridScene['details'] | null): TemplateResult {
    return html`<div
        role="row"
        class="row"
        tabindex=${index === this.#current ? 0 : -1}
        data-index=${index}
        aria-level="1"
        aria-expanded=${details !== null}
        aria-rowindex=${index + 2}
        @focus=${() => {
          this.#current = index;
          this.#render();
        }}
        @click=${({ currentTarget: row }: Event) => {
          if (row instanceof HTMLElement) row.focus();
          this.#toggle(details === null);
        }}
      >
        ${COLUMNS.map(
          ({ kind, text }) =>
            html`<div role="gridcell" class=${kind} title=${text(tensor)}>${text(tensor)}</div>`,
        )}
      </div>
      ${
        details === null
          ? nothing
          : html`<div role="row" class="detail" aria-level="2">
              <div role="gridcell" aria-colspan=${COLUMNS.length}>${details(tensor.name)}</div>
            </div>`
      }`;
  }

  /** Moves the focus so many rows down. */
  #move(rows: number): void {
    this.#current = Math.min(Math.max(this.#current + rows, 0), (this.#scene?.tensors.length ?? 1) - 1);
    this.#render();
    this.querySelector<HTMLElement>(`[data-index="${this.#current}"]`)?.focus();
  }

  /** Opens or closes the current row. */
  #toggle(open: boolean): void {
    const name = this.#scene?.tensors[this.#current]?.name;
    if (name !== undefined && this.#scene?.open.has(name) !== open) this.#scene?.onToggle(name, open);
  }

  /** Whether the grid has used the key: it has the keys of VS Code's own lists. */
  #onKey({ key, target, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    if (altKey || ctrlKey || metaKey || !(target instanceof HTMLElement) || !target.matches('.row'))
      return false;
    const page = Math.max(1, Math.floor(innerHeight / ROW_HEIGHT) - 2);
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity },
    };
    const step = steps[key];
    if (step !== undefined) this.#move(step);
    else if (key === 'ArrowRight') this.#toggle(true);
    else if (key === 'ArrowLeft') this.#toggle(false);
    else if (key === 'Enter' || key === ' ') this.#toggle(target.ariaExpanded !== 'true');
    else return false;
    return true;
  }
}

customElements.define('modscope-tensors', TensorGrid);
declare global {
  interface HTMLElementTagNameMap {
    'modscope-tensors': TensorGrid;
  }
}
