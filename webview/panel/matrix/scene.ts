import type { PaletteName } from '../../../src/core/report/palette';
import type { MatrixPicture } from '../../../src/protocol';
import type { Camera } from './camera';
import type { Position } from './keys';

/** What is shown, and what is told of it. */
export interface MatrixScene {
  readonly picture: MatrixPicture;
  readonly palette: PaletteName;
  readonly cluster: number | null;
  /** The layer whose units these are: of another one, all is shown. */
  readonly place: string;
  /** What is seen of it to begin with; null: all. */
  readonly camera: Camera | null;
  /** The grid's name. */
  readonly label: string;
  /** Says what is at a position. */
  describe(position: Position): string;
  /** Under the pointer, or the cursor of the keyboard; null: none. */
  onPosition(position: Position | null, by: 'pointer' | 'keyboard'): void;
  onCluster(cluster: number | null): void;
  onCamera(camera: Camera): void;
}
