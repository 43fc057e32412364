/**
 * All functions of one account and region, in memory and in the service's journal.
 */
import { EntityTable } from '../../../state/entity-table.ts';
import type { Tables } from '../../../state/tables.ts';
import { functionNotFound, resourceNotFound } from '../errors.ts';
import { type FunctionReference, functionArn } from '../function-name.ts';
import { type FunctionVersion, type LambdaFunction, own } from './entities.ts';

interface Place {
  region: string;
  accountId: string;
}

export class FunctionStore {
  readonly #table: EntityTable<LambdaFunction>;
  readonly #place: Place;

  constructor(place: Place, tables: Tables) {
    this.#place = place;
    this.#table = new EntityTable(tables, 'functions');
  }

  get size(): number {
    return this.#table.size;
  }

  /** In the order of their names. */
  list(): LambdaFunction[] {
    return [...this.#table.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** In no order: for sums. */
  all(): Iterable<LambdaFunction> {
    return this.#table.values();
  }

  find(name: string): LambdaFunction | undefined {
    return this.#table.get(name);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(reference: FunctionReference): LambdaFunction {
    const found = this.#table.get(reference.name);
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
    this.#table.save(changed.name, changed);
  }

  delete(name: string): void {
    this.#table.delete(name);
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
