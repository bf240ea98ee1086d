/** The tensors of the paper's CIFAR-10 network, as PyTorch names them. */
export function cifar10FastTensors(channels: readonly number[], features: number): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  const norm = (name: string, width: number) => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      shapes[`model.${name}.${part}`] = [width];
    shapes[`model.${name}.num_batches_tracked`] = [];
  };
  let inputs = channels[0]!;
  shapes['model.conv1.weight'] = [inputs, 3, 3, 3];
  norm('bn1', inputs);
  channels.forEach((outputs, l) => {
    for (const block of [0, 1]) {
      const name = `layer${l + 1}.${block}`;
      norm(`${name}.bn1`, inputs);
      shapes[`model.${name}.conv1.weight`] = [outputs, inputs, 3, 3];
      norm(`${name}.bn2`, outputs);
      shapes[`model.${name}.conv2.weight`] = [outputs, outputs, 3, 3];
      if (block === 0 && l > 0) shapes[`model.${name}.proj.weight`] = [outputs, inputs, 1, 1];
      inputs = outputs;
    }
  });
  shapes['model.proj.weight'] = [10, features];
  shapes['model.proj.bias'] = [10];
  return shapes;
}
