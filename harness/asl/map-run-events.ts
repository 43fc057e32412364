/** What a Map Run asks of its driver, what it is told, and what it shows (map-run.ts). */
import type { Json } from '../core/json.ts';
import type { EvaluationData } from './data/deferred.ts';
import type { Evaluated, JsonataField } from './data/scope.ts';

export type MapRunEffect =
  /** Hand over more items (`items`), or say that there are none (`itemsEnd`). Asked again after each `items`. */
  | { kind: 'readItems' }
  /** `child` counts from 0 in the order of the items. `redriven`: it ran before and did not succeed. */
  | { kind: 'startChild'; child: number; input: string; itemCount: number; redriven: boolean }
  | { kind: 'stopChild'; child: number }
  /** As EvaluateField of an execution; one at a time. Answer `evaluated`. */
  | { kind: 'evaluate'; field: JsonataField; data: EvaluationData }
  /** One timer at a time. */
  | { kind: 'setTimer'; delayMs: number }
  /** All children have ended: write their results as the ResultWriter says, answer `resultsWritten`. */
  | { kind: 'writeResults' }
  | { kind: 'finish'; status: 'SUCCEEDED'; outputText: string }
  | { kind: 'finish'; status: 'FAILED' | 'ABORTED'; error?: string; cause?: string };

export type MapRunEvent = { atMs: number } & (
  | { kind: 'start' }
  /** `source` as `$$.Map.Item.Source` shows it; `keyed`: the items are members `{Key, Value}` of an object. */
  | { kind: 'items'; items: Json[]; source?: string; keyed?: boolean }
  | { kind: 'itemsEnd' }
  /** The reader gave up, e.g. States.ItemReaderFailed. */
  | { kind: 'readFailed'; error: string; cause?: string }
  | { kind: 'childSucceeded'; child: number; outputText: string }
  | {
      kind: 'childFailed';
      child: number;
      status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      error?: string;
      cause?: string;
    }
  | { kind: 'timer' }
  | { kind: 'evaluated'; field: JsonataField; outcome: Evaluated }
  | { kind: 'resultsWritten'; outputText: string }
  | { kind: 'writeFailed'; error: string; cause?: string }
  /** UpdateMapRun. */
  | {
      kind: 'update';
      maxConcurrency?: number;
      toleratedFailureCount?: number;
      toleratedFailurePercentage?: number;
    }
  /** The parent has called the run off. */
  | { kind: 'abort' }
  | { kind: 'redrive' }
);

/** Counts as DescribeMapRun shows them, of executions or of items. */
export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}
