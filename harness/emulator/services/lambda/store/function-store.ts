/**
 * All functions of one account, in memory and one JSON file each, replaced by rename. A damaged file is named
 * and set aside, never fatal.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
import { functionNotFound, resourceNotFound } from '../errors.ts';
import { type FunctionReference, functionArn } from '../function-name.ts';
import type { FunctionVersion, LambdaFunction } from './entities.ts';

interface Place {
  stateDir: string;
  region: string;
  accountId: string;
  warn(line: string): void;
}

export class FunctionStore {
  readonly #folder: string;
  readonly #place: Place;
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(place: Place) {
    this.#place = place;
    this.#folder = join(place.stateDir, 'functions');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(this.#folder)) {
      if (file.endsWith('.json')) this.#load(join(this.#folder, file));
    }
  }

  get size(): number {
    return this.#functions.size;
  }

  /** In the order of their names. */
  list(): LambdaFunction[] {
    return [...this.#functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Executions reserved for functions, all together. */
  totalReserved(): number {
    let sum = 0;
    for (const { reservedConcurrency = 0 } of this.#functions.values()) sum += reservedConcurrency;
    return sum;
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
    const number = found.aliases[qualifier]?.functionVersion ?? qualifier;
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
    const alias = Object.hasOwn(found.aliases, name) ? found.aliases[name] : undefined;
    if (!alias) {
      throw resourceNotFound(`Cannot find alias arn: ${functionArn(this.#place, found.name, name)}`);
    }
    return alias;
  }

  /** Adds or writes a function. */
  save(changed: LambdaFunction): void {
    this.#functions.set(changed.name, changed);
    const path = this.#pathOf(changed.name);
    writeFileSync(`${path}.tmp`, JSON.stringify(changed), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  }

  delete(name: string): void {
    this.#functions.delete(name);
    rmSync(this.#pathOf(name), { force: true });
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

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  #load(path: string): void {
    try {
      const saved: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (!isJsonObject(saved) || typeof saved['name'] !== 'string' || !isJsonObject(saved['latest'])) {
        throw new Error('it does not hold a function');
      }
      const loaded = saved as unknown as LambdaFunction;
      this.#functions.set(loaded.name, loaded);
    } catch (error) {
      const why = (error as Error).message;
      this.#place.warn(
        `lambda: ${path} is damaged (${why}); the function is left out, the file is kept as ${path}.damaged.`,
      );
      renameSync(path, `${path}.damaged`);
    }
  }
}
