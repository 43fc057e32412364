import type { Json, JsonObject } from '../core/json.ts';
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

  assign(values: JsonObject): void {
    this.#values ??= new Map();
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** Everything visible from here by name, inner scopes winning. */
  all(): JsonObject {
    const visible: JsonObject = this.parent?.all() ?? {};
    for (const [name, value] of this.#values ?? []) visible[name] = value;
    return visible;
  }
}
