import * as v from 'valibot';
import { MEASURES } from '../../core/measures';
import type { PanelMethods } from '../../protocol';
import type { Schemas } from '../webview';

/** A picture of a large matrix is some megabytes; no page needs to save more. */
const PICTURE_AT_MOST = 256 * 2 ** 20;
const UNITS_AT_MOST = 65_536;

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));
const layer = v.pipe(v.string(), v.maxLength(1000));
const method = v.picklist(MEASURES);
const scale = v.picklist(['linear', 'log']);
const widest = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const units = v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.maxLength(UNITS_AT_MOST));
const text = v.pipe(v.string(), v.maxLength(PICTURE_AT_MOST));

export const panelSchemas: Schemas<PanelMethods> = {
  results: v.null(),
  report: v.strictObject({ id }),
  picture: v.strictObject({ id, layer, method, scale, widest }),
  values: v.strictObject({ id, layer, method, rows: units, columns: units }),
  selected: v.strictObject({
    result: v.nullable(id),
    layer: v.nullable(layer),
    method: v.nullable(method),
    form: v.picklist(['raw', 'norm']),
    scale,
    metric: v.pipe(v.string(), v.maxLength(100)),
    relative: v.boolean(),
    palette: v.picklist(['viridis', 'cividis']),
  }),
  save: v.strictObject({
    // A name, no path: the user chooses the folder.
    name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
    kind: v.picklist(['png', 'svg']),
    data: text,
  }),
  copy: v.strictObject({ text }),
  run: v.strictObject({
    command: v.picklist(['analyze', 'writeReport', 'cancel', 'showLog', 'selectData']),
    id: v.nullable(id),
  }),
};
