import type { PaletteName } from '../../../src/core/report/palette';
import type { Camera } from './camera';
import { colourTables, type ColourTables, type Theme, themeOf } from './colours';
import { GUTTER } from './overlay';
import { type Scene, Surface } from './surface';

/** What is painted; the colours are the painter's. */
export interface Painting extends Omit<Scene, 'tables' | 'theme'> {
  readonly palette: PaletteName;
}

const LARGEST = 860;
/** Of the window's height, so that controls and readout are seen with it. */
const SHARE = 0.78;
const SMALLEST = 40;

/** Paints a matrix once a frame, however much changes in it, in the theme's colours and as large as there is room. */
export class Painter {
  readonly #surface = new Surface(document.createElement('canvas'));
  #theme: Theme | null = null;
  #colours: { readonly palette: PaletteName; readonly tables: ColourTables } | null = null;
  #frame = 0;
  readonly #resizes = new ResizeObserver(() => {
    this.#fit();
  });
  /** VS Code tells of another theme by the body's class. */
  readonly #themes = new MutationObserver(() => {
    this.#theme = this.#colours = null;
    this.paint();
  });

  /**
   * @param element holds the canvas, and is as wide as there is room
   * @param painting null: nothing yet
   * @param painted told of each picture: the side of the matrix in pixels, and what of it is seen
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
      this.#surface.draw({ ...painting, theme, tables: this.#colours.tables });
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
