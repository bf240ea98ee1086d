import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expandPatterns } from '../../src/cli/study-flags';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();

it('patterns are the files they match, as people count, each once', async () => {
  mkdirSync(join(folder, 'runs'));
  for (const name of ['e10.pt', 'e2.pt', 'note.txt']) writeFileSync(join(folder, 'runs', name), '');
  const pattern = join(folder, 'runs/*.pt');
  const last = join(folder, 'runs/e2.pt');
  expect(await expandPatterns([pattern, last])).toEqual([last, join(folder, 'runs/e10.pt')]);
});
