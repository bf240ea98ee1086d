import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { Random } from '../../src/core/base/random';
import { onnxReader } from '../../src/core/checkpoint/formats/onnx/onnx';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { MemoryFile } from '../support/memory-file';
import {
  externalData,
  field,
  graphModel,
  integersAttribute,
  nodeProto,
  onnxModel,
  rawFloats,
  tensorProto,
  varint,
  whole,
} from '../support/onnx';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const open = (bytes: Uint8Array) => onnxReader.open(new MemoryFile(bytes, 'bad.onnx'));

async function refuses(work: Promise<unknown>, message: string | RegExp) {
  await expect(work).rejects.toThrow(InputError);
  await expect(work).rejects.toThrow(message);
}

let models = 0;

/** Reads a tensor of two floats that is said to be outside the file, in a folder of its own that `prepare` fills. */
async function readExternal(
  entries: Readonly<Record<string, string>>,
  prepare: (root: string) => void = () => undefined,
): Promise<number[]> {
  const root = join(folder, `model${models++}`);
  mkdirSync(root);
  prepare(root);
  const path = join(root, 'net.onnx');
  writeFileSync(path, onnxModel({ initializers: [tensorProto('w', 'f32', [2], externalData(entries))] }));
  const checkpoint = await openCheckpoint(path);
  try {
    return [...(await checkpoint.read('w')).data];
  } finally {
    await checkpoint.close();
  }
}

describe('external data', () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, new Uint8Array(64));

  test('37: paths out of the folder', async () => {
    const locations = [
      '../secret',
      secret,
      'C:\\secret',
      '\\\\server\\a',
      'x/../../secret',
      'a\0',
      '',
      './..',
    ];
    for (const location of locations)
      await refuses(readExternal({ location }), 'names a file outside its own folder');
    await refuses(readExternal({}), 'does not say in which file its values are');
  });

  test('37: links out of the folder, to the file or a parent of it', async () => {
    const linked = readExternal({ location: 'data' }, (root) => {
      symlinkSync(secret, join(root, 'data'));
    });
    await refuses(linked, 'leads out of the folder');
    const parent = readExternal({ location: 'sub/secret' }, (root) => {
      symlinkSync(folder, join(root, 'sub'));
    });
    await refuses(parent, 'leads out of the folder');
  });

  test.skipIf(process.platform === 'win32')(
    '35: pipes and devices are not opened, nor waited for',
    async () => {
      const pipe = readExternal({ location: 'data' }, (root) => {
        execFileSync('mkfifo', [join(root, 'data')]);
      });
      await refuses(pipe, 'is a pipe or a device');
      const device = readExternal({ location: 'data' }, (root) => {
        symlinkSync('/dev/zero', join(root, 'data'));
      });
      await refuses(device, 'leads out of the folder');
    },
  );

  test('37: offsets and lengths that overflow, or are not those of the tensor', async () => {
    const huge = ['9007199254740991', '9007199254740984', '18446744073709551615', '-8', '1e3', '0x8', ''];
    for (const offset of huge)
      await refuses(readExternal({ location: 'data', offset }), /external values from/);
    for (const length of ['7', '9', '18446744073709551615', '-1'])
      await refuses(readExternal({ location: 'data', length }), 'has external values from 0');
    const short = (root: string) => {
      writeFileSync(join(root, 'data'), new Uint8Array(12));
    };
    await refuses(readExternal({ location: 'data', offset: '8' }, short), 'ends too early');
    expect(await readExternal({ location: 'data', offset: '4', length: '8' }, short)).toEqual([0, 0]);
  });

  test('37: a model that names itself gets its own bytes, and nothing else', async () => {
    expect(await readExternal({ location: 'net.onnx' })).toHaveLength(2);
  });

  test('37: values both inside and outside', async () => {
    const both = tensorProto('w', 'f32', [2], rawFloats(1, 2), externalData({ location: 'data' }));
    await refuses(open(onnxModel({ initializers: [both] })), 'both in the file and outside');
  });
});

