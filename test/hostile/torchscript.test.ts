import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { forwardOf, networkOfCode } from '../support/script';

async function refuses(code: string, message: RegExp): Promise<void> {
  const reading = networkOfCode(code);
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(message);
}

const forward = (lines: string, others?: string) => forwardOf(lines, others);
const PLAIN = 'torch.linear(torch.relu(torch.linear(x, self.w1, self.b1)), self.w2, self.b2)';
const AT = (line: number) => String.raw`Net\.forward \(code/__torch__\.py, line ${line}\)`;

describe('TorchScript code', () => {
  test('is well at first', async () => {
    expect((await networkOfCode(forward(`return ${PLAIN}`))).nodes).toHaveLength(4);
  });

  test.each([
    [
      'an operator that is not known',
      'return torch.fft_rfft(x, None)',
      `^net\\.pt: torch\\.fft_rfft in ${AT(4)} is an operator that Modscope does not know.*torch\\.onnx\\.export`,
    ],
    [
      'a primitive that is not known',
      'return ops.prim.Fork(x)',
      `${AT(4)} calls "ops\\.prim\\.Fork", which Modscope does not know`,
    ],
    ['a name out of nothing', 'return open("/etc/passwd")', `${AT(4)} uses "open", which it does not say`],
    [
      'a file outside of the code',
      'return __torch__.os.system("ls")',
      `calls "__torch__\\.os\\.system", of which the file has no code`,
    ],
    [
      'a decision by values of the input',
      'if torch.gt(torch.linear(x, self.w1, self.b1), 0):\n  return x\nelse:\n  return x',
      'decides by values that depend on the input',
    ],
    [
      'a state that changes',
      'self.count = 3\nreturn x',
      'sets the attribute "count": another run would give another result',
    ],
    [
      'an error that it raises',
      'ops.prim.RaiseException("expected 4D input")\nreturn x',
      'raises "expected 4D input" for an input of this shape',
    ],
    [
      'a number of values of the input',
      'return torch.mul(x, int(torch.linear(x, self.w1, self.b1)))',
      'makes a number of values that depend on the input',
    ],
    ['a division by zero', 'return torch.view(x, [torch.floordiv(4, 0)])', 'divides by zero'],
    ['no tensor', 'return 3', 'its forward gives no tensor'],
    ['nothing of the input', 'return self.w1', 'its forward gives nothing that depends on the input'],
    [
      'a view of what was changed',
      'h = torch.linear(x, self.w1, self.b1)\ng = torch.view(h, [-1, 3])\n_0 = torch.relu_(h)\nreturn torch.linear(g, self.w2, self.b2)',
      'changed in place through another view',
    ],
    [
      'shapes that do not fit',
      'return torch.linear(torch.linear(x, self.w1, self.b1), self.w1, self.b1)',
      `torch\\.linear in ${AT(4)} takes 4 inputs and is given \\[3\\]`,
    ],
    [
      'samples that mix',
      'return torch.linear(torch.transpose(x, 0, 1), self.w1, self.b1)',
      'torch\\.linear in Net\\.forward',
    ],
    ['too many arguments', 'return torch.relu(x, 1, 2, 3)', 'is given 4 arguments; 1 are known'],
    ['an item that is not there', 'return torch.size(x)[7]', 'asks for an item that is not there'],
  ])('refuses %s', async (_, lines, message) => {
    await refuses(forward(lines), new RegExp(message));
  });

  test('ends however it loops', async () => {
    await refuses(forward('while True:\n  pass\nreturn x'), /takes more than 2000000 steps/);
    await refuses(forward('for i in range(1000000000000):\n  pass\nreturn x'), /counts without end/);
    const doubling = `l = [1, 1]\nfor i in range(60):\n  l = torch.add(l, l)\nreturn ${PLAIN}`;
    await refuses(forward(doubling), /makes a list that is too long/);
  });

  test('ends however it calls itself', async () => {
    const loop = 'def f(x: Tensor) -> Tensor:\n  return __torch__.f(x, )\n';
    await refuses(
      forward('return __torch__.f(x, )', loop),
      /f \(code\/__torch__\.py, line 6\) calls itself, or is nested too deep/,
    );
    await refuses(forward('return (self).forward(x, )'), /calls itself, or is nested too deep/);
  });

  test.each([
    ['deep brackets', forward(`return ${'('.repeat(5000)}x${')'.repeat(5000)}`), /nested too deep/],
    ['deep calls', forward(`return ${'torch.relu('.repeat(5000)}x${')'.repeat(5000)}`), /nested too deep/],
    ['a long chain', forward(`return x${'.a'.repeat(5000)}`), /an expression is too long/],
    ['a long sum', forward(`return x${' + x'.repeat(5000)}`), /an expression is too long/],
    [
      'deep blocks',
      forward(
        Array.from({ length: 300 }, (_, i) => `${'  '.repeat(i)}if True:`).join('\n') +
          `\n${'  '.repeat(300)}pass`,
      ),
      /nested too deep/,
    ],
    ['deep signs', forward(`return ${'- '.repeat(5000)}x`), /nested too deep/],
    ['what is no code', 'class Net(Module):\n  \u0000\u0001', /line 2\) is not what torch\.jit\.save writes/],
    ['an end too early', forward('return torch.linear(x,'), /is not what torch\.jit\.save writes/],
    ['a string without an end', forward('return "abc'), /is not what torch\.jit\.save writes/],
    ['two classes of one name', `${forward('return x')}${forward('return x')}`, /there are two classes Net/],
    ['no class', 'class Other(Module):\n  pass\n', /has no code of the class "__torch__\.Net"/],
    ['no forward', 'class Net(Module):\n  pass\n', /its class "__torch__\.Net" has no method "forward"/],
    [
      'hooks',
      'class Net(Module):\n  __forward_hooks__ = ["hook", ]\n',
      /has hooks, which Modscope does not know/,
    ],
  ])('refuses %s', async (_, code, message) => {
    await refuses(code, message);
  });

  test('is read in a time that grows with its length', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `_${i} = [${i}, "a", -1.5]`).join('\n');
    expect((await networkOfCode(forward(`${lines}\nreturn ${PLAIN}`))).nodes).toHaveLength(4);
    await refuses(forward(`l = [${'1, '.repeat(1_100_000)}]\nreturn x`), /the code is too long/);
  });
});
