/** Collects every mistake of a project, in cosmicai.yaml and in the files that it names. */
import { type Diagnostic, InvalidDocument } from '../document/diagnostics.ts';
import type { DocumentSource, Path } from '../document/source.ts';

export class Mistakes {
  readonly #source: DocumentSource;
  readonly #found: Diagnostic[] = [];

  constructor(source: DocumentSource) {
    this.#source = source;
  }

  /** A mistake at the value of a field of cosmicai.yaml. `message` is a sentence without a full stop. */
  at(path: Path, message: string, hint?: string): void {
    this.add(this.#source.diagnose(path, message, { at: 'value', ...(hint === undefined ? {} : { hint }) }));
  }

  add(...diagnostics: Diagnostic[]): void {
    this.#found.push(...diagnostics);
  }

  get count(): number {
    return this.#found.length;
  }

  /** @throws InvalidDocument with all mistakes, those of one file together and in the order of its lines */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const files = [...new Set(this.#found.map(({ file }) => file))];
    const order = (one: Diagnostic) => files.indexOf(one.file) * 1e9 + one.line * 1e4 + one.column;
    throw new InvalidDocument([...this.#found].sort((a, b) => order(a) - order(b)));
  }
}
