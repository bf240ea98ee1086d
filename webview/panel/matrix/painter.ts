import type { PaletteName } from '../../../src/core/render/colours';
import type { Segment } from '../../../src/core/render/order';
import type { MatrixPicture } from '../../../src/matrix-messages';
import { words } from '../panel-words';
import type { Camera } from './camera';
import { colourTables, type ColourTables, drawCells, type Theme, themeOf } from './raster';

/** Room for the clusters' names and bars, in CSS pixels. */
export const GUTTER = { left: 76, top: 14 } as const;
const BAR = 4;
const NAME_HEIGHT = 13;

/** Sides of a matrix, in CSS pixels. */
const LARGEST = 860;
const SMALLEST = 40;
/** Of the window's height, so that controls and readout are in view together with the matrix. */
const SHARE = 0.78;

/** What a painter paints. */
interface Painting {
  readonly picture: Pick<MatrixPicture, 'levels' | 'units'>;
  readonly palette: PaletteName;
  readonly camera: Camera;
  readonly segments: readonly Segment[];
  /** Position → 1 for the units that are highlighted; null: none are. */
  readonly mask: Uint8Array | null;
  /** The cluster that is highlighted; null: none is. */
  readonly selected: number | null;
}

/** Paints a matrix in the theme's colours, as large as there is room, at most once a frame. */
export class Painter {
  readonly #surface = new Surface(document.createElement('canvas'));
  #theme: Theme | null = null;
  #colours: { readonly palette: PaletteName; readonly tables: ColourTables } | null = null;
  #frame = 0;
  readonly #resizes = new ResizeObserver(() => {
    this.#fit();
  });
  /** VS Code changes the class of the body when the theme changes. */
  readonly #themes = new MutationObserver(() => {
    this.#theme = this.#colours = null;
    this.paint();
  });

  /**
   * @param element holds the canvas, and is as wide as there is room
   * @param painting what to paint; null: nothing yet
   * @param painted told after each frame: the side of the matrix in CSS pixels, and the camera
   */
  constructor(
    readonly element: HTMLElement,
    readonly painting: () => Painting | null,
    readonly painted: (side: number, camera: Camera) => void,
  ) {
    this.canvas.ariaHidden = 'true';
  }

  get canvas(): HTMLCanvasElement {
    return this.#surface.canvas;
  }

  connect(): void {
    this.#resizes.observe(this.element);
    this.#themes.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
  }

  disconnect(): void {
    this.#resizes.disconnect();
    this.#themes.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Where the matrix is on the screen, without its gutters. */
  bounds(): DOMRect {
    const { left, top } = this.canvas.getBoundingClientRect();
    const { side } = this.#surface;
    return new DOMRect(left + GUTTER.left, top + GUTTER.top, side, side);
  }

  paint(): void {
    if (this.#frame !== 0 || !this.element.isConnected) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const painting = this.painting();
      if (painting === null) return;
      const theme = (this.#theme ??= themeOf(this.element));
      const { palette } = painting;
      if (this.#colours?.palette !== palette)
        this.#colours = { palette, tables: colourTables(palette, theme) };
      this.#surface.draw(painting, this.#colours.tables, theme);
      this.painted(this.#surface.side, painting.camera);
    });
  }

  #fit(): void {
    const room = this.element.clientWidth - GUTTER.left;
    const side = Math.floor(Math.min(LARGEST, room, SHARE * window.innerHeight));
    if (side < SMALLEST) return;
    this.#surface.resize(side, window.devicePixelRatio);
    this.paint();
  }
}

/** A canvas with a square matrix and gutters. It makes its pixels itself, so the canvas stays out of the GPU's memory. */
class Surface {
  readonly #context: CanvasRenderingContext2D | null;
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  /** Side of the matrix, in CSS pixels. */
  side = 0;
  #ratio = 1;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext('2d', { alpha: true, willReadFrequently: true });
  }

  /** @param side of the matrix, in CSS pixels */
  resize(side: number, ratio: number): void {
    if (side === this.side && ratio === this.#ratio) return;
    this.side = side;
    this.#ratio = ratio;
    const [width, height] = [side + GUTTER.left, side + GUTTER.top];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const inside = Math.max(1, Math.round(side * ratio));
    this.#image = new ImageData(inside, inside);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  draw(painting: Painting, tables: ColourTables, theme: Theme): void {
    const context = this.#context;
    if (context === null || this.#image === null) return;
    const ratio = this.#ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    drawCells(this.#pixels, this.#image.width, painting.picture, painting.camera, tables, painting.mask);
    context.putImageData(this.#image, Math.round(GUTTER.left * ratio), Math.round(GUTTER.top * ratio));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawClusters(context, painting, this.side, theme);
  }
}

/**
 * Draws the outlines of the clusters, and their bars and names in the gutters.
 * @param context in CSS pixels
 * @param side of the matrix, in CSS pixels
 */
function drawClusters(
  context: CanvasRenderingContext2D,
  { segments, camera, selected }: Painting,
  side: number,
  theme: Theme,
): void {
  const perUnit = side / camera.span;
  const at = (position: number, start: number): number => (position - start) * perUnit;

  context.save();
  context.translate(GUTTER.left, GUTTER.top);
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { label, start, size } of segments) {
    const strong = label === selected;
    const colour = strong ? theme.accent : theme.muted;
    const rows = clipped(at(start, camera.y), at(start + size, camera.y), side);
    const columns = clipped(at(start, camera.x), at(start + size, camera.x), side);
    context.fillStyle = colour;
    if (columns !== null) context.fillRect(columns.from, -8, columns.length, BAR);
    if (rows === null) continue;
    context.fillRect(-8, rows.from, BAR, rows.length);
    if (rows.length < NAME_HEIGHT) continue;
    context.fillStyle = strong ? theme.foreground : theme.muted;
    const middle = rows.from + rows.length / 2;
    const name = words.clusterName(label);
    if (rows.length < 2 * NAME_HEIGHT + 2) context.fillText(name, -13, middle);
    else {
      context.fillText(name, -13, middle - 7);
      context.fillText(words.units(size), -13, middle + 7);
    }
  }

  context.beginPath();
  context.rect(0, 0, side, side);
  context.clip();
  for (const { label, start, size } of segments) {
    const length = size * perUnit;
    if (label < 0 || length < 3) continue;
    const strong = label === selected;
    // Light on dark, so that they are seen on both ends of the palettes.
    for (const [colour, width] of [
      ['rgba(0, 0, 0, 0.55)', strong ? 5 : 3.5],
      ['#ffffff', strong ? 2.5 : 1.5],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.strokeRect(at(start, camera.x), at(start, camera.y), length, length);
    }
  }
  context.restore();
}

/** The part of a run that is in view, a pixel short of its end, which tells it from the next run. */
function clipped(from: number, to: number, side: number): { from: number; length: number } | null {
  const start = Math.max(0, from);
  const length = Math.min(side, to) - start - 1;
  return length <= 0 ? null : { from: start, length };
}
