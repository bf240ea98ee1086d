import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { encodeNpy } from '../../../../src/core/file/npy';
import { oneTensor } from '../../../support/safetensors';
import { temporaryFolder } from '../../../support/temporary';
import { makeZip } from '../../../support/zip';

const folder = temporaryFolder();

function write(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('recognises a format by content, whatever the name', async () => {
  const npz = makeZip([{ name: 'w.npy', data: encodeNpy(Float64Array.of(1, 2), [2]) }]);
  const fromZip = await openCheckpoint(write('wrong.safetensors', npz));
  expect([fromZip.format, (await fromZip.read('w')).data]).toEqual(['NumPy npz', Float64Array.of(1, 2)]);
  const tensors = await openCheckpoint(write('wrong.ckpt', oneTensor('w', 3)));
  expect(tensors.format).toBe('safetensors');
  await Promise.all([fromZip.close(), tensors.close()]);
});

test('joins the shards of an index', async () => {
  mkdirSync(join(folder, 'shards'));
  write('shards/1.safetensors', oneTensor('a', 1));
  write('shards/2.safetensors', oneTensor('b', 2, 3));
  const map = { a: '1.safetensors', b: '2.safetensors' };
  const path = write('shards/model.safetensors.index.json', JSON.stringify({ weight_map: map }));
  const checkpoint = await openCheckpoint(path);
  expect(checkpoint.format).toBe('safetensors (2 shards)');
  expect([...checkpoint.tensors.keys()]).toEqual(['a', 'b']);
  expect((await checkpoint.read('b')).data).toEqual(Float32Array.of(2, 3));
  await checkpoint.close();
});

test('says what a file is not, and what is expected', async () => {
  await expect(openCheckpoint(write('notes.ckpt', 'hello'))).rejects.toThrow(
    /notes\.ckpt: is a text file, which Modscope does not read\. Give the file with the weights/,
  );
  await expect(openCheckpoint(write('odd.ckpt', Uint8Array.of(1, 2, 3, 4)))).rejects.toThrow(
    /odd\.ckpt: is not a checkpoint Modscope knows\. Expected is one of .*safetensors/,
  );
});
