import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { ScriptProgram } from '../../checkpoint/checkpoint';
import { parseCode } from './parser';
import type { ClassSource, CodeFile, FunctionSource } from './syntax';
import { SyntaxFault } from './tokens';

/** A function or method, and where it stands. */
export interface Routine {
  readonly source: FunctionSource;
  /** e.g. "Net.forward". */
  readonly name: string;
  /** Path of the file of code in the archive. */
  readonly file: string;
}

/** Files of code of one program; each is read and parsed once. */
const MAX_FILES = 2000;

/** The classes and functions of a program, by the names that other code has for them. */
export class CodeLibrary {
  readonly #files = new Map<string, CodeFile | null>();

  /** @param path the TorchScript file, for messages */
  constructor(
    private readonly path: string,
    private readonly program: Pick<ScriptProgram, 'source'>,
  ) {}

  /** @param className e.g. "__torch__.nets.Net" */
  async classNamed(className: string): Promise<{ source: ClassSource; file: string }> {
    const { file, name } = placeOf(className);
    const source = (await this.#file(file))?.classes.get(name);
    if (source === undefined) throw this.#missing('class', className);
    return { source, file };
  }

  async method(className: string, name: string): Promise<Routine> {
    const { source, file } = await this.classNamed(className);
    const method = source.methods.get(name);
    if (method === undefined)
      throw new InputError(this.path, `its class ${quote(className)} has no method ${quote(name)}`);
    return { source: method, name: `${source.name}.${name}`, file };
  }

  /** @returns undefined where there is none of this name */
  async functionNamed(qualified: string): Promise<Routine | undefined> {
    const { file, name } = placeOf(qualified);
    const source = (await this.#file(file))?.functions.get(name);
    return source && { source, name, file };
  }

  async #file(path: string): Promise<CodeFile | null> {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    if (this.#files.size >= MAX_FILES)
      throw new InputError(this.path, `has more than ${MAX_FILES} files of code`);
    const text = await this.program.source(path);
    const parsed = text === undefined ? null : this.#parsed(path, text);
    this.#files.set(path, parsed);
    return parsed;
  }

  #parsed(path: string, text: string): CodeFile {
    try {
      return parseCode(text);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      throw new InputError(
        this.path,
        `its code (${quote(path)}, line ${error.line}) is not what torch.jit.save writes: ${error.message}`,
      );
    }
  }

  #missing(what: string, name: string): InputError {
    return new InputError(this.path, `has no code of the ${what} ${quote(name)}`);
  }
}

/** "__torch__.nets.Net" is Net in __torch__/nets.py. */
function placeOf(qualified: string): { file: string; name: string } {
  const at = qualified.lastIndexOf('.');
  return {
    file: `${qualified.slice(0, Math.max(0, at)).replaceAll('.', '/')}.py`,
    name: qualified.slice(at + 1),
  };
}
