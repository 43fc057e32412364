/**
 * A history as AWS gives it out (GetExecutionHistory), and what else is known of the execution. `cosmicai record` writes
 * all members; a bare answer of GetExecutionHistory has `events` only.
 */
import { isJsonObject, type Json, type JsonObject, numberOf } from '../../core/json.ts';
import type { HistoryEvent } from '../history.ts';
import type { MachineType } from '../program.ts';

export interface RecordedEvent {
  id: number;
  previousEventId: number;
  type: string;
  atMs: number;
  details: JsonObject;
}

export interface RecordedHistory {
  executionArn?: string;
  type?: MachineType;
  /** Text of the definition that ran. */
  definition?: string;
  events: RecordedEvent[];
  /** Children of Distributed Maps. */
  children?: RecordedHistory[];
}

/** Thrown for a value that is no history; the message says where. */
export class HistoryInvalid extends Error {}

/** Reads a recorded history. Throws {@link HistoryInvalid}. */
export function readHistory(value: Json, place = 'the history'): RecordedHistory {
  if (!isJsonObject(value) || !Array.isArray(value['events']))
    throw new HistoryInvalid(`${place} has no list 'events', as GetExecutionHistory answers it`);
  const { executionArn, type, definition, children } = value;
  return {
    events: value['events'].map((event, i) => readEvent(event, `${place}, events[${i}]`)),
    ...(typeof executionArn === 'string' ? { executionArn } : {}),
    ...(type === 'STANDARD' || type === 'EXPRESS' ? { type } : {}),
    ...(typeof definition === 'string' ? { definition } : {}),
    ...(Array.isArray(children)
      ? { children: children.map((child, i) => readHistory(child, `${place}, children[${i}]`)) }
      : {}),
  };
}

function readEvent(event: Json, place: string): RecordedEvent {
  const given = isJsonObject(event) ? event : {};
  const id = numberOf(given['id']);
  const { type } = given;
  if (id === undefined || typeof type !== 'string') throw new HistoryInvalid(`${place} has no id or no type`);
  const key = Object.keys(given).find((name) => name.endsWith('EventDetails'));
  const details = key === undefined ? undefined : given[key];
  return {
    id,
    previousEventId: numberOf(given['previousEventId']) ?? 0,
    type,
    atMs: timeOf(given['timestamp']),
    details: isJsonObject(details) ? details : {},
  };
}

/** Seconds since the epoch (the API) or ISO 8601 (AWS CLI). */
function timeOf(timestamp: Json | undefined): number {
  const seconds = numberOf(timestamp);
  if (seconds !== undefined) return Math.round(seconds * 1_000);
  const atMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(atMs) ? 0 : atMs;
}

/** An event of ours in the same form. */
export function asRecorded({ id, previousEventId, type, atMs, details }: HistoryEvent): RecordedEvent {
  return { id, previousEventId, type, atMs, details: details ?? {} };
}
