import { isJsonObject, type Json } from '../../core/json.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { UsageLine } from './usage-line.ts';

const LIST_PAGE_KEYS = 1000;
/** A Map's ResultWriter leaves a manifest and a file of what succeeded. */
const RESULT_FILES = 2;

/**
 * S3 requests of the pipeline itself: what inference counted (`s3_num_requests`, and two PUTs per worker for
 * result and predictions), init's listing pages, payload and jobs, the Map's own reading of the jobs and writing
 * of its results, summarize's payload, its read of every result and its one write. The harness's own uploads and
 * its collecting of evidence are no part of it.
 */
export function s3Usage(record: RunRecord): UsageLine[] {
  const workers = record.results.length;
  if (workers === 0) return [];
  const lines: UsageLine[] = [];
  const add = (price: 's3Read' | 's3Write', quantity: number, state: string, scale: UsageLine['scale']) => {
    if (quantity > 0) lines.push({ part: 's3', price, quantity, state, scale });
  };
  const counted = record.results.reduce((total, result) => total + numberOf(result['s3_num_requests']), 0);
  const partitions = record.dataset?.partitions.length ?? workers;
  const runs = Math.max(1, record.executions.length);
  add('s3Write', Math.max(1, Math.ceil(partitions / LIST_PAGE_KEYS)) * runs, 'Initialize', 'partition');
  add('s3Write', 2 * runs, 'Initialize', 'execution');
  for (const { state, reads, writes } of mapsOf(record)) {
    add('s3Read', reads, state, 'execution');
    add('s3Write', writes, state, 'execution');
  }
  add('s3Read', counted, 'Model Inference', 'partition');
  add('s3Write', 2 * workers, 'Model Inference', 'partition');
  add('s3Read', workers, 'Summarize', 'partition');
  add('s3Read', runs, 'Summarize', 'execution');
  add('s3Write', runs, 'Summarize', 'execution');
  return lines;
}

/** Requests of the Map itself, per execution that started a Map Run. */
function mapsOf(record: RunRecord): { state: string; reads: number; writes: number }[] {
  return record.executions.flatMap(({ definition, mapRuns }) => {
    if (!definition || mapRuns.length === 0) return [];
    const states = Object.entries(isJsonObject(definition['States']) ? definition['States'] : {});
    return states.flatMap(([state, value]) => {
      if (!isJsonObject(value) || value['Type'] !== 'Map') return [];
      const reads = resource(value['ItemReader']).endsWith('s3:getObject') ? 1 : 0;
      const writes = resource(value['ResultWriter']).endsWith('s3:putObject') ? RESULT_FILES : 0;
      return reads + writes > 0 ? [{ state, reads, writes }] : [];
    });
  });
}

const resource = (value: Json | undefined): string =>
  isJsonObject(value) && typeof value['Resource'] === 'string' ? value['Resource'] : '';

const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0);
