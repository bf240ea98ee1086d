import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { networkOf } from '../../src/core/network/find/find';
import { loadModel, type Model } from '../../src/core/network/model';

/** A file that holds its graph, ONNX, TorchScript or torch.export, as it is analyzed by itself. @param layers names of the hidden ones; the nonlinearities by default */
export async function loadGraphFile(path: string, layers?: readonly string[]): Promise<Model> {
  const checkpoint = await openCheckpoint(path);
  try {
    const network = await networkOf(checkpoint, { layers });
    if (network === null) throw new Error(`${path} does not tell its network`);
    return await loadModel(checkpoint, network);
  } finally {
    await checkpoint.close();
  }
}
