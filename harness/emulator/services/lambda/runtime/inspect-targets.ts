/**
 * Which functions a debugger may attach to, and on which port of loopback. A function that is inspected has one
 * environment at a time, so that the port always leads to the one that runs.
 */

export interface InspectTarget {
  port: number;
  /** The process waits for a debugger before it loads the handler. */
  waits: boolean;
}

export interface InspectOptions {
  /** By function name; a port that is absent is the next free one from 9229 on. */
  functions: { readonly [functionName: string]: { port?: number; waits?: boolean } };
  /** Every function may be inspected, on ports of the same row. */
  all?: { waits?: boolean };
}

/** Node's and everybody's. */
const FIRST_PORT = 9229;

export class InspectTargets {
  readonly #targets = new Map<string, InspectTarget>();
  readonly #all: { waits?: boolean } | undefined;

  constructor({ functions, all }: InspectOptions) {
    this.#all = all;
    const named = Object.entries(functions);
    for (const [name, { port, waits = false }] of named) {
      if (port !== undefined) this.#targets.set(name, { port, waits });
    }
    for (const [name, { port, waits = false }] of named) {
      if (port === undefined) this.#targets.set(name, { port: this.#nextPort(), waits });
    }
  }

  of(functionName: string): InspectTarget | undefined {
    const known = this.#targets.get(functionName);
    if (known || !this.#all) return known;
    const target = { port: this.#nextPort(), waits: this.#all.waits ?? false };
    this.#targets.set(functionName, target);
    return target;
  }

  #nextPort(): number {
    const taken = new Set([...this.#targets.values()].map(({ port }) => port));
    let port = FIRST_PORT;
    while (taken.has(port)) port++;
    return port;
  }
}
