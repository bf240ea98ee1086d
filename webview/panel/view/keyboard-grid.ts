import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

const rowsOf = (grid: Element): HTMLElement[][] =>
  [...grid.querySelectorAll('[role="row"]')]
    .map((row) => [...row.querySelectorAll<HTMLElement>('[role="gridcell"]')])
    .filter((cells) => cells.length > 0);

/**
 * Arrows, Home and End move to another cell, Home and End with Ctrl to the far ends, Page Up and Down within the column;
 * Enter and Space press the cell.
 */
function onKey(event: KeyboardEvent): void {
  const { currentTarget: grid, target } = event;
  if (!(grid instanceof Element) || !(target instanceof HTMLElement)) return;
  const rows = rowsOf(grid);
  const row = rows.findIndex((cells) => cells.includes(target));
  const cells = rows[row];
  if (cells === undefined) return;
  const column = cells.indexOf(target);
  const far = event.ctrlKey || event.metaKey;
  const next = {
    ArrowLeft: cells[column - 1],
    ArrowRight: cells[column + 1],
    ArrowUp: rows[row - 1]?.[column],
    ArrowDown: rows[row + 1]?.[column],
    PageUp: rows[0]?.[column],
    PageDown: rows.at(-1)?.[column],
    Home: (far ? rows[0] : cells)?.[0],
    End: (far ? rows.at(-1) : cells)?.at(-1),
  };
  if (event.key === 'Enter' || event.key === ' ') target.click();
  else if (event.key in next)
    next[event.key as keyof typeof next]?.focus(); // it is in it
  else return;
  event.preventDefault();
}

/** Lets Tab reach one cell alone: the focused one, else the selected one, else the first. */
function rove(grid: Element): void {
  const cells = rowsOf(grid).flat();
  const focused = cells.find((cell) => cell === document.activeElement);
  const tabbable = focused ?? cells.find((cell) => cell.ariaSelected === 'true') ?? cells[0];
  for (const cell of cells) cell.tabIndex = cell === tabbable ? 0 : -1;
}

/** Makes a role="grid" of role="row" and role="gridcell" usable from the keyboard, with one stop for Tab. */
class KeyboardGrid extends Directive {
  #grid: Element | null = null;

  override render(): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart): typeof noChange {
    if (this.#grid === null && element instanceof HTMLElement) {
      element.addEventListener('keydown', onKey);
      element.addEventListener('focusin', () => {
        rove(element);
      });
    }
    this.#grid = element;
    // lit renders the cells after this.
    queueMicrotask(() => {
      rove(element);
    });
    return noChange;
  }
}

export const keyboardGrid = directive(KeyboardGrid);
