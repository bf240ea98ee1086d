import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { DIGITS } from '../../../support/command';
import { oneTensor } from '../../../support/safetensors';
import { temporaryFolder } from '../../../support/temporary';

const folder = temporaryFolder();
const lightning = join(DIGITS, 'checkpoints', readdirSync(join(DIGITS, 'checkpoints'))[0] ?? '');

describe('a part of a tensor', () => {
  it.each([
    ['Lightning', () => Promise.resolve(lightning)],
    [
      'safetensors',
      async () => {
        const path = join(folder, 'a.safetensors');
        await writeFile(path, oneTensor('w', 1, 2, 3, 4, 5, 6, 7));
        return path;
      },
    ],
  ])('is the same as of the whole (%s)', async (format, make) => {
    const checkpoint = await openCheckpoint(await make());
    expect(checkpoint.format).toBe(format);
    let compared = 0;
    for (const [name, { role }] of checkpoint.tensors) {
      if (role !== 'weight') continue;
      const { data } = await checkpoint.read(name);
      const [first, count] = [Math.floor(data.length / 3), Math.ceil(data.length / 2)];
      expect(await checkpoint.readPart(name, first, count)).toEqual(data.slice(first, first + count));
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
    await expect(checkpoint.readPart('nothing', 0, 1)).rejects.toThrow('has no tensor');
    await checkpoint.close();
  });
});
