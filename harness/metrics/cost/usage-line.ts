import type { PriceName } from './price-table.ts';

export const COST_PARTS = ['lambda', 'stepFunctions', 's3', 'logs', 'metrics'] as const;
export type CostPart = (typeof COST_PARTS)[number];

/** Name of a price; `lambdaGbSecond` is the one of x86_64 or of arm64. */
export type UsagePrice = Exclude<PriceName, 'lambdaGbSecondX64' | 'lambdaGbSecondArm64'> | 'lambdaGbSecond';

export interface UsageLine {
  part: CostPart;
  price: UsagePrice;
  quantity: number;
  /** State of the state machine that used it; empty for the start of the execution. */
  state: string;
  /** Deployed name of the function that used it, where it is known. */
  functionName?: string;
  /**
   * How it grows: `partition` with the number of partitions, `listPage` with the pages of 1,000 keys that list them,
   * `execution` not at all.
   */
  scale: 'partition' | 'listPage' | 'execution';
}

/** Keys in one page of ListObjectsV2. */
export const LIST_PAGE_KEYS = 1000;

/** The usage of one execution over `to` partitions, from that of one over `from`. */
export function scaledUsage(usage: readonly UsageLine[], from: number, to: number): UsageLine[] {
  const pages = (partitions: number) => Math.max(1, Math.ceil(partitions / LIST_PAGE_KEYS));
  const factors: Record<UsageLine['scale'], number> = {
    partition: to / from,
    listPage: pages(to) / pages(from),
    execution: 1,
  };
  return usage.map((line) => ({ ...line, quantity: line.quantity * factors[line.scale] }));
}
