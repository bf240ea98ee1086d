import type { PaletteName } from '../../../src/core/render/colours';
import type { Segment } from '../../../src/core/render/order';
import type { MatrixPicture } from '../../../src/matrix-messages';
import { type Camera, positionAt, revealing, whole, within, zoomed } from './camera';
import { maskOfCluster, segmentsOf } from './matrix-picture';
import { Cursor, cursorAfterKey, listenForGestures, type Position } from './navigation';
import { Painter } from './painter';

/** What a matrix shows, and whom it tells. */
export interface MatrixScene {
  readonly picture: MatrixPicture;
  readonly palette: PaletteName;
  readonly cluster: number | null;
  /** Names the layer of the units: in another one, the camera starts anew. */
  readonly place: string;
  /** The camera to begin with; null: it sees all. */
  readonly camera: Camera | null;
  /** The grid's name. */
  readonly label: string;
  /** Says what is at a position. */
  describe(position: Position): string;
  /** The position under the pointer or the cursor of the keyboard; null: none. */
  onPosition(position: Position | null, by: 'pointer' | 'keyboard'): void;
  onCluster(cluster: number | null): void;
  onCamera(camera: Camera): void;
}

const ZOOM_STEP = 0.7;

/**
 * An association matrix to zoom and pan. For assistive technology it is a grid with as many rows and columns as units, of
 * which one cell exists: the cursor, which the arrows move.
 */
export class MatrixView extends HTMLElement {
  #scene: MatrixScene | null = null;
  #segments: readonly Segment[] = [];
  #mask: Uint8Array | null = null;
  #camera: Camera = whole(1);
  readonly #cursor = new Cursor();
  readonly #painter = new Painter(
    this,
    () =>
      this.#scene && {
        picture: this.#scene.picture,
        palette: this.#scene.palette,
        camera: this.#camera,
        segments: this.#segments,
        mask: this.#mask,
        selected: this.#scene.cluster,
      },
    (side, camera) => {
      this.#cursor.place(side, camera);
    },
  );

  constructor() {
    super();
    const { cell } = this.#cursor;
    cell.addEventListener('keydown', (event) => {
      if (this.#onKey(event)) event.preventDefault();
    });
    cell.addEventListener('focus', () => {
      this.#move(this.#cursor.position);
    });
    listenForGestures(this, {
      bounds: () => this.#painter.bounds(),
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
    this.append(this.#painter.canvas, this.#cursor.row);
    this.#painter.connect();
  }

  disconnectedCallback(): void {
    this.#painter.disconnect();
  }

  get #units(): number {
    return this.#scene?.picture.units ?? 1;
  }

  set scene(scene: MatrixScene) {
    const before = this.#scene;
    this.#scene = scene;
    const { picture, cluster } = scene;
    if (before?.place !== scene.place)
      this.#camera = within(scene.camera ?? whole(picture.units), picture.units);
    if (before?.picture !== picture) {
      this.#segments = segmentsOf(picture);
      this.ariaRowCount = this.ariaColCount = String(picture.units);
      this.#cursor.keepWithin(picture.units);
    }
    this.#mask = cluster === null ? null : maskOfCluster(picture, cluster);
    this.ariaLabel = scene.label;
    this.#describe();
    this.#painter.paint();
  }

  /** Looks where another view of a matrix with as many units does. */
  follow(camera: Camera, units: number): void {
    if (units !== this.#units) return;
    this.#camera = camera;
    this.#painter.paint();
  }

  fit(): void {
    this.#look(whole(this.#units));
  }

  zoom(closer: boolean): void {
    this.#look(zoomed(this.#camera, this.#units, closer ? ZOOM_STEP : 1 / ZOOM_STEP));
  }

  #look(camera: Camera): void {
    this.#camera = camera;
    this.#scene?.onCamera(camera);
    this.#painter.paint();
  }

  #describe(): void {
    this.#cursor.say(this.#scene?.describe(this.#cursor.position) ?? '');
  }

  #at(x: number, y: number): Position | null {
    return x < 0 || x >= 1 || y < 0 || y >= 1 ? null : positionAt(this.#camera, this.#units, x, y);
  }

  /** A press in the matrix moves the cursor there; one in the gutter toggles the cluster whose name or bar it hits. */
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

  /** Whether the matrix has used the key. */
  #onKey(event: KeyboardEvent): boolean {
    const next = cursorAfterKey(
      event,
      this.#cursor.position,
      this.#units,
      Math.round(this.#camera.span / 10),
    );
    if (next !== null) this.#move(next);
    else if (event.key === '+' || event.key === '=') this.#zoomAtCursor(ZOOM_STEP);
    else if (event.key === '-') this.#zoomAtCursor(1 / ZOOM_STEP);
    else if (event.key === '0') this.fit();
    else if (event.key === 'Enter' || event.key === ' ') this.#toggle(this.#cursor.position.row);
    else if (event.key === 'Escape') this.#scene?.onCluster(null);
    else return false;
    return true;
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
