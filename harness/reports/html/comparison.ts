/** Runs beside each other: figures, where the time went, distributions, costs, and what packs add. */
import * as Plot from '@observablehq/plot';
import { resolveExpression } from '../../metrics/index.ts';
import { functionsOf } from '../../metrics/invocations.ts';
import { formatNumber } from '../../metrics/quantity.ts';
import { renderMetric } from '../../metrics/threshold.ts';
import type { RunOutcome } from '../../scenario/outcome.ts';
import {
  type CostOptions,
  costItemsTable,
  costTable,
  extrapolationTable,
  stateCostTable,
} from '../cost-table.ts';
import { sectionsOf } from '../pack-sections.ts';
import { labelOf, runTable } from '../run-table.ts';
import type { ReportTable } from '../table.ts';
import { html, type Markup, table } from './markup.ts';
import { figure } from './plot.ts';
import { wallTimeParts } from './stages.ts';

export function comparison(outcomes: readonly RunOutcome[], cost: CostOptions = {}): Markup {
  const judged = outcomes.filter((outcome) => outcome.record.invocations.length > 0);
  if (judged.length === 0) return html`<p>No run came so far as to be measured.</p>`;
  const runs = runTable(outcomes);
  const sections = sectionsOf(judged);
  return html`${sections.map((one) => one.html.summary(judged))}
${runs && html`${table('Figures of each run', runs.head, runs.rows)}${runs.notes.map((note) => html`<p class="note">${note}</p>`)}`}
<h3>Where the time went</h3>
${wallTimeParts(outcomes)}
<h3>Distributions</h3>
<div class="plots pairs">${distributionsOf(judged).map(([name, title]) => distribution(judged, name, title))}</div>
<h3>Cost</h3>
${[costTable, extrapolationTable].map((make) => textTable(make(outcomes, cost)))}
${folded(stateCostTable(outcomes, cost))}
${folded(costItemsTable(outcomes, cost))}
${sections.map((one) => one.html.comparison(outcomes))}`;
}

/** Long tables that answer a second question unfold on demand. */
function folded(found: ReportTable | undefined): Markup | undefined {
  if (!found) return undefined;
  return html`<details class="more-rows"><summary>${found.title}</summary>${textTable(found)}</details>`;
}

export function textTable(found: ReportTable | undefined): Markup | undefined {
  if (!found) return undefined;
  return html`${table(found.title, found.head, found.rows)}${found.notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

/** Metrics that are drawn: those of packs, else duration and memory of each function. */
function distributionsOf(outcomes: readonly RunOutcome[]): (readonly [metric: string, title: string])[] {
  const ofPacks = sectionsOf(outcomes).flatMap(({ distributions }) => distributions);
  if (ofPacks.length > 0) return ofPacks;
  const names = new Set(outcomes.flatMap(({ record }) => functionsOf(record)));
  return [...names].flatMap((name) => [
    [renderMetric(['function', name, 'duration']), `Duration of an invocation of ${name}`] as const,
    [renderMetric(['function', name, 'memory']), `Peak memory of ${name}`] as const,
  ]);
}

/** Runs with more values than this show quartiles and a sample of the values. */
const MAX_DOTS = 400;

function distribution(outcomes: readonly RunOutcome[], name: string, title: string): Markup | undefined {
  const metric = resolveExpression(`mean(${name})`, outcomes[0]?.record.pack).definition;
  const labels = outcomes.map((outcome) => labelOf(outcome, outcomes));
  const groups = outcomes.map((outcome, index) => ({
    label: labels[index]!,
    values: metric.values(outcome.record),
  }));
  const points = groups.flatMap(({ label, values }) => values.map((value) => ({ label, value })));
  if (points.length === 0) return undefined;
  const dots = groups.flatMap(({ label, values }) => {
    const step = Math.max(1, Math.ceil(values.length / MAX_DOTS));
    return values.filter((_, index) => index % step === 0).map((value) => ({ label, value }));
  });
  const extent = ({ values }: { values: number[] }) => {
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return `${formatNumber(low)} to ${formatNumber(high)} ${metric.unit}`;
  };
  const longest = Math.max(...labels.map((label) => label.length));
  return figure({
    title,
    description: `${metric.description}. ${groups
      .filter((group) => group.values.length > 0)
      .map((group) => `${group.label}: ${extent(group)}`)
      .join('; ')}`,
    note: html`<code>${name}</code>${metric.clock !== 'none' && `, clock: ${metric.clock}`}; box: quartiles and median`,
    options: {
      height: 90 + 50 * labels.length,
      marginLeft: Math.min(220, 20 + longest * 7),
      marginRight: 24,
      x: { label: metric.unit || name, grid: true, zero: true },
      y: { label: null, domain: [...new Set(labels)] },
      marks: [
        Plot.dot(dots, { x: 'value', y: 'label', r: 2.5, fill: 'var(--c1)', fillOpacity: 0.5 }),
        Plot.boxX(points, { x: 'value', y: 'label', fillOpacity: 0.15, r: 0, strokeWidth: 1.5 }),
      ],
    },
  });
}
