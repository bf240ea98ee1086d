import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../../src/core/network/find/find';
import { describeNetwork } from '../../../support/describe-network';
import { forwardOf, networkOfCode, scriptOf } from '../../../support/script';

const PLAIN = 'torch.linear(torch.relu(torch.linear(x, self.w1, self.b1)), self.w2, self.b2)';
const kindsOf = async (code: string) =>
  (await networkOfCode(code)).nodes.map(({ operation }) => operation.kind);

describe('the code of forward', () => {
  it('is followed through names, tuples, conditions and loops', async () => {
    const code = forwardOf(
      `
h, _0, = (torch.linear(x, self.w1, self.b1), 3)
n = torch.len(torch.size(h))
if torch.eq(n, 2):
  for i in range(_0):
    if torch.__isnot__(i, 1):
      h = torch.relu(h)
    else:
      pass
else:
  ops.prim.RaiseException("never")
k = 0
while torch.lt(k, 2):
  k = torch.add(k, 1)
  h = torch.tanh(h) if torch.eq(k, 2) else h
return torch.linear(h, self.w2, self.b2)`,
    );
    expect(await kindsOf(code)).toEqual([
      'input',
      'dense',
      'activation',
      'activation',
      'activation',
      'dense',
    ]);
  });

  it('calls functions and methods, by position and by name, with defaults', async () => {
    const others = `
  def head(self: __torch__.Net,
    h: Tensor,
    w: Tensor) -> Tensor:
    return torch.linear(h, w, self.b2)
def act(h: Tensor,
    inplace: bool=False,
    twice: bool=False) -> Tensor:
  if twice:
    h0 = torch.relu(torch.tanh(h))
  else:
    h0 = torch.relu(h)
  return h0
`;
    const code = forwardOf(
      `
_0 = __torch__.act
h = _0(torch.linear(x, self.w1, self.b1), twice=True)
return (self).head(h, w=self.w2)`,
      others,
    );
    expect(await kindsOf(code)).toEqual(['input', 'dense', 'activation', 'activation', 'dense']);
  });

  it('reads constants, attributes and items', async () => {
    const code = forwardOf(
      `
axes = annotate(List[int], [])
_0 = torch.append(axes, self.axis)
d = {"a": CONSTANTS.c1[1], }
h = torch.softmax(torch.linear(x, self.w1, self.b1), axes[0])
h0 = torch.mul(h, CONSTANTS.c0)
h1 = torch.mul(h0, d["a"])
return torch.linear(h1, self.w2, self.b2)`,
    );
    const network = await networkOfCode(code, { axis: 1 });
    expect(network.nodes.map(({ operation }) => operation.kind)).toEqual([
      ...['input', 'dense', 'softmax', 'constant', 'multiply', 'constant', 'multiply', 'dense'],
    ]);
    expect([...network.constants.values()].map(({ data }) => [...data])).toEqual([[2], [-1]]);
  });

  it('computes sizes with numbers that are tensors, as traces do', async () => {
    const code = forwardOf(
      `
size = ops.prim.NumToTensor(torch.size(x, 1))
half = int(torch.floor_divide(size, torch.tensor(2)))
x0 = torch.view(x, [-1, 2, half])
return ${PLAIN.replace('(x,', '(torch.flatten(x0, 1),')}`,
    );
    expect(await kindsOf(code)).toEqual(['input', 'reshape', 'reshape', 'dense', 'activation', 'dense']);
  });

  it('is that of evaluation mode, whatever was saved', async () => {
    const code = forwardOf(
      `
if self.training:
  h = torch.sigmoid(torch.linear(x, self.w1, self.b1))
else:
  h = torch.relu(torch.linear(x, self.w1, self.b1))
return torch.linear(torch.dropout(h, 0.5, True), self.w2, self.b2)`,
    );
    const network = await networkOfCode(code, { training: true });
    expect(describeNetwork(network)).toBe('4 w1:3 relu w2:2');
    expect(network.notes).toEqual([expect.stringContaining('saved in training mode')]);
  });

  it('changes tensors in place for all of their names', async () => {
    const code = forwardOf(
      `
h = torch.linear(x, self.w1, self.b1)
g = h
_0 = torch.tanh_(g)
return torch.linear(h, self.w2, self.b2)`,
    );
    expect(describeNetwork(await networkOfCode(code))).toBe('4 w1:3 tanh w2:2');
  });

  it('may leave off a softmax, and says which of several tensors it took', async () => {
    const code = forwardOf(`z = ${PLAIN}\nreturn (torch.log_softmax(z, 1), z)`);
    const network = await networkOfCode(code);
    expect(describeNetwork(network)).toBe('4 w1:3 relu w2:2');
    expect(network.notes).toEqual(['The final LogSoftmax was left off: its inputs are the logits.']);
    expect(network.assumptions.map(({ name }) => name)).toEqual(['logits']);
  });

  it('tells the shape of a sample, by what comes first', async () => {
    const shapeOf = async (lines: string, sampleShape?: number[]) =>
      (await networkOf(scriptOf(forwardOf(lines)), {}, sampleShape))?.nodes[0]?.shape;
    expect(await shapeOf(`return ${PLAIN}`)).toEqual([4]);
    expect(await shapeOf(`x0 = torch.flatten(x, 1)\nreturn ${PLAIN.replace('(x,', '(x0,')}`, [2, 2])).toEqual(
      [4],
    );
    const viewed = `x0 = torch.view(x, [-1, 2, 2])\nx1 = torch.flatten(x0, 1)\nreturn ${PLAIN.replace('(x,', '(x1,')}`;
    expect(await shapeOf(viewed)).toEqual([4]);
    const mean = `x0 = torch.mean(x, [1])\nreturn ${PLAIN.replace('(x,', '(x0,')}`;
    expect(await shapeOf(mean)).toBeUndefined();
    expect(await shapeOf(mean, [5, 4])).toEqual([5, 4]);
  });

  it('may have the batch that it was traced with in it', async () => {
    const code = forwardOf(`x0 = torch.view(x, [7, 4])\nreturn ${PLAIN.replace('(x,', '(x0,')}`);
    expect(describeNetwork(await networkOfCode(code, {}, [7, 2, 2]))).toContain('w1:3 relu w2:2');
  });
});
