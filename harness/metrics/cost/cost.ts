/** From usage to money: of a region and an architecture, with or without the free tier, at any size of the data. */
import type { RunRecord } from '../../record/run-record.ts';
import { type PriceName, type PriceTable, pricesOf, usdOf } from './price-table.ts';
import type { Starts } from './start-costs.ts';
import { usageOf, usageWith } from './usage.ts';
import { COST_PARTS, type CostPart, scaledUsage, type UsageLine } from './usage-line.ts';

export interface Pricing {
  /** `us-east-1` by default. */
  region?: string;
  /** `x86_64` by default. */
  architecture?: 'x86_64' | 'arm64';
  /** Subtracts the free tier of every account, as if this run were the month's only use. */
  freeTier?: boolean;
}

export type CostByPart = Record<CostPart | 'total', number>;

/**
 * The free tier of a month: Lambda 1 million requests and 400,000 GB-s, Step Functions 4,000 transitions,
 * CloudWatch Logs 5 GB and 10 custom metrics. S3's belongs to an account's first year and is left out.
 * Sources: the pages of the price table of us-east-1.
 */
const FREE_TIER: { readonly [Price in UsageLine['price']]?: number } = {
  lambdaRequest: 1e6,
  lambdaGbSecond: 400_000,
  standardTransition: 4000,
  logsIngestedGb: 5,
  customMetricMonth: 10,
};

/**
 * Prices that a region's table may lack: the cost is then without them, and `pricesNotKnown` names them. Without any
 * other price the cost is refused.
 */
const OPTIONAL_PRICES: ReadonlySet<UsageLine['price']> = new Set(['customMetricMonth'] as const);

/** What this run would have cost on AWS with the durations measured here, in USD, by part. */
export function costOf(record: RunRecord, pricing: Pricing = {}): CostByPart {
  return costOfUsage(usageOf(record), pricing);
}

/** The same of usage lines, such as those of one state. */
export function costOfUsage(usage: readonly UsageLine[], pricing: Pricing = {}): CostByPart {
  const table = pricesOf(pricing.region);
  const charged = chargedShares(usage, pricing.freeTier ?? false);
  const cost = Object.fromEntries([...COST_PARTS, 'total'].map((part) => [part, 0])) as CostByPart;
  for (const line of usage) {
    if (line.quantity === 0 || isNotKnown(line, table)) continue;
    const usd = line.quantity * (charged.get(line.price) ?? 1) * priceOf(line, table, pricing);
    cost[line.part] += usd;
    cost.total += usd;
  }
  return cost;
}

const isNotKnown = ({ price }: UsageLine, { prices }: PriceTable): boolean =>
  OPTIONAL_PRICES.has(price) && !(price in prices);

/** Prices that this run needs and that the region's table does not have: its cost is without them. */
export function pricesNotKnown(record: RunRecord, { region }: Pricing = {}): string[] {
  const table = pricesOf(region);
  const lacking = usageOf(record).filter((line) => line.quantity > 0 && isNotKnown(line, table));
  return [...new Set(lacking.map(({ price }) => price))];
}

/** Name of the price of a usage line on an architecture. */
export const priceNameOf = (
  { price }: Pick<UsageLine, 'price'>,
  { architecture }: Pricing = {},
): PriceName =>
  price !== 'lambdaGbSecond' ? price : architecture === 'arm64' ? 'lambdaGbSecondArm64' : 'lambdaGbSecondX64';

const priceOf = (line: UsageLine, table: PriceTable, pricing: Pricing): number =>
  usdOf(table, priceNameOf(line, pricing));

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

/** Costs between which a run lies on AWS, where nothing tells how many environments start there. */
export interface CostBounds {
  /** Every invocation finds a warm environment; `undefined` where the run does not tell what that costs. */
  allWarm: CostByPart | undefined;
  /** Every invocation starts a new environment; `undefined` where a function had no cold start in the run. */
  allCold: CostByPart | undefined;
}

const boundsOf = (cost: (starts: Starts) => CostByPart | undefined): CostBounds => ({
  allWarm: cost('allWarm'),
  allCold: cost('allCold'),
});

export function costBounds(record: RunRecord, pricing: Pricing = {}): CostBounds {
  return boundsOf((starts) => {
    const usage = usageWith(record, starts);
    return usage && costOfUsage(usage, pricing);
  });
}

export interface Extrapolation extends CostBounds {
  sizeBytes: number;
  /** Partitions of this run's mean size that the data fill. */
  partitions: number;
  /** With as many cold starts per partition as in this run. */
  cost: CostByPart;
}

/**
 * The cost at another size of the data, in partitions of the size this run had: what a partition used is
 * multiplied, listing pages grow with every 1,000 partitions, what an execution used once stays once.
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
  const from = dataset.partitions.length;
  const runs = executions.length;
  const costWith = (starts: Starts): CostByPart | undefined => {
    const usage = usageWith(record, starts)?.map((line) => ({ ...line, quantity: line.quantity / runs }));
    return usage && costOfUsage(scaledUsage(usage, from, partitions), pricing);
  };
  return { sizeBytes, partitions, cost: costWith('measured')!, ...boundsOf(costWith) };
}
