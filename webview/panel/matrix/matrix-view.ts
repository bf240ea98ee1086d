import type { Segment } from '../../../src/core/report/order';
import type { PaletteName } from '../../../src/core/report/palette';
import type { MatrixPicture } from '../../../src/protocol';
import { segmentsOf } from '../data/segments';
import { type Camera, positionAt, revealing, whole, zoomed } from './camera';
import { colourTables, type ColourTables, type Theme, themeOf } from './colours';
import { listen } from './gestures';
import { moved, type Position } from './keys';
import { GUTTER } from './overlay';
import { Surface } from './surface';

/** What is shown, and what is told of it. */
export interface MatrixScene {
  readonly picture: MatrixPicture;
  readonly palette: PaletteName;
  readonly cluster: number | null;
  /** The grid's name. */
  readonly label: string;
  /** Says what is at a position. */
  describe(position: Position): string;
  /** Under the pointer, or the cursor of the keyboard; null: none. */
  onPosition(position: Position | null, by: 'pointer' | 'keyboard'): void;
  onCluster(cluster: number | null): void;
}

const ZOOM_STEP = 0.7;
const LARGEST = 860;

/**
 * One association matrix to zoom and pan. For assistive technology it is a grid with as many rows and columns as units, of which one
 * cell exists: the cursor, which the arrows move.
 */
