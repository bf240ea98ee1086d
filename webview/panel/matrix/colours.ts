import { type PaletteName, resample } from '../../../src/core/report/palette';

/** A colour of the theme, red, green and blue. */
type Rgb = readonly [number, number, number];

/** Byte of a picture → pixel, in full colour and faded into the background. */
export interface ColourTables {
  readonly full: Uint32Array;
  readonly half: Uint32Array;
  readonly faint: Uint32Array;
}

/** The theme's colours that canvases need. */
export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly accent: string;
  readonly missing: string;
}

export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? '#808080';
  return {
    background: read('--vscode-editor-background'),
    foreground: read('--vscode-foreground', '--vscode-editor-foreground'),
    muted: read('--vscode-descriptionForeground', '--vscode-foreground'),
    accent: read('--vscode-contrastActiveBorder', '--vscode-focusBorder'),
    missing: read('--modscope-missing'),
  };
}

/** A canvas reads every way to write a colour. */
const probe = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

function rgbOf(colour: string): Rgb {
  if (probe === null) return [128, 128, 128];
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [r = 128, g = 128, b = 128] = probe.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

export function colourTables(palette: PaletteName, theme: Theme): ColourTables {
  const colours = resample(palette, 255);
  const missing = rgbOf(theme.missing);
  const background = rgbOf(theme.background);
  const table = (share: number): Uint32Array => {
    const pixels = new Uint32Array(256);
    const bytes = new Uint8ClampedArray(pixels.buffer);
    for (let i = 0; i < 256; i++) {
      for (let channel = 0; channel < 3; channel++) {
        const colour = colours[3 * i + channel] ?? missing[channel]!;
        bytes[4 * i + channel] = share * colour + (1 - share) * background[channel]!;
      }
      bytes[4 * i + 3] = 255;
    }
    return pixels;
  };
  return { full: table(1), half: table(0.55), faint: table(0.22) };
}
