import type { Json, JsonObject } from '../core/json.ts';
import { printJson } from '../core/json-print.ts';
import type { Variables } from './data/scope.ts';

/**
 * Workflow variables of one scope: a machine, a Parallel branch or a Map iteration. Inner scopes read what outer
 * ones hold and never write there; the outer scope never sees inside.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export class VariableScope implements Variables {
  readonly parent: VariableScope | undefined;
  /** Made on the first assignment: most executions have no variables. */
  #values: Map<string, Json> | undefined;
  /** Bytes of the scope's own values by name, and together. */
  #sizes: Map<string, number> | undefined;
  #bytes = 0;

  constructor(parent?: VariableScope) {
    this.parent = parent;
  }

  get(name: string): Json | undefined {
    for (let scope: VariableScope | undefined = this; scope; scope = scope.parent) {
      const value = scope.#values?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** `sizes`: bytes of each value's text, where they are known already. */
  assign(values: JsonObject, sizes?: ReadonlyMap<string, number>): void {
    this.#values ??= new Map();
    this.#sizes ??= new Map();
    for (const [name, value] of Object.entries(values)) {
      const sizeBytes = sizes?.get(name) ?? Buffer.byteLength(printJson(value));
      this.#bytes += sizeBytes - (this.#sizes.get(name) ?? 0);
      this.#sizes.set(name, sizeBytes);
      this.#values.set(name, value);
    }
  }

  /** Bytes of the scope's own variables. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of those of the scope's own variables that bear one of the names. */
  sizeOf(names: Iterable<string>): number {
    let bytes = 0;
    for (const name of names) bytes += this.#sizes?.get(name) ?? 0;
    return bytes;
  }

  /** Everything visible from here by name, inner scopes winning. */
  all(): JsonObject {
    const visible: JsonObject = this.parent?.all() ?? {};
    for (const [name, value] of this.#values ?? []) visible[name] = value;
    return visible;
  }
}