export class MatrixView extends HTMLElement {
  #scene: MatrixScene | null = null;
  #segments: readonly Segment[] = [];
  #mask: Uint8Array | null = null;
  #camera: Camera = whole(1);
  #cursor: Position = { row: 0, column: 0 };
  #theme: Theme | null = null;
  #tables: ColourTables | null = null;
  #frame = 0;
  readonly #surface = new Surface(document.createElement('canvas'));
  readonly #row = document.createElement('div');
  readonly #cell = document.createElement('div');
  readonly #resizes = new ResizeObserver(() => {
    this.#fit();
  });
  /** VS Code tells of another theme by the body's class. */
  readonly #themes = new MutationObserver(() => {
    this.#theme = null;
    this.#draw();
  });

  constructor() {
    super();
    this.#row.role = 'row';
    this.#cell.role = 'gridcell';
    this.#cell.tabIndex = 0;
    this.#cell.className = 'cursor';
    this.#row.append(this.#cell);
    this.#surface.canvas.ariaHidden = 'true';
    this.#cell.addEventListener('keydown', (event) => {
      this.#key(event);
    });
    this.#cell.addEventListener('focus', () => {
      this.#move(this.#cursor);
    });
    const bounds = (): DOMRect => {
      const { left, top } = this.#surface.canvas.getBoundingClientRect();
      return new DOMRect(left + GUTTER.left, top + GUTTER.top, this.#surface.side, this.#surface.side);
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the stage below has accessors of its own
    const view = this;
    listen(this, {
      bounds,
      get units() {
        return view.#units;
      },
      get camera() {
        return view.#camera;
      },
      set camera(camera) {
        view.camera = camera;
      },
      active: () => document.activeElement === view.#cell,
      hover: (at) => {
        view.#scene?.onPosition(at === null ? null : view.#at(at.x, at.y), 'pointer');
      },
      press: ({ x, y }) => {
        view.#press(x, y);
      },
    });
  }

  connectedCallback(): void {
    this.role = 'grid';
    this.append(this.#surface.canvas, this.#row);
    this.#resizes.observe(this);
    this.#themes.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
  }

  disconnectedCallback(): void {
    this.#resizes.disconnect();
    this.#themes.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  get #units(): number {
    return this.#scene?.picture.units ?? 1;
  }

  get camera(): Camera {
    return this.#camera;
  }

  set camera(camera: Camera) {
    this.#camera = camera;
    this.#draw();
  }

  set scene(scene: MatrixScene) {
    const before = this.#scene;
    this.#scene = scene;
    const { picture } = scene;
    if (before?.picture !== picture) {
      this.#segments = segmentsOf(picture);
      if (before?.picture.units !== picture.units) this.fit();
      this.ariaRowCount = this.ariaColCount = String(picture.units);
      const last = picture.units - 1;
      this.#cursor = { row: Math.min(last, this.#cursor.row), column: Math.min(last, this.#cursor.column) };
    }
    if (before?.palette !== scene.palette) this.#tables = null;
    this.#mask =
      scene.cluster === null
        ? null
        : Uint8Array.from(picture.clusters, (label) => (label === scene.cluster ? 1 : 0));
    this.ariaLabel = scene.label;
    this.#describe();
    this.#draw();
  }

  fit(): void {
    this.camera = whole(this.#units);
  }

  zoom(closer: boolean): void {
    this.camera = zoomed(this.#camera, this.#units, closer ? ZOOM_STEP : 1 / ZOOM_STEP);
  }

  #fit(): void {
    const side = Math.floor(Math.min(LARGEST, this.clientWidth - GUTTER.left, 0.78 * window.innerHeight));
    if (side < 40) return;
    this.#surface.resize(side, window.devicePixelRatio);
    this.#draw();
  }

  /** Once a frame, however many changes it had. */
  #draw(): void {
    if (this.#frame !== 0 || !this.isConnected) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const scene = this.#scene;
      if (scene === null) return;
      if (this.#theme === null) this.#tables = null;
      const theme = (this.#theme ??= themeOf(this));
      const tables = (this.#tables ??= colourTables(scene.palette, theme));
      this.#surface.draw({
        picture: scene.picture,
        camera: this.#camera,
        tables,
        theme,
        segments: this.#segments,
        mask: this.#mask,
        selected: scene.cluster,
      });
      this.#placeCursor();
    });
  }

  #placeCursor(): void {
    const size = this.#surface.side / this.#camera.span;
    const { row, column } = this.#cursor;
    const x = GUTTER.left + (column - this.#camera.x) * size;
    const y = GUTTER.top + (row - this.#camera.y) * size;
    const { style } = this.#cell;
    style.transform = `translate(${x}px, ${y}px)`;
    style.width = style.height = `${size}px`;
  }

  #describe(): void {
    const { row, column } = this.#cursor;
    this.#row.ariaRowIndex = String(row + 1);
    this.#cell.ariaColIndex = String(column + 1);
    this.#cell.ariaLabel = this.#scene?.describe(this.#cursor) ?? '';
  }

  #at(x: number, y: number): Position | null {
    return x < 0 || x >= 1 || y < 0 || y >= 1 ? null : positionAt(this.#camera, this.#units, x, y);
  }

  /** In the matrix: the cursor goes there. Beside it: the cluster whose name or bar it is. */
  #press(x: number, y: number): void {
    this.#cell.focus({ preventScroll: true });
    const position = this.#at(x, y);
    if (position !== null) this.#move(position);
    else if (y >= 0 && y < 1) this.#toggle(this.#at(0, y)?.row);
    else this.#toggle(this.#at(x, 0)?.column);
  }

  #toggle(position: number | undefined): void {
    const label = position === undefined ? -1 : (this.#scene?.picture.clusters[position] ?? -1);
    this.#scene?.onCluster(label < 0 || label === this.#scene.cluster ? null : label);
  }

  #move(position: Position): void {
    this.#cursor = position;
    this.camera = revealing(this.#camera, this.#units, position.row, position.column);
    this.#describe();
    this.#scene?.onPosition(position, 'keyboard');
  }

  #key(event: KeyboardEvent): void {
    const next = moved(event, this.#cursor, this.#units, Math.round(this.#camera.span / 10));
    if (next !== null) this.#move(next);
    else if (event.key === '+' || event.key === '=') this.#zoomAtCursor(ZOOM_STEP);
    else if (event.key === '-') this.#zoomAtCursor(1 / ZOOM_STEP);
    else if (event.key === '0') this.fit();
    else if (event.key === 'Enter' || event.key === ' ') this.#toggle(this.#cursor.row);
    else if (event.key === 'Escape') this.#scene?.onCluster(null);
    else return;
    event.preventDefault();
  }

  #zoomAtCursor(factor: number): void {
    const { x, y, span } = this.#camera;
    const { row, column } = this.#cursor;
    this.camera = zoomed(
      this.#camera,
      this.#units,
      factor,
      (column + 0.5 - x) / span,
      (row + 0.5 - y) / span,
    );
  }
}

customElements.define('modscope-matrix', MatrixView);
declare global {
  interface HTMLElementTagNameMap {
    'modscope-matrix': MatrixView;
  }
}
