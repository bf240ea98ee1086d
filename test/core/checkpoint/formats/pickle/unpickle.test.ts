import { describe, expect, it } from 'vitest';
import { MoreBytesNeeded } from '../../../../../src/core/checkpoint/formats/pickle/cursor';
import { STANDARD } from '../../../../../src/core/checkpoint/formats/pickle/globals';
import { unpickle } from '../../../../../src/core/checkpoint/formats/pickle/unpickle';
import { type PickleValue, Stub } from '../../../../../src/core/checkpoint/formats/pickle/value';
import { bytes, call, dict, global, int, pickle, str, tuple, u32, u64 } from '../../../../support/pickle';

const options = { file: 'a.pt', part: 'data.pkl', known: STANDARD };

function load(content: Uint8Array): PickleValue {
  return unpickle(content, options).value;
}

describe('unpickle', () => {
  it.each<[string, Uint8Array, PickleValue]>([
    ['None', bytes('N.'), null],
    ['booleans of protocol 0', bytes('(I00\nI01\nt.'), [false, true]],
    ['INT', bytes('I-42\n.'), -42],
    ['LONG', bytes('L123456789012345678901L\n.'), 123456789012345678901n],
    ['LONG1 of nothing', bytes('\x8a\x00.'), 0],
    ['LONG1, negative', bytes('\x8a\x02\x00\xff.'), -256],
    ['LONG4', bytes('\x8b', u32(9), u64(0), '\x01.'), 2n ** 64n],
    ['FLOAT', bytes('F-1.5e3\n.'), -1500],
    ['FLOAT inf', bytes('Finf\n.'), Infinity],
    ['BINFLOAT', bytes('G\x3f\xf8\0\0\0\0\0\0.'), 1.5],
    ['STRING', bytes(String.raw`S'a\n\x41\'b'`, '\n.'), "a\nA'b"],
    ['UNICODE', bytes(String.raw`V\u00e9\U0001f600`, '\n.'), 'é😀'],
    ['BINUNICODE8', bytes('\x8d', u64(2), '\xc3\xa9.'), 'é'],
    ['text that is not UTF-8', bytes('X', u32(2), '\xff\xfe.'), 'ÿþ'],
    ['SHORT_BINBYTES', bytes('C\x02\x01\x02.'), Buffer.of(1, 2)],
    ['BYTEARRAY8', bytes('\x96', u64(2), '\x01\x02.'), Buffer.of(1, 2)],
    ['LIST', bytes('(', str('a'), '(K\x01lt.'), ['a', [1]]],
    ['DICT', bytes('(', str('a'), 'K\x01d.'), new Map([['a', 1]])],
    ['FROZENSET', bytes('(K\x01K\x02\x91.'), new Set([1, 2])],
    ['ADDITEMS', bytes('\x8f(K\x01K\x02\x90.'), new Set([1, 2])],
    ['MEMOIZE', bytes(str('x'), '\x940h\x00.'), 'x'],
    ['PUT, POP and GET', bytes(str('x'), 'p5\n0g5\n.'), 'x'],
    ['DUP and POP_MARK', bytes('K\x072(K\x01K\x021\x86.'), [7, 7]],
    ['TUPLE3', bytes('NNN\x87.'), [null, null, null]],
    [
      'bytes of protocol 2',
      pickle(call(global('_codecs', 'encode'), str('\xff'), str('latin1'))),
      Buffer.of(255),
    ],
    ['a set of protocol 2', pickle(call(global('__builtin__', 'set'), bytes(']K\x01a'))), new Set([1])],
    [
      'an OrderedDict of pairs',
      pickle(call(global('collections', 'OrderedDict'), bytes(']', tuple(str('a'), int(1)), 'a'))),
      new Map([['a', 1]]),
    ],
    ['a complex number', pickle(call(global('builtins', 'complex'), int(1), int(-2))), '1-2j'],
  ])('reads %s', (_, content, expected) => {
    const value = load(content);
    expect(value instanceof Uint8Array ? Buffer.from(value) : value).toEqual(expected);
  });

  it('keeps all that was given to something unknown', () => {
    const path = load(pickle(call(global('pathlib', 'PosixPath'), str('/'), str('data'))));
    expect(path).toBeInstanceOf(Stub);
    expect((path as Stub).describe()).toBe('<pathlib.PosixPath /data>');

    const object = load(pickle(global('a', 'B'), ')\x81', dict([str('x'), int(1)]), 'b')) as Stub;
    expect(object.attributes()).toEqual(new Map([['x', 1]]));
    const slots = load(pickle(global('a', 'B'), ')\x81N', dict([str('x'), int(1)]), '\x86b')) as Stub;
    expect(slots.attributes()).toEqual(new Map([['x', 1]]));
    const entries = load(pickle(global('a', 'B'), ')\x81(', str('k'), int(2), 'u')) as Stub;
    expect(entries.entries).toEqual(new Map([['k', 2]]));
    const old = load(bytes('ccopy_reg\n_reconstructor\n(ca\nB\nc__builtin__\ndict\n(dtR.')) as Stub;
    expect([old.name, old.entries]).toEqual(['a.B', new Map()]);
    const keywords = load(pickle(global('a', 'B'), ')', dict([str('x'), int(1)]), '\x92')) as Stub;
    expect(keywords.args).toEqual([new Map([['x', 1]])]);
  });

  it('lists what it left inert', () => {
    const content = pickle(tuple(global('os', 'system'), call(global('collections', 'OrderedDict'))));
    expect([...unpickle(content, options).stubs]).toEqual(['os.system']);
  });

  it('says where a pickle ends, and asks for more of a file', () => {
    const two = bytes('N.', 'K\x05.', 'rest');
    expect(unpickle(two, options).end).toBe(2);
    expect(unpickle(two, { ...options, start: 2 })).toMatchObject({ value: 5, end: 5 });
    const start = str('abc').subarray(0, 6);
    expect(() => unpickle(start, { ...options, available: 100 })).toThrow(MoreBytesNeeded);
    expect(() => unpickle(start, options)).toThrow(
      'a.pt: broken pickle (data.pkl): BINUNICODE at byte 0: 3 bytes are wanted and 1 are left',
    );
  });
});
