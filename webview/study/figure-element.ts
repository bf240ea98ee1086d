/** What stands for a checkpoint in a figure. */
const POINT = '[data-checkpoint]';

/** Pixels from a click to the point that it may mean. */
const REACH = 16;

/** Told which point was chosen: the number that it has in its figure. */
export type PointChosen = CustomEvent<number>;

/**
 * A figure of a study as it was drawn, with points that can be chosen: by a click, or by the arrow keys and Enter. Tab
 * reaches one point of a figure alone. It may have thousands, so that only the one in use is dressed up as a button.
 */
export class FigureElement extends HTMLElement {
  #svg = '';
  /** The point that Tab reaches. */
  #stop: SVGElement | null = null;

  /** What the checkpoint is called that a point stands for. */
  names: (point: number) => string = () => '';

  /** The figure, as SVG that our own code wrote. */
  set svg(svg: string) {
    if (svg === this.#svg) return;
    this.#svg = svg;
    if (svg === '') {
      this.replaceChildren();
      this.#stop = null;
      return;
    }
    const focused = this.#stop === document.activeElement ? this.#stop?.dataset['checkpoint'] : undefined;
    const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    this.replaceChildren(document.adoptNode(drawing));
    const points = this.#points();
    // A picture's parts cannot be reached; a group's can.
    if (points.length > 0) drawing.setAttribute('role', 'group');
    const before =
      focused === undefined ? undefined : points.find((one) => one.dataset['checkpoint'] === focused);
    this.#stop = null;
    this.#moveTo(before ?? points[0]);
    if (before !== undefined) before.focus();
  }

  connectedCallback(): void {
    this.addEventListener('click', this.#onClick);
    this.addEventListener('pointerover', this.#onHover);
    this.addEventListener('keydown', this.#onKey);
  }

  #points(): SVGElement[] {
    return [...this.querySelectorAll<SVGElement>(POINT)];
  }

  /** Makes a point the one that Tab reaches. */
  #moveTo(point: SVGElement | undefined): void {
    if (point === undefined) return;
    for (const name of ['tabindex', 'role', 'aria-label']) this.#stop?.removeAttribute(name);
    this.#stop = point;
    point.setAttribute('tabindex', '0');
    point.setAttribute('role', 'button');
    point.setAttribute('aria-label', this.#nameOf(point));
  }

  /** As the drawing says, else the checkpoint. */
  #nameOf(point: SVGElement): string {
    const title = point.querySelector('title')?.textContent;
    return title ?? this.names(Number(point.dataset['checkpoint']));
  }

  /** A tooltip for the point under the pointer. */
  readonly #onHover = ({ target }: PointerEvent): void => {
    const point = target instanceof Element ? target.closest<SVGElement>(POINT) : null;
    if (point?.querySelector('title') !== null) return; // null: it has none yet
    const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    title.textContent = this.#nameOf(point);
    point.append(title);
  };

  readonly #onClick = (event: MouseEvent): void => {
    const { target } = event;
    const point = target instanceof Element ? target.closest<SVGElement>(POINT) : null;
    const meant = point ?? this.#nearest(event);
    if (meant === null) return;
    this.#moveTo(meant);
    this.#choose(meant);
  };

  /** The point nearest to a click that hit none: means lie on the runs that they are of. */
  #nearest({ clientX, clientY }: MouseEvent): SVGElement | null {
    let [nearest, least]: [SVGElement | null, number] = [null, REACH];
    for (const point of this.querySelectorAll<SVGElement>(`circle${POINT}`)) {
      const { left, right, top, bottom } = point.getBoundingClientRect();
      const distance = Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
      if (distance < least) [nearest, least] = [point, distance];
    }
    return nearest;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const point = this.#stop;
    if (point === null || event.target !== point) return;
    if (event.key === 'Enter' || event.key === ' ') this.#choose(point);
    else {
      const points = this.#points();
      const at = points.indexOf(point);
      const next = {
        ArrowRight: points[at + 1],
        ArrowDown: points[at + 1],
        ArrowLeft: points[at - 1],
        ArrowUp: points[at - 1],
        Home: points[0],
        End: points.at(-1),
      };
      if (!(event.key in next)) return;
      const chosen = next[event.key as keyof typeof next]; // it is in it
      this.#moveTo(chosen);
      chosen?.focus();
    }
    event.preventDefault();
  };

  #choose(point: SVGElement): void {
    const detail = Number(point.dataset['checkpoint']);
    this.dispatchEvent(new CustomEvent<number>('choose', { detail }));
  }
}

customElements.define('modscope-study-figure', FigureElement);
