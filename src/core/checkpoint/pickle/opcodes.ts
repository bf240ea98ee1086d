import { decodeText } from './cursor';
import { floatFromText, integerFromBytes, integerFromText, quotedText, rawUnicode } from './literal';
import type { Machine } from './machine';
import { PickleFault, type PickleValue } from './value';

type Opcode = readonly [name: string, run: (machine: Machine) => unknown];
type Making = readonly [name: string, make: (machine: Machine) => PickleValue];

/** `I` also writes booleans. */
function shortInteger(line: string): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  return integerFromText(line);
}

/** Out-of-band buffers never come in a file by themselves. */
function noBuffer(): never {
  throw new PickleFault('its data are in a buffer outside of the file');
}

/** What pushes one value, by its byte in the file: protocols 0 to 5. Names are those of Python's pickletools. */
const VALUES: Readonly<Record<string, Making>> = {
  '2': ['DUP', (m) => m.top()],
  g: ['GET', (m) => m.recall(integerFromText(m.cursor.line()))],
  h: ['BINGET', (m) => m.recall(m.cursor.u8())],
  j: ['LONG_BINGET', (m) => m.recall(m.cursor.u32())],
  // Plain values
  N: ['NONE', () => null],
  '\x88': ['NEWTRUE', () => true],
  '\x89': ['NEWFALSE', () => false],
  I: ['INT', (m) => shortInteger(m.cursor.line())],
  L: ['LONG', (m) => integerFromText(m.cursor.line())],
  F: ['FLOAT', (m) => floatFromText(m.cursor.line())],
  J: ['BININT', (m) => m.cursor.i32()],
  K: ['BININT1', (m) => m.cursor.u8()],
  M: ['BININT2', (m) => m.cursor.u16()],
  G: ['BINFLOAT', (m) => m.cursor.f64()],
  '\x8a': ['LONG1', (m) => integerFromBytes(m.cursor.take(m.cursor.u8()))],
  '\x8b': ['LONG4', (m) => integerFromBytes(m.cursor.take(m.cursor.u32()))],
  S: ['STRING', (m) => quotedText(m.cursor.line())],
  T: ['BINSTRING', (m) => decodeText(m.cursor.take(m.cursor.u32()))],
  U: ['SHORT_BINSTRING', (m) => decodeText(m.cursor.take(m.cursor.u8()))],
  V: ['UNICODE', (m) => rawUnicode(m.cursor.line())],
  X: ['BINUNICODE', (m) => decodeText(m.cursor.take(m.cursor.u32()))],
  '\x8c': ['SHORT_BINUNICODE', (m) => decodeText(m.cursor.take(m.cursor.u8()))],
  '\x8d': ['BINUNICODE8', (m) => decodeText(m.cursor.take(m.cursor.u64()))],
  B: ['BINBYTES', (m) => m.cursor.take(m.cursor.u32())],
  C: ['SHORT_BINBYTES', (m) => m.cursor.take(m.cursor.u8())],
  '\x8e': ['BINBYTES8', (m) => m.cursor.take(m.cursor.u64())],
  '\x96': ['BYTEARRAY8', (m) => m.cursor.take(m.cursor.u64())],
  '\x97': ['NEXT_BUFFER', noBuffer],
  '\x98': ['READONLY_BUFFER', noBuffer],
  // Collections
  ')': ['EMPTY_TUPLE', () => []],
  ']': ['EMPTY_LIST', () => []],
  '}': ['EMPTY_DICT', () => new Map()],
  '\x8f': ['EMPTY_SET', () => new Set()],
  t: ['TUPLE', (m) => m.popMark()],
  l: ['LIST', (m) => m.popMark()],
  '\x85': ['TUPLE1', (m) => m.popMany(1)],
  '\x86': ['TUPLE2', (m) => m.popMany(2)],
  '\x87': ['TUPLE3', (m) => m.popMany(3)],
  d: ['DICT', (m) => m.dictionary()],
  '\x91': ['FROZENSET', (m) => new Set(m.popMark())],
  // Objects: named, never looked up
  c: ['GLOBAL', (m) => m.global(m.cursor.line(), m.cursor.line())],
  '\x93': ['STACK_GLOBAL', (m) => m.stackGlobal()],
  '\x82': ['EXT1', (m) => m.extension(m.cursor.u8())],
  '\x83': ['EXT2', (m) => m.extension(m.cursor.u16())],
  '\x84': ['EXT4', (m) => m.extension(m.cursor.i32())],
  R: ['REDUCE', (m) => m.reduce()],
  '\x81': ['NEWOBJ', (m) => m.reduce()],
  '\x92': ['NEWOBJ_EX', (m) => m.newObjectEx()],
  i: ['INST', (m) => m.instance(m.cursor.line(), m.cursor.line())],
  o: ['OBJ', (m) => m.object()],
  P: ['PERSID', (m) => m.persistent(m.cursor.line())],
  Q: ['BINPERSID', (m) => m.persistent(m.pop())],
};

/** What does anything else. */
const ACTIONS: Readonly<Record<string, Opcode>> = {
  '\x80': ['PROTO', (m) => m.protocol(m.cursor.u8())],
  '\x95': ['FRAME', (m) => m.frame(m.cursor.u64())],
  '.': ['STOP', (m) => m.stop()],
  '(': ['MARK', (m) => m.mark()],
  '0': ['POP', (m) => m.discard()],
  '1': ['POP_MARK', (m) => m.popMark()],
  p: ['PUT', (m) => m.remember(integerFromText(m.cursor.line()))],
  q: ['BINPUT', (m) => m.remember(m.cursor.u8())],
  r: ['LONG_BINPUT', (m) => m.remember(m.cursor.u32())],
  '\x94': ['MEMOIZE', (m) => m.memoize()],
  a: ['APPEND', (m) => m.extend(m.popMany(1))],
  e: ['APPENDS', (m) => m.extend(m.popMark())],
  '\x90': ['ADDITEMS', (m) => m.extend(m.popMark())],
  s: ['SETITEM', (m) => m.setItems(m.popMany(2))],
  u: ['SETITEMS', (m) => m.setItems(m.popMark())],
  b: ['BUILD', (m) => m.build()],
};

const ALL = new Map([
  ...Object.entries(ACTIONS),
  ...Object.entries(VALUES).map(([byte, [name, make]]): [string, Opcode] => [
    byte,
    [name, (machine) => machine.push(make(machine))],
  ]),
]);

/** Indexed by the opcode's byte. */
export const OPCODES: readonly (Opcode | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  ALL.get(String.fromCharCode(byte)),
);
