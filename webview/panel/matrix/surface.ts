import type { Segment } from '../../../src/core/report/order';
import type { MatrixPicture } from '../../../src/protocol';
import type { Camera } from './camera';
import type { ColourTables, Theme } from './colours';
import { drawOverlay, GUTTER } from './overlay';
import { drawCells } from './raster';

export interface Scene {
  readonly picture: Pick<MatrixPicture, 'levels' | 'units'>;
  readonly camera: Camera;
  readonly tables: ColourTables;
  readonly theme: Theme;
  readonly segments: readonly Segment[];
  readonly mask: Uint8Array | null;
  readonly selected: number | null;
}

/** A canvas with a square matrix and gutters. Its pixels are made here, so the canvas stays out of the GPU's memory. */
export class Surface {
  readonly #context: CanvasRenderingContext2D | null;
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  /** Of the matrix, in CSS pixels. */
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

  draw(scene: Scene): void {
    const context = this.#context;
    if (context === null || this.#image === null) return;
    const ratio = this.#ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    drawCells(this.#pixels, this.#image.width, scene.picture, scene.camera, scene.tables, scene.mask);
    context.putImageData(this.#image, Math.round(GUTTER.left * ratio), Math.round(GUTTER.top * ratio));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawOverlay(context, { ...scene, side: this.side });
  }
}
