import { firstEntryName } from '../../../file/zip';
import type { CheckpointReader } from '../../checkpoint';
import type { PickleValue } from '../pickle/value';
import { isLightning, torchCheckpoint } from './contents';
import { openArchive, type TorchArchive } from './torch-archive';
import { scriptProgram } from './torch-script';

const FORMAT = 'PyTorch zip';

/** What the first entry may be called: torch.save begins with data.pkl, torch.jit.save with a storage or code. */
const FIRST_ENTRY =
  /^[^/]+\/(?:data\.pkl|data\/\d+|version|byteorder|constants\.pkl|\.format_version|\.data\/|code\/)/;
const EXTENSIONS = /\.(?:pt|pth|ckpt|bin|pkl|th|tar)$/i;

/** torch.save since 1.6, which Lightning uses, and torch.jit.save. */
export const torchZipReader: CheckpointReader = {
  format: FORMAT,
  match(head, file) {
    const first = firstEntryName(head);
    return first !== undefined && (FIRST_ENTRY.test(first) || EXTENSIONS.test(file.path));
  },
  async open(file) {
    const archive = await openArchive(file);
    const unpickled = await archive.unpickle('data.pkl');
    const program = archive.isScript ? await scriptProgram(archive) : undefined;
    return torchCheckpoint(file, formatOf(archive, unpickled.value), unpickled, archive, program);
  },
};

function formatOf(archive: TorchArchive, value: PickleValue): string {
  if (archive.isScript) return 'TorchScript';
  return isLightning(value) ? 'Lightning' : FORMAT;
}
