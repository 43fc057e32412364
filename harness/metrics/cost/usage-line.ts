import type { PriceName } from './price-table.ts';

export const COST_PARTS = ['lambda', 'stepFunctions', 's3', 'logs'] as const;
export type CostPart = (typeof COST_PARTS)[number];

export interface UsageLine {
  part: CostPart;
  /** Name of the price; `lambdaGbSecond` is x86_64's or arm64's. */
  price: Exclude<PriceName, 'lambdaGbSecondX64' | 'lambdaGbSecondArm64'> | 'lambdaGbSecond';
  quantity: number;
  /** State of the state machine that used it; empty for the start of the execution. */
  state: string;
  /** Deployed name of the function that used it, where it is known. */
  functionName?: string;
  /** `partition`: grows with the number of partitions; `execution`: once per execution whatever its size. */
  scale: 'partition' | 'execution';
}
