/**
 * AWS's on-demand prices as data: a file per region in `prices/`, each price with the page or price list it was
 * taken from and the day. A price that was not looked up is absent; a cost that needs it is refused, never guessed.
 */
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import euCentral1 from './prices/eu-central-1.json' with { type: 'json' };
import euWest2 from './prices/eu-west-2.json' with { type: 'json' };
import usEast1 from './prices/us-east-1.json' with { type: 'json' };

const PRICE_NAMES = [
  'lambdaGbSecondX64',
  'lambdaGbSecondArm64',
  'lambdaRequest',
  'lambdaStorageGbSecond',
  'standardTransition',
  'expressRequest',
  'expressGbSecond',
  's3Write',
  's3Read',
  'logsIngestedGb',
  'customMetricMonth',
] as const;
export type PriceName = (typeof PRICE_NAMES)[number];

interface Price {
  usd: number;
  /** What the price is for. */
  per: string;
  /** AWS's page, or the line of its price list. */
  source: string;
  /** When it was in force, YYYY-MM-DD. */
  date: string;
}

export interface PriceTable {
  region: string;
  prices: { readonly [Name in PriceName]?: Price };
}

const TABLES: readonly PriceTable[] = [usEast1, euWest2, euCentral1];

export const DEFAULT_REGION = 'us-east-1';

/** Regions that have a price table. */
export const regionNames: readonly string[] = TABLES.map(({ region }) => region);

/** @throws HarnessError `unknown-price-region` (exit code 2) */
export function pricesOf(region = DEFAULT_REGION): PriceTable {
  const table = TABLES.find((one) => one.region === region);
  if (table) return table;
  const near = nearestName(region, regionNames);
  throw new HarnessError('unknown-price-region', `There is no price table of ${region}.`, {
    exitCode: ExitCode.inputWrong,
    remedy: `${near ? `Did you mean ${near}? ` : ''}There are ${regionNames.join(', ')}.`,
  });
}

/** @throws HarnessError `unknown-price` (exit code 2) when the table does not hold it */
export function usdOf(table: PriceTable, name: PriceName): number {
  const price = table.prices[name];
  if (price) return price.usd;
  throw new HarnessError('unknown-price', `The price table of ${table.region} has no ${name}.`, {
    exitCode: ExitCode.inputWrong,
    remedy: `Add it to harness/metrics/cost/prices/${table.region}.json with its source, or take ${DEFAULT_REGION}.`,
  });
}
