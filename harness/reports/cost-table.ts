/** What the runs cost on AWS: by service, by state, and at a size of the data that is named. */
import { type CostByPart, costByState, costOf, extrapolate, type Pricing } from '../metrics/cost/cost.ts';
import { DEFAULT_REGION, pricesOf } from '../metrics/cost/price-table.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { packSections, sectionsOf } from './pack-sections.ts';
import { labelOf } from './run-table.ts';
import type { ReportTable } from './table.ts';

/** How costs are told. */
export interface CostOptions extends Pricing {
  /** Size of the data to tell the cost of as well, bytes, and as it was written (`12.6 GB`). */
  extrapolate?: { sizeBytes: number; text: string };
}

const PARTS = ['lambda', 'stepFunctions', 's3', 'logs', 'total'] as const;
const PART_NAMES = ['Lambda', 'Step Functions', 'S3', 'Logs', 'total'];

/** An amount of US dollars. */
export const usd = (value: number, digits = value >= 1 ? 4 : 6): string =>
  value === 0 ? '$0' : `$${value.toFixed(digits)}`;
const cells = (cost: CostByPart): string[] => PARTS.map((part) => usd(cost[part]));
const billed = (outcomes: readonly RunOutcome[]) =>
  outcomes.filter(({ record }) => record.invocations.length > 0);

/** A row per run; `undefined` when nothing was invoked. */
export function costTable(
  outcomes: readonly RunOutcome[],
  options: CostOptions = {},
): ReportTable | undefined {
  const judged = billed(outcomes);
  if (judged.length === 0) return undefined;
  return {
    title: 'Cost on AWS',
    head: ['run', ...PART_NAMES],
    rows: judged.map((one) => [labelOf(one, judged), ...cells(costOf(one.record, options))]),
    notes: [describePricing(options)],
  };
}

/** A row per state of every run, dearest first. */
export function stateCostTable(
  outcomes: readonly RunOutcome[],
  options: CostOptions = {},
): ReportTable | undefined {
  const judged = billed(outcomes);
  if (judged.length === 0) return undefined;
  const several = judged.length > 1;
  return {
    title: 'Cost of each state',
    head: [...(several ? ['run'] : []), 'state', ...PART_NAMES, 'share'],
    rows: judged.flatMap((one) => {
      const { total } = costOf(one.record, options);
      return costByState(one.record, options).map(({ state, cost }) => [
        ...(several ? [labelOf(one, judged)] : []),
        state || '(start)',
        ...cells(cost),
        total > 0 ? `${((100 * cost.total) / total).toFixed(1)} %` : '-',
      ]);
    }),
    notes: [describePricing(options)],
  };
}

/** The cost at the size asked for, and beside it what packs know of such sizes. */
export function extrapolationTable(
  outcomes: readonly RunOutcome[],
  options: CostOptions,
): ReportTable | undefined {
  const target = options.extrapolate;
  if (!target) return undefined;
  const judged = billed(outcomes);
  const columns = sectionsOf(judged).map(({ extrapolation }) => extrapolation);
  const rows = judged.flatMap((one) => {
    const found = extrapolate(one.record, target.sizeBytes, options);
    if (!found) return [];
    const own = packSections.of(one.record.pack)?.extrapolation;
    return [
      [
        labelOf(one, outcomes),
        found.partitions.toLocaleString('en-US'),
        ...cells(found.cost),
        ...columns.flatMap((column) =>
          column === own ? own.cells(one.record) : column.heads.map(() => '-'),
        ),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  return {
    title: `Cost of ${target.text}`,
    head: ['run', 'partitions', ...PART_NAMES, ...columns.flatMap(({ heads }) => heads)],
    rows,
    notes: [
      describePricing(options),
      [
        'What a partition used is multiplied, what an execution used once stays once.',
        ...columns.map(({ note }) => note),
      ].join(' '),
    ],
  };
}

function describePricing({ region = DEFAULT_REGION, architecture = 'x86_64', freeTier }: Pricing): string {
  const dates = Object.values(pricesOf(region).prices).map(({ date }) => date);
  return (
    `On-demand prices of ${region}, ${architecture}, looked up ${dates.sort().at(0)} to ${dates.at(-1)}, on the durations measured ` +
    `on this machine; ${freeTier ? "within a month's free tier" : 'no free tier'}.`
  );
}
