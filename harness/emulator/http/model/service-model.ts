/**
 * AWS's published model of a service, reduced to what the request pipeline needs: HTTP bindings and input shapes.
 * The tables under `harness/emulator/models` are generated (`generate-models.py` there); nothing is edited by hand.
 */

/** Constraints of a shape. Bounds are lengths for texts, blobs, lists and maps, values for numbers. */
export interface Constraints {
  min?: number;
  max?: number;
  /** A Java regular expression that the whole text must match. */
  pattern?: string;
  /** Allowed texts; of a list, AWS's answer names the set without the words around constraints of members. */
  enum?: readonly string[];
  /** Names of the members that must be present. */
  required?: readonly string[];
  /** Members of a structure that AWS checks and shows first, in its order; by adjustment only. */
  memberOrder?: readonly string[];
  /** Messages never show the value. */
  sensitive?: boolean;
  /** Of lists and maps: AWS names `Member must not be null` among the constraints of their items. Not in the model. */
  refusesNulls?: boolean;
}

/** Where a member is found on the wire. */
export interface MemberReference {
  shape: string;
  in?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  /** Name on the wire; the member's own name without one. */
  name?: string;
  streaming?: boolean;
}

export interface Shape extends Constraints {
  type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'character'
    | 'integer'
    | 'long'
    | 'float'
    | 'double'
    | 'boolean'
    | 'blob'
    | 'timestamp';
  members?: { readonly [name: string]: MemberReference };
  /** The member that is the whole body. */
  payload?: string;
  member?: MemberReference;
  flattened?: boolean;
  key?: MemberReference;
  value?: MemberReference;
  timestampFormat?: 'iso8601' | 'unixTimestamp' | 'rfc822';
}

export interface ModelTable {
  source: string;
  operations: {
    readonly [name: string]: {
      readonly http: readonly [method: string, uri: string];
      /** HTTP status of success; 200 without one. */
      readonly status?: number;
      readonly input?: string;
    };
  };
  shapes: { readonly [name: string]: Shape };
}

/**
 * Deviations of AWS's answers from its published model, by shape name (for all operations of a service) or by member
 * path (`tags.key`, for one operation). A value of null removes a constraint. Each entry cites its recording.
 */
export type Adjustments = { readonly [name: string]: { [K in keyof Constraints]: Constraints[K] | null } };

/** Looks shapes up, with a service's adjustments in force. */
export class ServiceModel {
  readonly #table: ModelTable;
  readonly #shapes = new Map<string, Shape>();

  /** @param table the import of a file of `harness/emulator/models` */
  constructor(table: unknown, adjustments: Adjustments = {}) {
    this.#table = table as ModelTable;
    for (const [name, change] of Object.entries(adjustments))
      this.#shapes.set(name, adjusted(this.shape(name), change));
  }

  /** Names of all operations of the service, served or not. */
  operationNames(): string[] {
    return Object.keys(this.#table.operations);
  }

  /** What the model says of an operation; undefined for one that AWS does not have. */
  operation(name: string): ModelTable['operations'][string] | undefined {
    return Object.hasOwn(this.#table.operations, name) ? this.#table.operations[name] : undefined;
  }

  shape(name: string): Shape {
    const shape = this.#shapes.get(name) ?? this.#table.shapes[name];
    if (!shape) throw new Error(`The service model has no shape ${name}.`);
    return shape;
  }

  /** The shape of an operation's input; undefined when it takes none. */
  inputOf(operation: string): Shape | undefined {
    const name = this.operation(operation)?.input;
    return name === undefined ? undefined : this.shape(name);
  }
}

/** A shape with some constraints replaced; null removes one. */
export function adjusted(shape: Shape, change: Adjustments[string]): Shape {
  const merged: { [name: string]: unknown } = { ...shape, ...change };
  for (const [name, value] of Object.entries(change)) if (value === null) delete merged[name];
  return merged as unknown as Shape;
}

const entriesOfShapes = new WeakMap<Shape, readonly (readonly [string, MemberReference])[]>();

/** The members of a structure with their names, in the model's order: asked for by every request, listed once. */
export function membersOf(shape: Shape): readonly (readonly [string, MemberReference])[] {
  let entries = entriesOfShapes.get(shape);
  if (!entries) {
    entries = orderedMembers(shape);
    entriesOfShapes.set(shape, entries);
  }
  return entries;
}

function orderedMembers({ members = {}, memberOrder }: Shape): [string, MemberReference][] {
  if (!memberOrder) return Object.entries(members);
  const first = memberOrder.map((name): [string, MemberReference] => [name, members[name]!]);
  return [...first, ...Object.entries(members).filter(([name]) => !memberOrder.includes(name))];
}
