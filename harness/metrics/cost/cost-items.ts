/** A bill item by item: what was used, at which price, by which rule of AWS. */
import type { RunRecord } from '../../record/run-record.ts';
import { type Pricing, priceNameOf } from './cost.ts';
import { pricesOf } from './price-table.ts';
import { usageOf } from './usage.ts';
import type { UsagePrice } from './usage-line.ts';

/** How AWS counts each item, with the page that says so. */
const RULES: Readonly<Record<UsagePrice, { item: string; rule: string; source: string }>> = {
  lambdaGbSecond: {
    item: 'Lambda compute, GB-s',
    rule: 'memory x billed duration, initialisation included, rounded up to 1 ms',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  lambdaRequest: {
    item: 'Lambda requests',
    rule: 'every invocation, failed ones and retries included',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  lambdaStorageGbSecond: {
    item: 'Lambda ephemeral storage, GB-s',
    rule: '/tmp beyond 512 MB x billed duration',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  standardTransition: {
    item: 'Step Functions transitions',
    rule: 'the start, every state entered, every retry, every child that a Distributed Map starts',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html',
  },
  expressRequest: {
    item: 'Step Functions Express requests',
    rule: 'every EXPRESS execution',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  expressGbSecond: {
    item: 'Step Functions Express duration, GB-s',
    rule: 'duration in steps of 100 ms x memory in steps of 64 MB (one step assumed)',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  s3Write: {
    item: 'S3 PUT, COPY, POST, LIST',
    rule: 'every request that the record shows',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  s3Read: {
    item: 'S3 GET',
    rule: 'every request that the record shows',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  logsIngestedGb: {
    item: 'CloudWatch Logs ingested, GB',
    rule: 'bytes of the messages and 26 bytes for each event',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html',
  },
  customMetricMonth: {
    item: 'CloudWatch custom metrics, metric-months',
    rule: 'namespace, name and dimensions, by the hour in which data arrives (730 hours a month)',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
};

export interface CostItem {
  item: string;
  /** State of the state machine; empty for the start of the execution. */
  state: string;
  /** Deployed name of the function, where one is charged. */
  functionName?: string;
  quantity: number;
  /** USD for one; `undefined` where the region's table does not have it. */
  unitUSD: number | undefined;
  USD: number | undefined;
  rule: string;
  source: string;
}

/** Every item of the run's bill without the free tier, dearest first; they add up to `costOf`. */
export function costItems(record: RunRecord, pricing: Pricing = {}): CostItem[] {
  const { prices } = pricesOf(pricing.region);
  const items = new Map<string, CostItem>();
  for (const line of usageOf(record)) {
    const key = JSON.stringify([line.price, line.state, line.functionName]);
    const unitUSD = prices[priceNameOf(line, pricing)]?.usd;
    const known = items.get(key);
    const quantity = (known?.quantity ?? 0) + line.quantity;
    items.set(key, {
      ...RULES[line.price],
      state: line.state,
      ...(line.functionName === undefined ? {} : { functionName: line.functionName }),
      quantity,
      unitUSD,
      USD: unitUSD === undefined ? undefined : quantity * unitUSD,
    });
  }
  return [...items.values()].sort((a, b) => (b.USD ?? 0) - (a.USD ?? 0));
}
