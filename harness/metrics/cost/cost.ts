/** From usage to money: of a region and an architecture, with or without the free tier, at any size of the data. */
import type { RunRecord } from '../../record/run-record.ts';
import { type PriceTable, pricesOf, usdOf } from './price-table.ts';
import { usageOf } from './usage.ts';
import { COST_PARTS, type CostPart, type UsageLine } from './usage-line.ts';

export interface Pricing {
  /** `us-east-1` by default. */
  region?: string;
  /** `x86_64` by default. */
  architecture?: 'x86_64' | 'arm64';
  /** Takes off what AWS gives every account each month, as if this run were the month's only use. */
  freeTier?: boolean;
}

export type CostByPart = Record<CostPart | 'total', number>;

/**
 * What AWS gives each month: Lambda 1 million requests and 400,000 GB-s, Step Functions 4,000 transitions,
 * CloudWatch Logs 5 GB. S3's belongs to an account's first year and is left out.
 * Sources: the pages of the price table of us-east-1.
 */
const FREE_TIER: { readonly [Price in UsageLine['price']]?: number } = {
  lambdaRequest: 1e6,
  lambdaGbSecond: 400_000,
  standardTransition: 4000,
  logsIngestedGb: 5,
};

/** What this run would have cost on AWS with the durations measured here, in USD, by part. */
export function costOf(record: RunRecord, pricing: Pricing = {}): CostByPart {
  return costOfUsage(usageOf(record), pricing);
}

/** The same of usage lines, such as those of one state. */
function costOfUsage(usage: readonly UsageLine[], pricing: Pricing = {}): CostByPart {
  const table = pricesOf(pricing.region);
  const charged = chargedShares(usage, pricing.freeTier ?? false);
  const cost = Object.fromEntries([...COST_PARTS, 'total'].map((part) => [part, 0])) as CostByPart;
  for (const line of usage) {
    if (line.quantity === 0) continue;
    const usd = line.quantity * (charged.get(line.price) ?? 1) * priceOf(line, table, pricing);
    cost[line.part] += usd;
    cost.total += usd;
  }
  return cost;
}

function priceOf({ price }: UsageLine, table: PriceTable, { architecture }: Pricing): number {
  if (price !== 'lambdaGbSecond') return usdOf(table, price);
  return usdOf(table, architecture === 'arm64' ? 'lambdaGbSecondArm64' : 'lambdaGbSecondX64');
}

/** Share of each quantity that is beyond the free tier. */
function chargedShares(usage: readonly UsageLine[], freeTier: boolean): Map<string, number> {
  const shares = new Map<string, number>();
  if (!freeTier) return shares;
  for (const [price, free] of Object.entries(FREE_TIER)) {
    const used = usage.reduce((total, line) => total + (line.price === price ? line.quantity : 0), 0);
    if (used > 0) shares.set(price, Math.max(0, used - free) / used);
  }
  return shares;
}

/** What one function, by its deployed name, would have cost: Lambda and its logs. */
export function costOfFunction(
  record: RunRecord,
  functionName: string,
  pricing: Pricing = {},
): number | undefined {
  const usage = usageOf(record).filter((line) => line.functionName === functionName);
  return usage.length === 0 ? undefined : costOfUsage(usage, pricing).total;
}

export interface StateCost {
  /** Empty for the start of the execution. */
  state: string;
  cost: CostByPart;
}

/** Costs of each state, dearest first; they add up to the cost of the run. The free tier is shared out evenly. */
export function costByState(record: RunRecord, pricing: Pricing = {}): StateCost[] {
  const usage = usageOf(record);
  const shares = chargedShares(usage, pricing.freeTier ?? false);
  const charged = usage.map((line) => ({ ...line, quantity: line.quantity * (shares.get(line.price) ?? 1) }));
  const states = [...new Set(charged.map(({ state }) => state))];
  return states
    .map((state) => ({
      state,
      cost: costOfUsage(
        charged.filter((line) => line.state === state),
        { ...pricing, freeTier: false },
      ),
    }))
    .sort((a, b) => b.cost.total - a.cost.total);
}

export interface Extrapolation {
  sizeBytes: number;
  /** Partitions of this run's mean size that the data fill. */
  partitions: number;
  cost: CostByPart;
}

/**
 * The cost at another size of the data, in partitions of the size this run had: what a partition used is
 * multiplied, what an execution used once stays once.
 * `undefined` where the record holds no dataset.
 */
export function extrapolate(
  record: RunRecord,
  sizeBytes: number,
  pricing: Pricing = {},
): Extrapolation | undefined {
  const { dataset, executions } = record;
  if (!dataset || dataset.partitions.length === 0 || executions.length === 0) return undefined;
  const bytes = dataset.partitions.reduce((total, one) => total + one.sizeBytes, 0);
  if (bytes === 0) return undefined;
  const meanBytes = dataset.nominalPartitionBytes ?? bytes / dataset.partitions.length;
  const partitions = Math.ceil(sizeBytes / meanBytes);
  const factor = partitions / dataset.partitions.length;
  const runs = executions.length;
  const usage = usageOf(record).map((line) => ({
    ...line,
    quantity: (line.quantity / runs) * (line.scale === 'partition' ? factor : 1),
  }));
  return { sizeBytes, partitions, cost: costOfUsage(usage, pricing) };
}
