import { describe, expect, it } from 'vitest';
import { keyName, toPlainRecord } from '../../../../../src/core/checkpoint/formats/pickle/plain';
import { Global, type PickleValue, Stub } from '../../../../../src/core/checkpoint/formats/pickle/value';

function stub(name: string, attributes: [PickleValue, PickleValue][], args: PickleValue[] = []): Stub {
  const result = new Stub(name, args);
  result.setState(new Map(attributes));
  return result;
}

/** One value, as it is shown under a name. */
const toPlain = (value: PickleValue) => toPlainRecord(new Map([['value', value]]))['value'];

describe('plain data', () => {
  it('shows what is no data by what it is', () => {
    expect(toPlain([NaN, -Infinity, 2n ** 70n, new Uint8Array(3)])).toEqual([
      'NaN',
      '-Infinity',
      '1180591620717411303424',
      '<3 bytes>',
    ]);
    expect(toPlain(new Stub('a.Color', [1]))).toBe('<a.Color 1>');
    expect(toPlain(new Global('torch.nn.ReLU'))).toBe('<torch.nn.ReLU>');
    expect(toPlain(stub('torch.nn.Loss', [['_modules', new Map()]]))).toBe('<torch.nn.Loss>');
  });

  it('sees dictionaries in namespaces and in OmegaConf', () => {
    expect(toPlain(stub('argparse.Namespace', [['lr', 0.1]]))).toEqual({ lr: 0.1 });
    const node = stub('omegaconf.nodes.AnyNode', [['_val', 5]]);
    const config = stub('omegaconf.dictconfig.DictConfig', [['_content', new Map([['layers', node]])]]);
    expect(toPlain(config)).toEqual({ layers: 5 });
    const itself = stub('omegaconf.nodes.AnyNode', []);
    itself.setState(new Map([['_val', itself]]));
    expect(toPlain(itself)).toEqual({ _val: '<cycle>' });
  });

  it('names keys of every kind', () => {
    const keys = ['a', 1, 2n, true, null, new Global('x.Y'), [1, ['b']], new Map()];
    expect(keys.map(keyName)).toEqual(['a', '1', '2', 'true', 'null', 'x.Y', '(1, …)', '…']);
  });

  it('keeps at most what was asked for', () => {
    const entries = new Map<PickleValue, PickleValue>([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(toPlainRecord(entries, 2)).toEqual({ a: 1, b: 2, '…': '<more>' });
  });
});
