import type { RunRecord } from '../../record/run-record.ts';
import type { PriceTable } from './prices.ts';

/**
 * S3 requests of the pipeline itself: what inference counted (`s3_num_requests`, and two PUTs per worker for
 * result and predictions), init's listing pages and payload, summarize's listing, its read of every result and
 * its one write. The harness's own uploads are no part of it.
 */
export function s3RequestsOf(record: RunRecord): { reads: number; writes: number } {
  const workers = record.results.length;
  if (workers === 0) return { reads: 0, writes: 0 };
  const counted = record.results.reduce((total, result) => total + numberOf(result['s3_num_requests']), 0);
  const pages = (objects: number) => Math.max(1, Math.ceil(objects / LIST_PAGE_KEYS));
  const partitions = record.dataset?.partitions.length ?? workers;
  const lists = pages(partitions) + pages(2 * workers);
  const summarizeReads = workers;
  return { reads: counted + summarizeReads, writes: 2 * workers + lists + 2 };
}

const LIST_PAGE_KEYS = 1000;
const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0);

export function s3CostUSD(record: RunRecord, prices: PriceTable): number {
  const { reads, writes } = s3RequestsOf(record);
  return reads * prices.s3Read.usd + writes * prices.s3Write.usd;
}
