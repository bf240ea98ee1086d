import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { bytes, call, dict, global, int, pickle, str, tensor, tuple, u32, u64 } from '../support/pickle';
import { openTorch, torchLegacy, torchZip, TWO_FLOATS } from '../support/torch';

/** The numbers are those of the list of hostile input that every reader must survive. */
const WEIGHT = [str('w'), tensor()] as const;

const open = (main: Uint8Array) => openTorch(torchZip(main));

/** A checkpoint that holds `value` as a hyper-parameter, beside a weight. */
const withValue = (value: Uint8Array) => open(pickle(dict(WEIGHT, [str('config'), dict([str('x'), value])])));

/** Rejected with one line that names the file, by nothing but an InputError, in little time and memory. */
async function refused(main: Uint8Array, message: string | RegExp): Promise<void> {
  const error: unknown = await open(main).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const text = (error as InputError).message;
  expect(text).toMatch(message);
  expect(text).toMatch(/^memory\.pt: /);
  expect(text).not.toContain('\n');
  expect(text.length).toBeLessThan(400);
}

describe('code', () => {
  test.each([
    ['1 os.system', 'os.system', call(global('os', 'system'), str('touch pwned'))],
    ['2 eval', 'builtins.eval', call(global('__builtin__', 'eval'), str('1/0'))],
    [
      '3 STACK_GLOBAL from memo',
      'os.system',
      bytes(str('os'), 'q\x000', str('system'), 'q\x010h\x00h\x01\x93', '(', str('id'), 'tR'),
    ],
    ['5 a dotted name', 'os.path.os.system', bytes(str('os'), str('path.os.system'), '\x93)R')],
    ['6 INST', 'os.system', bytes('(', str('id'), 'ios\nsystem\n')],
    ['6 OBJ', 'os.system', bytes('(', global('os', 'system'), str('id'), 'o')],
    ['7 EXT', 'copyreg.extension_5', bytes('\x82\x05)R')],
    ['NEWOBJ_EX', 'os.system', bytes(global('os', 'system'), ')}\x92')],
    ['a call of what a call gave', 'os.system', call(call(global('os', 'system')), str('id'))],
  ])('%s stays inert', async (_, name, value) => {
    const checkpoint = await withValue(value);
    expect(checkpoint.stubs).toEqual([name]);
    expect(checkpoint.hyperParameters['x']).toContain(`<${name}`);
    expect((await checkpoint.read('w')).data).toEqual(Float32Array.of(1, 2));
  });

  test('attributes set on a class, and on a known type, change nothing', async () => {
    const value = bytes(global('torch', 'Size'), dict([str('__call__'), global('os', 'system')]), 'b');
    expect((await withValue(value)).hyperParameters).toEqual({ x: '<torch.Size>' });
  });
});

describe('broken pickles', () => {
  test.each<[string, Uint8Array, string | RegExp]>([
    ['4 STACK_GLOBAL at position 0', bytes('\x93.'), 'STACK_GLOBAL at byte 0: the stack is empty'],
    ['4 STACK_GLOBAL of numbers', pickle('K\x01K\x02\x93'), 'a name is not text'],
    [
      '8 a payload, then broken bytes',
      pickle(call(global('os', 'system'), str('id')), '\xff'),
      '0xff is not an opcode',
    ],
    ['8 no STOP', bytes('\x80\x02}'), 'next opcode at byte 3'],
    [
      '13 a string of 4 GiB',
      bytes('X', u32(0xffffffff), 'abc.'),
      '4294967295 bytes are wanted and 4 are left',
    ],
    ['13 a string of 2⁶⁴ bytes', bytes('\x8d', u64(2n ** 64n - 1n), 'abc.'), 'bytes are wanted'],
    ['13 bytes of 2⁵³', bytes('\x8e', u64(2n ** 53n), '.'), 'bytes are wanted'],
    ['13 a frame past the end', bytes('\x80\x04\x95', u64(1000), 'N.'), 'FRAME at byte 2'],
    ['13 a line without end', bytes('I1234'), 'a line does not end'],
    ['14 LONG4 past the end', bytes('\x8b', u32(2 ** 31), '.'), 'bytes are wanted'],
    ['14 a huge LONG4', bytes('\x8b', u32(1e6), new Uint8Array(1e6), '.'), 'an integer of 1000000 bytes'],
    ['14 a huge LONG', bytes(`L${'9'.repeat(1e6)}\n.`), 'is not an integer'],
    ['15 stack underflow', bytes('\x87.'), 'TUPLE3 at byte 0: the stack is empty'],
    ['15 underflow below a mark', bytes('N(\x85.'), 'the stack is empty'],
    ['15 no mark', bytes('Nt.'), 'there is no mark'],
    ['15 a dangling memo', bytes('h\x05.'), 'nothing was remembered as 5'],
    ['15 nothing at STOP', bytes('.'), 'the stack is empty'],
    ['16 SETITEM on a list', bytes(']NNs.'), 'a key is set on what is not a dictionary'],
    ['16 SETITEMS with half a pair', bytes('}(Nu.'), 'a key has no value'],
    ['16 APPEND to a number', bytes('K\x01Na.'), 'items are added to what is not a list'],
    ['REDUCE of a number', bytes('K\x01)R.'), 'not a class or function'],
    ['REDUCE without a tuple', bytes(global('a', 'b'), 'K\x01R.'), 'not a tuple'],
    ['a protocol to come', bytes('\x80\x09N.'), 'protocol 9 is newer'],
    ['a buffer that is elsewhere', bytes('\x97.'), 'outside of the file'],
    ['18 a persistent id that is text', bytes('Phello\n.'), 'a persistent id'],
    ['18 a persistent id of another kind', pickle('(', str('file'), 'tQ'), 'a persistent id'],
    [
      '18 too few parts',
      pickle(tuple(str('storage'), global('torch', 'FloatStorage')), 'Q'),
      'a storage without',
    ],
    [
      '18 a class that is no storage',
      pickle(tuple(str('storage'), global('os', 'system'), str('0'), str('cpu'), int(2)), 'Q'),
      'a storage without',
    ],
    [
      '18 a size that is text',
      pickle(tuple(str('storage'), global('torch', 'FloatStorage'), str('0'), str('cpu'), str('2')), 'Q'),
      'not a possible size',
    ],
  ])('%s', async (_, main, message) => {
    await refused(main, message);
  });

  test('9 a second pickle after STOP is not looked at', async () => {
    const checkpoint = await open(
      bytes(pickle(dict(WEIGHT)), pickle(call(global('os', 'system'), str('id')))),
    );
    expect([...checkpoint.tensors.keys(), ...checkpoint.stubs]).toEqual(['w']);
  });

  test('every truncation of a good pickle', async () => {
    const main = pickle(dict(WEIGHT, [str('config'), dict([str('a'), tuple(int(1), str('b'))])]));
    for (let length = 0; length < main.length; length++)
      await expect(open(main.subarray(0, length))).rejects.toThrow(InputError);
    const legacy = torchLegacy(main, { 0: TWO_FLOATS });
    for (let length = 32; length < legacy.length; length++)
      await expect(openTorch(legacy.subarray(0, length))).rejects.toThrow(InputError);
  });
});

