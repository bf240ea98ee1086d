import { basename, join } from 'node:path';
import { InputError } from '../base/error';
import { listed } from '../base/text';
import { listFolder } from './folder';
import { splitOfName } from './split';

/** The images of one class. */
export interface ImageClass {
  readonly folder: string;
  /** Names, sorted; at least one. */
  readonly files: readonly string[];
}

const PNG = /\.png$/i;
/** The other kinds that torchvision takes for images. */
const OTHER = /\.(jpe?g|ppm|bmp|pgm|tiff?|webp)$/i;

/**
 * The classes of an image folder as torchvision's ImageFolder has them: its subfolders, sorted by name. Names of files
 * alone are read.
 * @returns empty where it is none: it has fewer than two subfolders, or one of something else than images
 * @throws InputError where it surely is one, and a bad one
 */
export async function listClasses(folder: string): Promise<ImageClass[]> {
  const classes: ImageClass[] = [];
  const empty: string[] = [];
  const names = [...(await listFolder(folder, Infinity)).folders].sort(byCodePoint);
  for (const name of names) {
    const path = join(folder, name);
    const { files, folders } = await listFolder(path, Infinity);
    const images = files.filter((file) => PNG.test(file) || OTHER.test(file));
    if (images.length > 0) classes.push({ folder: path, files: pngOnly(path, images, folders) });
    else if (files.length + folders.length === 0) empty.push(path);
    else return [];
  }
  if (classes.length < 2) return [];
  if (empty[0] !== undefined) throw new InputError(empty[0], 'holds no images', 'Every class needs some');
  if (classes.every((each) => isSplit(basename(each.folder))))
    throw new InputError(folder, 'has images of each split, but no folders of the classes in them');
  return classes;
}

function pngOnly(path: string, images: string[], folders: readonly string[]): string[] {
  if (folders.length > 0)
    throw new InputError(
      path,
      `holds folders beside its images: ${listed(folders)}`,
      'The images of a class must lie in its folder itself',
    );
  const others = images.filter((name) => !PNG.test(name));
  if (others.length > 0)
    throw new InputError(
      path,
      `holds ${listed(others, 2)}: of images only PNG is read`,
      'Convert them to PNG',
    );
  return images;
}

function isSplit(name: string): boolean {
  const { split, rest } = splitOfName(name);
  return split !== null && rest === '';
}

/** Python's order; JavaScript's own is another beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
