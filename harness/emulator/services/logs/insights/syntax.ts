/** A query of Logs Insights as a tree. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'regex'; source: string; flags: '' | 'i' }
  /** A length of time, in milliseconds: `5m`. */
  | { kind: 'duration'; ms: number }
  | { kind: 'field'; name: string }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'unary'; operator: 'not' | '-'; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'call'; name: string; given: Expression[] };

/** An expression with the name its column has: the alias, or the text as it was written. */
export interface Named {
  name: string;
  expression: Expression;
}

export type Command =
  | { kind: 'fields' | 'display'; columns: Named[] }
  | { kind: 'filter'; condition: Expression }
  | {
      kind: 'parse';
      of: Expression;
      /** The values of `names`; nothing where the text does not match. */
      capture(text: string): readonly (string | undefined)[] | undefined;
      names: string[];
    }
  | { kind: 'stats'; columns: Named[]; by: Named[] }
  | { kind: 'sort'; keys: { by: Expression; descending: boolean }[] }
  | { kind: 'limit'; count: number; from: 'head' | 'tail' }
  | { kind: 'dedup'; by: Expression[] };

/** What is wrong with a query, and where. */
export class QueryError extends Error {
  /** Characters from the beginning of the query. */
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}
