/**
 * Carries out a query over events in order of time. What comes before the first command that needs all rows is
 * carried out event by event; only the rows that can still be shown are held.
 */
import { compile, compileGroup, type GroupValue } from './compile.ts';
import { MAX_ROWS } from './parse-query.ts';
import { type QueriedEvent, Row } from './row.ts';
import type { Command, Named } from './syntax.ts';
import { compare, isTrue, textOf, type Value } from './values.ts';

export interface ResultField {
  field: string;
  value: string;
}

export interface QueryStatistics {
  recordsMatched: number;
  recordsScanned: number;
  bytesScanned: number;
}

const DEFAULT_COLUMNS = ['@timestamp', '@message'];

type Blocking = Extract<Command, { kind: 'stats' | 'sort' | 'limit' | 'dedup' }>;
type Streaming = Exclude<Command, Blocking>;

const isBlocking = (command: Command): command is Blocking =>
  command.kind === 'stats' || command.kind === 'sort' || command.kind === 'limit' || command.kind === 'dedup';

/** Takes events one by one, oldest first; `finish` gives the rows of the answer. */
export class QueryRun {
  readonly statistics: QueryStatistics = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
  readonly #steps: readonly ((row: Row) => boolean)[];
  readonly #sink: Sink;
  readonly #rest: readonly Command[];
  readonly #columns: readonly string[] | undefined;
  readonly #limit: number;
  readonly #nowMs: number;

