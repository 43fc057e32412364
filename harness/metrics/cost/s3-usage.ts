import { isJsonObject, type Json } from '../../core/json.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { UsageLine } from './usage-line.ts';

/** A Map's ResultWriter leaves a manifest and a file of what succeeded. */
const RESULT_FILES = 2;

/**
 * S3 requests of the state machine: a Distributed Map's reading of its items and writing of its results. What the
 * functions request is in no record of AWS; a pack whose functions count it adds that. The harness's own uploads
 * and its collecting of evidence are no part of it.
 */
export function s3Usage(record: RunRecord): UsageLine[] {
  const line = (price: 's3Read' | 's3Write', quantity: number, state: string): UsageLine[] =>
    quantity === 0 ? [] : [{ part: 's3', price, quantity, state, scale: 'execution' }];
  return mapsOf(record).flatMap(({ state, reads, writes }) => [
    ...line('s3Read', reads, state),
    ...line('s3Write', writes, state),
  ]);
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