describe('values that are more than they seem', () => {
  test('10 billion laughs', async () => {
    // Each list holds the one before ten times: 10⁶⁰ values from two kilobytes.
    const levels = Array.from({ length: 60 }, (_, i) =>
      bytes(']', 'q', i + 1, '(', ...Array.from({ length: 10 }, () => bytes('h', i)), 'e0'),
    );
    const laughs = bytes(']q\x000', ...levels, 'h', 60);
    const text = JSON.stringify((await withValue(laughs)).hyperParameters);
    expect(text).toContain('<more>');
    expect(text.length).toBeLessThan(1e6);
  });

  test('10 one long text in many places', async () => {
    const many = bytes(str('x'.repeat(1e6)), 'q\x000](', 'h\x00'.repeat(1e5), 'e');
    const text = JSON.stringify((await withValue(many)).hyperParameters);
    expect(text.length).toBeLessThan(1e7);
  });

  test('10 a list copied without end', async () => {
    const list = bytes('](', 'N'.repeat(1e5), 'eq\x000', global('builtins', 'list'), 'q\x010');
    const copies = bytes('(', 'h\x01h\x00\x85R'.repeat(1e5), 't');
    await refused(pickle(list, copies), 'more than 5000000 values');
  });

  test('11 lists and dictionaries that hold themselves', async () => {
    const checkpoint = await withValue(bytes(']q\x00(h\x00K\x01e}q\x01(', str('me'), 'h\x01u\x86'));
    expect(checkpoint.hyperParameters).toEqual({ x: [['<cycle>', 1], { me: '<cycle>' }] });
  });

  test('12 a million nested tuples', async () => {
    const nested = bytes(tensor({ key: '0' }), '\x85'.repeat(1e6));
    const checkpoint = await withValue(nested);
    expect(JSON.stringify(checkpoint.hyperParameters).length).toBeLessThan(1000);
    expect(checkpoint.tensors.size).toBe(2);
    const marks = pickle('('.repeat(1e6), 't'.repeat(1e6));
    expect((await open(marks)).tensors.size).toBe(0);
  });

  test('a module that contains itself', async () => {
    const module = bytes(
      global('a', 'Net'),
      ')\x81q\x00',
      dict([str('_modules'), dict([str('me'), 'h\x00'])]),
      'b',
    );
    await refused(pickle(module), 'its module tree is too large');
    const script = bytes(global('__torch__', 'Net'), ')\x81q\x00', dict([str('me'), 'h\x00']), 'b');
    await refused(pickle(script), 'its module tree is too large');
  });

  test('subclass tensors in subclass tensors', async () => {
    const rebuild = bytes(global('torch._tensor', '_rebuild_from_type_v2'), 'q\x00');
    const inner = bytes(rebuild, '0', '(h\x00N'.repeat(1e5), ')', 'Nt'.repeat(1e5), 'q\x010h\x00h\x01R');
    expect(JSON.stringify((await withValue(inner)).hyperParameters).length).toBeLessThan(1000);
  });

  test('names that would fill the memory', async () => {
    const tensors = Array.from({ length: 100 }, () => tensor());
    const many = dict(WEIGHT, [str('k'.repeat(1e6)), bytes('](', ...tensors, 'e')]);
    await refused(pickle(many), 'names of its tensors are too long');
  });

  test('17 keys that mean something to JavaScript', async () => {
    const hostile = dict(
      [str('__proto__'), dict([str('polluted'), '\x88'])],
      ...['constructor', 'toString', 'hasOwnProperty'].map((key) => [str(key), int(1)] as const),
    );
    const state = dict(
      ...['__proto__', 'constructor', 'toString'].map((key) => [str(key), tensor()] as const),
    );
    const checkpoint = await open(pickle(dict([str('state_dict'), state], [str('config'), hostile])));
    expect([...checkpoint.tensors.keys()]).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.keys(checkpoint.hyperParameters)).toEqual([
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
    ]);
    expect('polluted' in {} || 'polluted' in checkpoint.hyperParameters).toBe(false);
    expect((await checkpoint.read('__proto__')).data).toEqual(Float32Array.of(1, 2));
  });
});
