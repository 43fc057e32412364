import { LIST_PAGE_KEYS, type UsageLine } from '../../../metrics/cost/usage-line.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { resultsOf } from '../evidence/results.ts';

/**
 * S3 requests of the functions: what inference counted (`s3_num_requests`, and two PUTs per worker for result and
 * predictions, three with predictions as Parquet), init's listing pages, payload and jobs, summarize's payload, its read of every result and its one
 * write.
 */
export function functionRequests(record: RunRecord): UsageLine[] {
  const results = resultsOf(record);
  const workers = results.length;
  if (workers === 0) return [];
  const lines: UsageLine[] = [];
  const add = (price: 's3Read' | 's3Write', quantity: number, state: string, scale: UsageLine['scale']) => {
    if (quantity > 0) lines.push({ part: 's3', price, quantity, state, scale });
  };
  const counted = results.reduce((total, result) => total + numberOf(result['s3_num_requests']), 0);
  const partitions = record.dataset?.partitions.length ?? workers;
  const runs = Math.max(1, record.executions.length);
  add('s3Write', Math.max(1, Math.ceil(partitions / LIST_PAGE_KEYS)) * runs, 'Initialize', 'listPage');
  add('s3Write', 2 * runs, 'Initialize', 'execution');
  add('s3Read', counted, 'Model Inference', 'partition');
  const parquet = results.filter((result) => typeof result['predictions_parquet_key'] === 'string').length;
  add('s3Write', 2 * workers + parquet, 'Model Inference', 'partition');
  add('s3Read', workers, 'Summarize', 'partition');
  add('s3Read', runs, 'Summarize', 'execution');
  add('s3Write', runs, 'Summarize', 'execution');
  return lines;
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0);
