import type { Segment } from '../../../src/core/report/order';
import type { PaletteName } from '../../../src/core/report/palette';
import type { MatrixPicture } from '../../../src/protocol';
import { segmentsOf } from '../data/segments';
import { type Camera, positionAt, revealing, whole, zoomed } from './camera';
import { colourTables, type ColourTables, type Theme, themeOf } from './colours';
import { Cursor } from './cursor';
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
  #theme: Theme | null = null;
  #tables: ColourTables | null = null;
  #frame = 0;
  readonly #surface = new Surface(document.createElement('canvas'));
  readonly #cursor = new Cursor();
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
    const { cell } = this.#cursor;
    this.#surface.canvas.ariaHidden = 'true';
    cell.addEventListener('keydown', (event) => {
      this.#key(event);
    });
    cell.addEventListener('focus', () => {
      this.#move(this.#cursor.position);
    });
    listen(this, {
      bounds: () => {
        const { left, top } = this.#surface.canvas.getBoundingClientRect();
        return new DOMRect(left + GUTTER.left, top + GUTTER.top, this.#surface.side, this.#surface.side);
      },
      units: () => this.#units,
      camera: () => this.#camera,
      look: (camera) => {
        this.#look(camera);
      },
      active: () => document.activeElement === cell,
      hover: (at) => {
        this.#scene?.onPosition(at === null ? null : this.#at(at.x, at.y), 'pointer');
      },
      press: ({ x, y }) => {
        this.#press(x, y);
      },
    });
  }

  connectedCallback(): void {
    this.role = 'grid';
    this.append(this.#surface.canvas, this.#cursor.row);
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

  set scene(scene: MatrixScene) {
    const before = this.#scene;
    this.#scene = scene;
    const { picture } = scene;
    if (before?.picture !== picture) {
      this.#segments = segmentsOf(picture);
      if (before?.picture.units !== picture.units) this.fit();
      this.ariaRowCount = this.ariaColCount = String(picture.units);
      this.#cursor.keepWithin(picture.units);
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
    this.#look(whole(this.#units));
  }

  zoom(closer: boolean): void {
    this.#look(zoomed(this.#camera, this.#units, closer ? ZOOM_STEP : 1 / ZOOM_STEP));
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
      this.#cursor.place(this.#surface.side, this.#camera);
    });
  }

  #look(camera: Camera): void {
    this.#camera = camera;
    this.#draw();
  }

  #describe(): void {
    this.#cursor.say(this.#scene?.describe(this.#cursor.position) ?? '');
  }

  #at(x: number, y: number): Position | null {
    return x < 0 || x >= 1 || y < 0 || y >= 1 ? null : positionAt(this.#camera, this.#units, x, y);
  }

  /** In the matrix: the cursor goes there. Beside it: the cluster whose name or bar it is. */
  #press(x: number, y: number): void {
    this.#cursor.cell.focus({ preventScroll: true });
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
    this.#cursor.position = position;
    this.#look(revealing(this.#camera, this.#units, position.row, position.column));
    this.#describe();
    this.#scene?.onPosition(position, 'keyboard');
  }

  #key(event: KeyboardEvent): void {
    const next = moved(event, this.#cursor.position, this.#units, Math.round(this.#camera.span / 10));
    if (next !== null) this.#move(next);
    else if (event.key === '+' || event.key === '=') this.#zoomAtCursor(ZOOM_STEP);
    else if (event.key === '-') this.#zoomAtCursor(1 / ZOOM_STEP);
    else if (event.key === '0') this.fit();
    else if (event.key === 'Enter' || event.key === ' ') this.#toggle(this.#cursor.position.row);
    else if (event.key === 'Escape') this.#scene?.onCluster(null);
    else return;
    event.preventDefault();
  }

  #zoomAtCursor(factor: number): void {
    const { x, y, span } = this.#camera;
    const { row, column } = this.#cursor.position;
    this.#look(zoomed(this.#camera, this.#units, factor, (column + 0.5 - x) / span, (row + 0.5 - y) / span));
  }
}

customElements.define('modscope-matrix', MatrixView);
declare global {
  interface HTMLElementTagNameMap {
    'modscope-matrix': MatrixView;
  }
}