describe('protobuf', () => {
  const GROUP = Buffer.concat([varint(7 * 8 + 3), varint(7 * 8 + 4)]);

  test('38: groups, one or a million deep', async () => {
    await refuses(open(Buffer.concat([whole(1, 8), GROUP])), 'groups are not read');
    const deep = Buffer.concat([whole(1, 8), Buffer.alloc(1e6, varint(7 * 8 + 3))]);
    await refuses(open(deep), 'groups are not read');
  });

  test('38: messages nested a million deep are as deep as the schema', async () => {
    // Each graph holds a node that holds an attribute that holds a graph.
    let graph: Uint8Array = new Uint8Array(0);
    for (let i = 0; i < 3000; i++)
      graph = field(1, [field(4, 'If'), field(5, [field(1, 'then_branch'), field(6, graph), whole(20, 5)])]);
    const { graph: read } = await open(Buffer.concat([whole(1, 8), field(7, graph)]));
    expect(read?.nodes.map(({ attributes }) => [...attributes])).toEqual([[['then_branch', null]]]);
  });

  test('38: varints of more than ten bytes, and ones that do not end', async () => {
    await refuses(open(Buffer.alloc(20, 0x88)), 'varint that does not end');
    await refuses(open(Buffer.concat([Buffer.of(8), Buffer.alloc(11, 0x80), Buffer.of(0)])), 'does not end');
    const list = integersAttribute('a', []);
    const packed = field(8, Buffer.alloc(11, 0xff));
    const node = nodeProto('A', [], ['y'], Buffer.concat([list, packed]));
    await refuses(open(onnxModel({ nodes: [node] })), 'does not end');
  });

  test('38: lengths past the end of the file or of the message around', async () => {
    for (const length of [1000, 2 ** 31, 2 ** 32, 2 ** 53, -1, 2n ** 63n - 1n])
      await refuses(
        open(Buffer.concat([whole(1, 8), varint(7 * 8 + 2), varint(length), Buffer.alloc(10)])),
        /field of -?\d+ bytes where 10 are left/,
      );
    const inner = Buffer.concat([varint(8 + 2), varint(50)]);
    await refuses(
      open(Buffer.concat([whole(1, 8), field(7, inner), field(6, Buffer.alloc(100))])),
      'where 0 are left',
    );
  });

  test('38: fields of another type than the schema has, field 0, huge field numbers', async () => {
    await refuses(open(Buffer.concat([whole(1, 8), whole(7, 5)])), 'holds varint instead of bytes');
    await refuses(open(field(1, 'x')), 'holds bytes instead of a varint');
    await refuses(open(Buffer.of(0, 0)), 'begins no field');
    await refuses(open(Buffer.concat([varint(2n ** 40n), varint(0)])), 'begins no field');
    await refuses(open(Buffer.concat([varint(-8), varint(0)])), 'begins no field');
  });

  test('fields without number fill no memory', { timeout: 60_000 }, async () => {
    const nodes = Buffer.alloc(20_000_000, whole(15, 1));
    await refuses(open(Buffer.concat([whole(1, 8), nodes])), 'too many for a model');
  });

  test('text beyond reason, text that is no text, no graph, two graphs', async () => {
    const operator = (name: string) => open(onnxModel({ nodes: [nodeProto(name, [], [])] }));
    await refuses(operator('A'.repeat(5_000_000)), 'more than 4194304');
    for (const name of ['A'.repeat(5000), 'A\n', '\x1b[31m'])
      await refuses(operator(name), 'control characters');
    await refuses(open(onnxModel({ nodes: [field(4, Buffer.of(0xff))] })), 'not UTF-8');
    await refuses(open(onnxModel({ nodes: [field(1, 'x')] })), 'a node without an operator');
    await refuses(open(whole(1, 8)), 'holds no graph');
    await refuses(open(Buffer.concat([whole(1, 8), field(7, ''), field(7, '')])), 'a second graph');
  });
});

describe('tensors', () => {
  const one = (...tensor: Uint8Array[]) => open(onnxModel({ initializers: tensor }));

  test('19, 21: shapes that are not those of the values', async () => {
    for (const shape of [[3], [2 ** 40], [1]])
      await refuses(one(tensorProto('w', 'f32', shape, rawFloats(1, 2))), 'has 8 bytes of values');
    for (const shape of [[-2], [2n ** 63n - 1n], [2 ** 30, 2 ** 30], [0, 2 ** 53, 2 ** 53]])
      await refuses(one(tensorProto('w', 'f32', shape, rawFloats(1, 2))), 'has the shape');
    await refuses(one(tensorProto('w', 'f64', [2 ** 51])), /has 18014398509481984 bytes|has no values/);
    await refuses(one(tensorProto('w', 'i64', [1e9], field(7, varint(1)))), 'has 1 bytes of values');
    await refuses(one(tensorProto('w', 'i64', [2], field(4, new Uint8Array(8)))), 'values of another type');
    const twice = tensorProto('w', 'f32', [2], rawFloats(1, 2), rawFloats(1, 2));
    await refuses(one(twice), 'more values of a tensor');
    const counted = await one(tensorProto('w', 'i64', [2], field(7, Buffer.of(1, 2, 3))));
    await refuses(counted.read('w'), 'has not the 2 values of its shape');
  });

  test('17: names of JavaScript objects are names, and each is there once', async () => {
    const named = (name: string) => tensorProto(name, 'f32', [1], rawFloats(1));
    const checkpoint = await one(named('__proto__'), named('constructor'));
    expect([...checkpoint.tensors.keys()]).toEqual(['__proto__', 'constructor']);
    await refuses(checkpoint.read('toString'), 'has no tensor');
    await refuses(one(named('w'), named('w')), 'has two tensors "w"');
  });
});

const small = graphModel(
  ['batch', 2],
  [
    nodeProto('Gemm', ['x', 'w', 'b'], ['h'], integersAttribute('transB', 1)),
    nodeProto('Relu', ['h'], ['a']),
    nodeProto('Gemm', ['a', 'w', 'b'], ['y']),
  ],
  [tensorProto('w', 'f32', [2, 2], rawFloats(1, 2, 3, 4)), tensorProto('b', 'f32', [2], rawFloats(5, 6))],
);

test('32: cut off anywhere', async () => {
  for (let length = 0; length < small.length; length++) {
    const opening = open(small.slice(0, length));
    // Without the four bytes of the operators' version, its last field, it is a whole model still.
    if (length === small.length - 4) expect((await opening).graph?.opset).toBe(1);
    else await expect(opening).rejects.toThrow(InputError);
  }
});

test('damaged files are read or refused in one line', async () => {
  const random = new Random(1);
  for (let i = 0; i < 3000; i++) {
    const copy = small.slice();
    for (let n = 1 + random.integer(4); n > 0; n--) copy[random.integer(copy.length)] = random.integer(256);
    const error: unknown = await open(copy)
      .then(async (checkpoint) => {
        for (const name of checkpoint.tensors.keys()) await checkpoint.read(name);
      })
      .catch((reason: unknown) => reason);
    if (error === undefined) continue;
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/^\P{Cc}{1,300}$/u);
  }
});
