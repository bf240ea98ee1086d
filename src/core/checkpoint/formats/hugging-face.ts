import type { PlainRecord, PlainValue } from '../../base/plain-value';
import type { RandomAccessFile } from '../../file/file';
import { recordOf } from './keras/variable-names';
import { parseStrictJson } from './strict-json';

/** What Hugging Face calls a model's weights. */
const WEIGHTS =
  /^(?:model|pytorch_model|diffusion_pytorch_model|adapter_model)\.(?:safetensors|bin)(?:\.index\.json)?$/;
const MAX_CONFIG = 2 ** 24;
const MAX_DEPTH = 32;

/** The fields of the config.json beside a model of Hugging Face; null where there is no such file, or it is not JSON. */
export async function siblingConfig(file: RandomAccessFile): Promise<PlainRecord | null> {
  if (!WEIGHTS.test(file.path.split(/[\\/]/).at(-1) ?? '')) return null;
  let config: RandomAccessFile;
  try {
    config = await file.sibling('config.json');
  } catch {
    return null; // most checkpoints have none
  }
  try {
    if (config.size > MAX_CONFIG) return null;
    const text = new TextDecoder().decode(await config.read(0, config.size));
    return recordOf(parseStrictJson(text, MAX_DEPTH) as PlainValue); // JSON is nothing but plain values
  } catch {
    return null; // it tells nothing; the checkpoint itself can be read
  } finally {
    await config.close();
  }
}
