import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { torchExportReader } from '../../src/core/checkpoint/formats/export/torch-export';
import { openZip } from '../../src/core/file/zip';
import { networkOf } from '../../src/core/network/find/find';
import { MemoryFile } from '../support/memory-file';
import { ascii, makeZip } from '../support/zip';

const FIXTURE = join(import.meta.dirname, '../fixtures/torchscript/plain_open.pt2');

/** The archive with some entries as texts that are other; null leaves one out. */
async function changed(change: (name: string, text: string) => string | null): Promise<Uint8Array> {
  const zip = await openZip(new MemoryFile(new Uint8Array(await readFile(FIXTURE)), 'net.pt2'));
  const parts = [];
  for (const entry of zip.entries.values()) {
    const data = await zip.readEntry(entry);
    const text = change(entry.name, Buffer.from(data).toString('latin1'));
    if (text !== null) parts.push({ name: entry.name, data: ascii(text) });
  }
  return makeZip(parts);
}

async function network(bytes: Uint8Array) {
  const checkpoint = await torchExportReader.open(new MemoryFile(bytes, 'net.pt2'));
  return networkOf(checkpoint, {});
}

const inModel = (from: string | RegExp, to: string) => (name: string, text: string) =>
  name.endsWith('models/model.json') ? text.replace(from, to) : text;
const inConfig = (from: string | RegExp, to: string) => (name: string, text: string) =>
  name.endsWith('model_weights_config.json') ? text.replace(from, to) : text;

describe('a torch.export archive', () => {
  test('is well at first', async () => {
    expect((await network(await changed((_, text) => text)))?.nodes.length).toBeGreaterThan(4);
  });

  test.each<[string, (name: string, text: string) => string | null, RegExp]>([
    ['no model', (name, text) => (name.includes('models/') ? null : text), /has no models\/\*\.json/],
    ['broken JSON', inModel(/.$/s, ''), /is not JSON as it should be/],
    [
      'deep JSON',
      (name, text) => (name.includes('models/') ? '['.repeat(5000) : text),
      /nested more than 64 deep/,
    ],
    [
      'another JSON',
      (name, text) => (name.includes('models/') ? '{"a": 1}' : text),
      /is not a graph as torch\.export writes it/,
    ],
    [
      'an operator that is not known',
      inModel('torch.ops.aten.tanh.default', 'torch.ops.aten.fft_fft.default'),
      /torch\.ops\.aten\.fft_fft\.default in node "tanh" is an operator that Modscope does not know/,
    ],
    [
      'an operator from elsewhere',
      inModel('torch.ops.aten.tanh.default', 'os.system'),
      /os\.system in node "tanh" is an operator that Modscope does not know/,
    ],
    [
      'a value out of nothing',
      inModel('{"as_tensor": {"name": "relu_"}}, "kind"', '{"as_tensor": {"name": "nothing"}}, "kind"'),
      /takes "nothing", which no node before it gives/,
    ],
    [
      'a weight that is not there',
      (name, text) => (name.endsWith('weight_0') ? null : text),
      /lacks the values "weight_0"/,
    ],
    [
      'a weight that is larger than its file',
      inConfig(/"as_int": 8\}, \{"as_int": 10/, '"as_int": 8}, {"as_int": 1000000'),
      /does not fit/,
    ],
    ['a negative size', inConfig('"as_int": 8', '"as_int": -8'), /is not a possible size/],
    ['a type that is not known', inConfig('"dtype": 7', '"dtype": 99'), /of the type 99, which is not known/],
    [
      'a pickle',
      inConfig('"use_pickle": false', '"use_pickle": true'),
      /is stored as a pickle, which is not read/,
    ],
  ])('refuses %s', async (_, change, message) => {
    const reading = network(await changed(change));
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(message);
  });

  test('is refused wherever it ends too early', async () => {
    const whole = new Uint8Array(await readFile(FIXTURE));
    for (let length = 1; length < whole.length; length += 997) {
      const reading = network(whole.subarray(0, length));
      await expect(reading).rejects.toThrow(InputError);
    }
  });
});
