import type { MatrixPart } from '../../src/core/report/association-card';
import type { PaletteName } from '../../src/core/report/palette';
import { MISSING } from '../../src/core/report/svg';
import type { MatrixPicture } from '../../src/protocol';
import { maskOfCluster } from './data/segments';
import { whole } from './matrix/camera';
import { colourTables } from './matrix/colours';
import { drawCells } from './matrix/raster';

/** Sharp on paper and on dense screens. */
const DENSITY = 3;
const SIDE = 1024;

/**
 * A part of the matrix as the address of a PNG: a pixel a unit, or the mean of several.
 * @param part null: all of it
 * @param cluster stands out; null: none does
 */
export function imageOf(
  picture: MatrixPicture,
  part: MatrixPart | null,
  cluster: number | null,
  palette: PaletteName,
): string {
  const camera = part === null ? whole(picture.units) : { x: part.column, y: part.row, span: part.span };
  const side = Math.min(SIDE, camera.span);
  const colours = { background: '#fff', foreground: '#000', muted: '#000', accent: '#000', missing: MISSING };
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const mask = cluster === null ? null : maskOfCluster(picture, cluster);
  drawCells(pixels, side, picture, camera, colourTables(palette, colours), mask);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas.toDataURL('image/png');
}

/** An SVG as the address of a PNG. */
export async function pngOf(svg: string): Promise<string> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = DENSITY * image.naturalWidth;
    canvas.height = DENSITY * image.naturalHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  } finally {
    URL.revokeObjectURL(url);
  }
}
