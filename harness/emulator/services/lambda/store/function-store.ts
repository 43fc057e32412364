/**
 * All functions of one account, in memory and one JSON file each, replaced by rename. A damaged file is named
 * and set aside, never fatal.
 */
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
import { functionNotFound, resourceNotFound } from '../errors.ts';
import { type FunctionReference, functionArn } from '../function-name.ts';
import { type FunctionVersion, type LambdaFunction, own } from './entities.ts';
import { JsonFiles } from './json-files.ts';

interface Place {
  stateDir: string;
  region: string;
  accountId: string;
  warn(line: string): void;
}

export class FunctionStore {
  readonly #files: JsonFiles<LambdaFunction>;
  readonly #place: Place;
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(place: Place) {
    this.#place = place;
    this.#files = new JsonFiles({
      folder: join(place.stateDir, 'functions'),
      what: 'a function',
      noun: 'function',
      isOne: (saved) => typeof saved['name'] === 'string' && isJsonObject(saved['latest']),
      warn: (line) => place.warn(line),
    });
    for (const kept of this.#files.readAll()) this.#functions.set(kept.name, kept);
  }

  get size(): number {
    return this.#functions.size;
  }

  /** In the order of their names. */
  list(): LambdaFunction[] {
    return [...this.#functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** In no order: for sums. */
  all(): Iterable<LambdaFunction> {
    return this.#functions.values();
  }

  find(name: string): LambdaFunction | undefined {
    return this.#functions.get(name);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(reference: FunctionReference): LambdaFunction {
    const found = this.#functions.get(reference.name);
    if (!found) throw functionNotFound(functionArn(this.#place, reference.name, reference.qualifier));
    return found;
  }

  /**
   * The version a reference means: `$LATEST` without qualifier; an alias stands for its main version.
   * @throws AwsError ResourceNotFoundException
   */
  version(reference: FunctionReference): FunctionVersion {
    const found = this.get(reference);
    const { qualifier } = reference;
    if (qualifier === undefined || qualifier === '$LATEST') return found.latest;
    const number = own(found.aliases, qualifier)?.functionVersion ?? qualifier;
    if (number === '$LATEST') return found.latest;
    const version = found.published.find((candidate) => candidate.version === number);
    if (!version) throw functionNotFound(functionArn(this.#place, found.name, qualifier));
    return version;
  }

  /** @throws AwsError ResourceNotFoundException when the qualifier names neither version nor alias. */
  checkQualifier(reference: FunctionReference): void {
    this.version(reference);
  }

  /** @throws AwsError ResourceNotFoundException */
  alias(found: Pick<LambdaFunction, 'name' | 'aliases'>, name: string) {
    const alias = own(found.aliases, name);
    if (!alias) {
      throw resourceNotFound(`Cannot find alias arn: ${functionArn(this.#place, found.name, name)}`);
    }
    return alias;
  }

  /** Adds or writes a function. */
  save(changed: LambdaFunction): void {
    this.#functions.set(changed.name, changed);
    this.#files.write(changed.name, changed);
  }

  delete(name: string): void {
    this.#functions.delete(name);
    this.#files.remove(name);
  }

  /** Hashes of all code in use. */
  codeInUse(): Set<string> {
    return new Set(
      this.list().flatMap((one) =>
        [one.latest, ...one.published].flatMap((version) => [
          version.codeSha256,
          ...version.layers.map((layer) => layer.codeSha256),
        ]),
      ),
    );
  }
}
