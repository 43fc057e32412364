import type { JsonObject } from '../core/json.ts';
import type { ExecutionRecord, ObjectRecord, RunRecord } from './run-record.ts';

/** Where executions leave objects that a reader understands. */
export interface WatchedPrefix {
  bucket: string;
  prefix: string;
}

/** What a reader works with: the run as far as it is collected. */
interface EvidenceContext {
  executions: readonly ExecutionRecord[];
  /** Objects under the watched prefixes. */
  objects: readonly ObjectRecord[];
  /** Content of an object. */
  read(bucket: string, key: string): Promise<Uint8Array>;
  /** Does `work`; its failure becomes a sentence in the record's gaps. */
  attempt(what: string, work: () => Promise<void>): Promise<void>;
}

/** Turns objects that a pipeline wrote into lists of the record (`RunRecord.evidence`). */
export interface EvidenceReader {
  /** Prefixes under which an execution with this input writes. */
  watch(input: JsonObject): WatchedPrefix[];
  /** The lists by name. What belongs to no execution of the run is left out. */
  read(context: EvidenceContext): Promise<RunRecord['evidence']>;
  /** Of the lists, what one of several executions left. */
  narrow(evidence: RunRecord['evidence'], execution: ExecutionRecord): RunRecord['evidence'];
}
