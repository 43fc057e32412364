/** A row of a query: fields of a log event, found when first asked for, and columns that commands have made. */

import { firstJson } from '../../../../core/first-json.ts';
import { isJsonObject, type Json } from '../../../../core/json.ts';
import { lambdaFields } from './lambda-fields.ts';
import { Moment, type Value } from './values.ts';

export interface QueriedEvent {
  /** `ACCOUNT:GROUP` */
  log: string;
  logStream: string;
  timestampMs: number;
  ingestionMs: number;
  message: string;
  /** Names the event: GetLogRecord finds it by this. */
  ptr: string;
}

export class Row {
  readonly event: QueriedEvent | undefined;
  readonly #made: Map<string, Value>;
  #json: { value: Json | undefined } | undefined;
  #lambda: ReadonlyMap<string, Value> | undefined;

  constructor(event: QueriedEvent | undefined, made: Map<string, Value> = new Map()) {
    this.event = event;
    this.#made = made;
  }

  get timestampMs(): number {
    return this.event?.timestampMs ?? 0;
  }

  set(name: string, value: Value): void {
    this.#made.set(name, value);
  }

  get(name: string): Value {
    if (this.#made.has(name)) return this.#made.get(name);
    return this.event && this.#found(this.event, name);
  }

  /** Names of all the fields that were found in the event. */
  foundNames(): string[] {
    if (!this.event) return [...this.#made.keys()];
    const json = this.#jsonOf(this.event);
    return [
      '@timestamp',
      '@message',
      '@logStream',
      '@log',
      '@ingestionTime',
      ...this.#lambdaOf(this.event).keys(),
      ...(json === undefined ? [] : flatNames(json, '')),
    ];
  }

  #found(event: QueriedEvent, name: string): Value {
    switch (name) {
      case '@timestamp':
        return new Moment(event.timestampMs);
      case '@ingestionTime':
        return new Moment(event.ingestionMs);
      case '@message':
        return event.message;
      case '@logStream':
        return event.logStream;
      case '@log':
        return event.log;
      case '@ptr':
        return event.ptr;
      default:
        if (name.startsWith('@')) {
          const lambda = this.#lambdaOf(event);
          // Members of JSON that begin with @ are found as @@name.
          return lambda.has(name) ? lambda.get(name) : member(this.#jsonOf(event), name.slice(1));
        }
        return member(this.#jsonOf(event), name);
    }
  }

  #jsonOf({ message }: QueriedEvent): Json | undefined {
    this.#json ??= { value: firstJson(message) };
    return this.#json.value;
  }

  #lambdaOf({ message }: QueriedEvent): ReadonlyMap<string, Value> {
    this.#lambda ??= lambdaFields(message, () => firstJson(message));
    return this.#lambda;
  }
}

/** A member by its dotted path; `a.0` and `a[0]` are the first of a list. */
function member(json: Json | undefined, name: string): Value {
  const path = name.replace(/\[(\d+)\]/g, '.$1');
  if (isJsonObject(json) && Object.hasOwn(json, path)) return jsonValue(json[path]);
  let place: Json | undefined = json;
  for (const step of path.split('.')) {
    if (Array.isArray(place)) place = place[Number(step)];
    else if (isJsonObject(place) && Object.hasOwn(place, step)) place = place[step];
    else return undefined;
  }
  return jsonValue(place);
}

function jsonValue(json: Json | undefined): Value {
  if (json === undefined || json === null) return undefined;
  return typeof json === 'object' ? JSON.stringify(json) : json;
}

/** AWS finds at most this many fields in an event. */
const MAX_FOUND = 200;

function flatNames(json: Json, prefix: string): string[] {
  if (typeof json !== 'object' || json === null) return prefix === '' ? [] : [prefix];
  return Object.entries(json)
    .flatMap(([name, value]) => flatNames(value, prefix === '' ? name : `${prefix}.${name}`))
    .slice(0, MAX_FOUND);
}