  /** `limit` is the one asked for beside the query; one within the query goes before it. */
  constructor(commands: readonly Command[], options: { limit?: number; nowMs: number }) {
    const { limit, nowMs } = options;
    this.#nowMs = nowMs;
    const at = commands.findIndex(isBlocking);
    const streaming = (at < 0 ? commands : commands.slice(0, at)) as readonly Streaming[];
    this.#steps = streaming.map((command) => stepOf(command, nowMs));
    this.#columns = columnsOf(commands);
    const hasOwnLimit = commands.some(({ kind }) => kind === 'limit');
    this.#limit = hasOwnLimit ? MAX_ROWS : (limit ?? MAX_ROWS);
    const first = at < 0 ? undefined : (commands[at] as Blocking);
    if (first?.kind === 'stats') {
      this.#sink = groups(first, nowMs);
      this.#rest = commands.slice(at + 1);
    } else {
      // Newest first, unless something else is asked for; no more than an answer can hold.
      this.#sink =
        first && first.kind !== 'limit'
          ? everything()
          : newest(first?.kind === 'limit' && first.from === 'head' ? first.count : this.#limit);
      this.#rest = at < 0 ? [] : commands.slice(at);
    }
  }

  add(event: QueriedEvent): void {
    this.statistics.recordsScanned++;
    this.statistics.bytesScanned += Buffer.byteLength(event.message);
    const row = new Row(event);
    if (!this.#steps.every((step) => step(row))) return;
    this.statistics.recordsMatched++;
    this.#sink.add(row);
  }

  finish(): ResultField[][] {
    const rows = this.#rest.reduce((all, command) => apply(command, all, this.#nowMs), this.#sink.rows());
    return rows.slice(0, this.#limit).map((row) => this.#render(row));
  }

  #render(row: Row): ResultField[] {
    const names = this.#columns ?? DEFAULT_COLUMNS;
    const fields = names.flatMap((field) => {
      const value = textOf(row.get(field));
      return value === undefined ? [] : [{ field, value }];
    });
    return row.event ? [...fields, { field: '@ptr', value: row.event.ptr }] : fields;
  }
}

/** Keeps rows as they come, and gives them newest first. */
interface Sink {
  add(row: Row): void;
  rows(): Row[];
}

function everything(): Sink {
  const rows: Row[] = [];
  return { add: (row) => void rows.push(row), rows: () => rows.reverse() };
}

function newest(count: number): Sink {
  let rows: Row[] = [];
  return {
    add(row) {
      rows.push(row);
      if (rows.length >= 2 * count) rows = rows.slice(-count);
    },
    rows: () => rows.slice(-count).reverse(),
  };
}

function groups({ columns, by }: Extract<Command, { kind: 'stats' }>, nowMs: number): Sink {
  const keys = by.map(({ name, expression }) => ({ name, of: compile(expression, nowMs) }));
  const values = columns.map(({ name, expression }) => ({ name, create: compileGroup(expression, nowMs) }));
  const found = new Map<string, { key: Value[]; values: GroupValue[] }>();
  const open = (key: Value[]) => ({ key, values: values.map(({ create }) => create()) });
  // Without groups there is one row, of no event too.
  if (by.length === 0) found.set('[]', open([]));
  return {
    add(row) {
      const key = keys.map(({ of }) => of(row));
      const name = JSON.stringify(key.map((value) => textOf(value) ?? null));
      let group = found.get(name);
      if (!group) {
        group = open(key);
        found.set(name, group);
      }
      for (const value of group.values) value.add(row);
    },
    rows: () =>
      [...found.values()].reverse().map((group) => {
        const made = new Map<string, Value>();
        for (const [i, { name }] of keys.entries()) made.set(name, group.key[i]);
        for (const [i, { name }] of values.entries()) made.set(name, group.values[i]!.result());
        return new Row(undefined, made);
      }),
  };
}

/** True when the row goes on. */
function stepOf(command: Streaming, nowMs: number): (row: Row) => boolean {
  switch (command.kind) {
    case 'filter': {
      const holds = compile(command.condition, nowMs);
      return (row) => isTrue(holds(row));
    }
    case 'parse': {
      const of = compile(command.of, nowMs);
      return (row) => {
        const captured = command.capture(textOf(of(row)) ?? '');
        for (const [i, name] of command.names.entries()) row.set(name, captured?.[i]);
        return true;
      };
    }
    case 'fields':
    case 'display':
      return columnStep(command.columns, nowMs);
  }
}

function columnStep(columns: readonly Named[], nowMs: number): (row: Row) => boolean {
  const made = columns
    .filter(({ name, expression }) => expression.kind !== 'field' || expression.name !== name)
    .map(({ name, expression }) => ({ name, of: compile(expression, nowMs) }));
  return (row) => {
    for (const { name, of } of made) row.set(name, of(row));
    return true;
  };
}

function apply(command: Command, rows: Row[], nowMs: number): Row[] {
  switch (command.kind) {
    case 'limit':
      return command.from === 'head' ? rows.slice(0, command.count) : rows.slice(-command.count);
    case 'sort':
      return sort(command, rows, nowMs);
    case 'dedup': {
      const keys = command.by.map((one) => compile(one, nowMs));
      const seen = new Set<string>();
      return rows.filter((row) => {
        const key = JSON.stringify(keys.map((of) => textOf(of(row)) ?? null));
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
    }
    case 'stats': {
      const sink = groups(command, nowMs);
      for (const row of [...rows].reverse()) sink.add(row);
      return sink.rows();
    }
    default: {
      const step = stepOf(command, nowMs);
      return rows.filter(step);
    }
  }
}

function sort({ keys }: Extract<Command, { kind: 'sort' }>, rows: Row[], nowMs: number): Row[] {
  const of = keys.map(({ by }) => compile(by, nowMs));
  return rows
    .map((row) => ({ row, values: of.map((one) => one(row)) }))
    .sort((a, b) => {
      for (const [i, { descending }] of keys.entries()) {
        const difference = compareAbsentFirst(a.values[i], b.values[i]);
        if (difference !== 0) return descending ? -difference : difference;
      }
      return 0;
    })
    .map(({ row }) => row);
}

function compareAbsentFirst(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compare(a, b);
}

/** What is shown: `display` alone, or all that `fields`, `parse` and `stats` have named; nothing: the default. */
function columnsOf(commands: readonly Command[]): string[] | undefined {
  let columns: string[] = [];
  for (const command of commands) {
    if (command.kind === 'display') columns = command.columns.map(({ name }) => name);
    else if (command.kind === 'fields') columns.push(...command.columns.map(({ name }) => name));
    else if (command.kind === 'parse') columns.push(...command.names);
    else if (command.kind === 'stats') {
      columns = [...command.by, ...command.columns].map(({ name }) => name);
    }
  }
  return columns.length > 0 ? [...new Set(columns)] : undefined;
}
