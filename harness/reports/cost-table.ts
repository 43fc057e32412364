/** What the runs cost on AWS: by service, by state, by item, and at a given size of the data. */

import { visibleVcpus } from '../core/limits.ts';
import {
  type CostBounds,
  type CostByPart,
  costBounds,
  costByState,
  costOf,
  extrapolate,
  type Pricing,
  pricesNotKnown,
} from '../metrics/cost/cost.ts';
import { costItems } from '../metrics/cost/cost-items.ts';
import { DEFAULT_REGION, pricesOf } from '../metrics/cost/price-table.ts';
import { functionsWithoutColdStart } from '../metrics/cost/start-costs.ts';
import { COST_PARTS } from '../metrics/cost/usage-line.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { packSections, sectionsOf } from './pack-sections.ts';
import { labelOf } from './run-table.ts';
import type { ReportTable } from './table.ts';

/** How costs are shown. */
export interface CostOptions extends Pricing {
  /** Size of the data to show the cost of as well, bytes, and as it was written (`12.6 GB`). */
  extrapolate?: { sizeBytes: number; text: string };
}

const PARTS = [...COST_PARTS, 'total'] as const;
const PART_NAMES = ['Lambda', 'Step Functions', 'S3', 'Logs', 'metrics', 'total'];
const BOUND_NAMES = ['all warm', 'all cold'];

/** An amount of US dollars. */
export const usd = (value: number, digits = value >= 1 ? 4 : 6): string =>
  value === 0 ? '$0' : `$${value.toFixed(digits)}`;
const cells = (cost: CostByPart): string[] => PARTS.map((part) => usd(cost[part]));
const boundCells = ({ allWarm, allCold }: CostBounds): string[] =>
  [allWarm, allCold].map((cost) => (cost ? usd(cost.total) : 'not known'));
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
    head: ['run', ...PART_NAMES, ...BOUND_NAMES],
    rows: judged.map((one) => [
      labelOf(one, judged),
      ...cells(costOf(one.record, options)),
      ...boundCells(costBounds(one.record, options)),
    ]),
    notes: [describePricing(options), ...caveats(judged, options)],
  };
}

/** A row per state of every run, most expensive first. */
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

/** A row per item of every run's bill: quantity, unit price, and the rule by which AWS counts it. */
export function costItemsTable(
  outcomes: readonly RunOutcome[],
  options: CostOptions = {},
): ReportTable | undefined {
  const judged = billed(outcomes);
  if (judged.length === 0) return undefined;
  const several = judged.length > 1;
  return {
    title: 'Items of the cost',
    head: [...(several ? ['run'] : []), 'item', 'state', 'quantity', 'unit price', 'cost', 'rule'],
    rows: judged.flatMap((one) =>
      costItems(one.record, options).map(({ item, state, quantity, unitUSD, USD, rule }) => [
        ...(several ? [labelOf(one, judged)] : []),
        item,
        state || '(start)',
        quantity.toLocaleString('en-US', { maximumSignificantDigits: 6 }),
        unitUSD === undefined ? 'not known' : `$${Number(unitUSD.toPrecision(6))}`,
        USD === undefined ? 'not known' : usd(USD),
        rule,
      ]),
    ),
    notes: [
      'Without the free tier. Not included: data transfer, storage, KMS, requests of functions to S3 and other services ' +
        'that no record shows.',
    ],
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
        ...boundCells(found),
        ...columns.flatMap((column) =>
          column === own ? own.cells(one.record) : column.heads.map(() => '-'),
        ),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  return {
    title: `Cost of ${target.text}`,
    head: ['run', 'partitions', ...PART_NAMES, ...BOUND_NAMES, ...columns.flatMap(({ heads }) => heads)],
    rows,
    notes: [
      describePricing(options),
      [
        'Usage per partition is multiplied, usage per execution is not; the parts have as many cold starts per ' +
          'partition as the run had, between the bounds of all warm and all cold.',
        ...columns.map(({ note }) => note),
      ].join(' '),
    ],
  };
}

/** What the figures do not say by themselves: starts without a known cost, cores, prices that are not known. */
function caveats(outcomes: readonly RunOutcome[], options: CostOptions): string[] {
  const noColdStart = new Set(outcomes.flatMap(({ record }) => functionsWithoutColdStart(record)));
  const larger = new Set(outcomes.flatMap(({ record }) => functionsBeyondCores(record)));
  const lacking = new Set(outcomes.flatMap(({ record }) => pricesNotKnown(record, options)));
  return [
    'AWS starts the children of a Map side by side: between all warm and all cold lies what a run costs there.',
    ...sentence(
      noColdStart,
      (names) => `The cost of a cold start is not known for ${names}: none started cold.`,
    ),
    ...sentence(
      larger,
      (names) => `On AWS more vCPUs than this machine has cores: ${names}; durations there differ.`,
    ),
    ...sentence(
      lacking,
      (names) => `Not included, without a price in the table of ${options.region}: ${names}.`,
    ),
  ];
}

const sentence = (names: ReadonlySet<string>, text: (names: string) => string): string[] =>
  names.size === 0 ? [] : [text([...names].join(', '))];

/** Functions whose memory gives them more vCPUs on AWS than the machine had cores, `NAME (6 on 2)`. */
function functionsBeyondCores({ backend, host, invocations }: RunOutcome['record']): string[] {
  if (backend.name === 'aws') return [];
  const found = invocations.flatMap(({ functionName, memorySizeMB }) => {
    const vcpus = visibleVcpus(memorySizeMB);
    return vcpus > host.cpus ? [`${functionName} (${vcpus} on ${host.cpus})`] : [];
  });
  return [...new Set(found)];
}

function describePricing({ region = DEFAULT_REGION, architecture = 'x86_64', freeTier }: Pricing): string {
  const dates = Object.values(pricesOf(region).prices).map(({ date }) => date);
  return (
    `On-demand prices of ${region}, ${architecture}, looked up ${dates.sort().at(0)} to ${dates.at(-1)}, on the durations measured ` +
    `on this machine; ${freeTier ? "within a month's free tier" : 'no free tier'}.`
  );
}
