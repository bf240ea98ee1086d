// What is sent of association matrices: pictures of bytes, and values. Plain data, part of the protocol.

/** The byte of a matrix picture that stands for the high end of its range; 0 stands for the low end. */
export const HIGHEST_BYTE = 254;
/** The byte that stands for no value, as on the diagonal. */
export const NO_VALUE = 255;

/** One association matrix as a picture of bytes, and a pyramid of halved ones for zooming out. */
export interface MatrixPicture {
  readonly units: number;
  /** Position → unit: by cluster, the largest first, the dead last. */
  readonly order: Int32Array;
  /** Cluster per position, −1 dead. */
  readonly clusters: Int32Array;
  /** The values that byte 0 and HIGHEST_BYTE stand for. */
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  /**
   * From units × units bytes in `order` down to one cell: each is half as wide as the one before (rounded up), by the mean.
   * Where a limit was asked for, those that are wider are left out.
   */
  readonly levels: readonly { readonly size: number; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** Which matrix is wanted as a picture. */
export interface PictureRequest {
  readonly layer: string;
  readonly method: string;
  readonly scale: 'linear' | 'log';
  /** Side of the widest level wanted, so that a thumbnail moves no more than it shows; null: all levels. */
  readonly widest: number | null;
}

/** Which matrices of a comparison are wanted, all with one range. */
export interface ComparedPicturesRequest {
  readonly layer: string;
  readonly method: string;
  readonly scale: 'linear' | 'log';
  /** By whose clusters the units are ordered: the first's in all of them, or each by its own. */
  readonly order: 'first' | 'own';
}

/** Which values of a matrix are wanted: rows and columns are unit numbers. */
export interface ValuesRequest {
  readonly layer: string;
  readonly method: string;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}
