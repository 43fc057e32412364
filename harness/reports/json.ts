import { type CostBounds, costBounds, costByState, costOf, extrapolate } from '../metrics/cost/cost.ts';
import { costItems } from '../metrics/cost/cost-items.ts';
import { DEFAULT_REGION } from '../metrics/cost/price-table.ts';
import { criticalPathOf } from '../metrics/critical-path.ts';
import { metricsOf } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import type { CostOptions } from './cost-table.ts';
import { coverageShortfalls, suiteCoverage } from './coverage.ts';
import { evaluated, figuresOf } from './figures.ts';
import type { JsonReport, JsonRun } from './json-schema.ts';
import { packSections, sectionsOf } from './pack-sections.ts';
import type { Report } from './report.ts';

/** The report for machines: verdicts, figures and every metric's values with unit, clock and source. */
export function renderJson(report: Report): string {
  const { outcomes, failures, cost = {} } = report;
  const shortfalls = coverageShortfalls(outcomes, report.coverage);
  const written: JsonReport = {
    reportVersion: 1,
    passed: failures.length === 0 && shortfalls.length === 0 && outcomes.every(({ passed }) => passed),
    pricing: {
      region: cost.region ?? DEFAULT_REGION,
      architecture: cost.architecture ?? 'x86_64',
      freeTier: cost.freeTier ?? false,
    },
    coverage: suiteCoverage(outcomes),
    coverageShortfalls: shortfalls,
    ...publishedOf(outcomes),
    runs: outcomes.map((outcome) => runOf(outcome, cost)),
    failures: [...failures],
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

function publishedOf(outcomes: readonly RunOutcome[]): Pick<JsonReport, 'published'> {
  const published = Object.assign({}, ...sectionsOf(outcomes).map((one) => one.published ?? {}));
  return Object.keys(published).length === 0 ? {} : { published };
}

const boundsOf = ({ allWarm, allCold }: CostBounds) => ({
  allWarm: allWarm ?? null,
  allCold: allCold ?? null,
});

function runOf(outcome: RunOutcome, cost: CostOptions): JsonRun {
  const { record, verdicts, scenario, file, cell, runId, runFolder, passed, stagesMs } = outcome;
  const invoked = record.invocations.length > 0;
  const larger = cost.extrapolate && extrapolate(record, cost.extrapolate.sizeBytes, cost);
  return {
    scenario,
    file,
    cell,
    runId,
    runFolder,
    passed,
    stagesMs: { ...stagesMs },
    backend: { ...record.backend },
    clock: record.clock,
    host: record.host,
    artifacts: record.artifacts.map((one) => ({ ...one })),
    gaps: record.gaps,
    figures: present({
      ...figuresOf(record),
      ...evaluated(packSections.of(record.pack)?.figures ?? {}, record),
    }),
    costUSD: invoked ? costOf(record, cost) : null,
    costBoundsUSD: invoked ? boundsOf(costBounds(record, cost)) : null,
    costItems: invoked
      ? costItems(record, cost).map((one) => ({ ...one, unitUSD: one.unitUSD ?? null, USD: one.USD ?? null }))
      : [],
    costByState: invoked ? costByState(record, cost) : [],
    ...(larger ? { extrapolated: { ...larger, ...boundsOf(larger) } } : {}),
    criticalPath: record.executions.flatMap((one) => {
      const path = criticalPathOf(record, one);
      return path.length > 0
        ? [path.map(({ startMs, endMs, ...rest }) => ({ ...rest, durationMs: endMs - startMs }))]
        : [];
    }),
    metrics: Object.fromEntries(metricsOf(record).map((one) => [one.name, metricOf(one, record)])),
    verdicts: verdicts.map((verdict) => ({ ...verdict })),
  };
}

const timeOf = (clock: Metric['clock'], record: RunRecord) =>
  clock === 'none' ? null : clock === 'model' ? 'modelled' : record.clock;

function metricOf({ unit, unitOf, clock, source, values }: Metric, record: RunRecord) {
  return {
    unit: unitOf?.(record) ?? unit,
    clock,
    time: timeOf(clock, record),
    source,
    values: values(record),
  };
}

function present<Name extends string>(
  figures: Record<Name, number | undefined>,
): Partial<Record<Name, number>> {
  const entries = Object.entries<number | undefined>(figures).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}
