/**
 * The report as ONE file that opens offline: what failed first, then verdicts, the runs beside each other, each run.
 */
import { emittedMetrics } from '../../metrics/emitted.ts';
import { documentedFunctionMetrics } from '../../metrics/function-figures.ts';
import { metricsFor } from '../../metrics/index.ts';
import type { RunOutcome } from '../../scenario/outcome.ts';
import { coverageShortfalls, coverageTable, suiteCoverage } from '../coverage.ts';
import { figuresOf } from '../figures.ts';
import type { Report } from '../report.ts';
import { labelOf } from '../run-table.ts';
import { badge } from './brief.ts';
import { comparison } from './comparison.ts';
import { html, type Markup, table } from './markup.ts';
import { renderPage } from './page.ts';
import { runSection, runTitle } from './run-section.ts';
import { whatFailed } from './what-failed.ts';

/** Details beyond these bytes are left to the run's folder, so that the file stays under 15 MB. */
const DETAIL_BYTES = 9_000_000;

/** The whole document. */
export function renderHtml(report: Report): string {
  const { outcomes } = report;
  const failed = whatFailed(report);
  const title = titleOf(report);
  const budget = { bytesLeft: DETAIL_BYTES };
  const open = (index: number) =>
    outcomes.length === 1 || (!outcomes[index]!.passed && outcomes.length <= 20);
  return renderPage({
    title,
    heading: 'CosmicAI report',
    headline: headline(report),
    skip: failed
      ? { id: 'failed', text: 'Skip to what failed' }
      : { id: 'verdicts', text: 'Skip to the verdicts' },
    nav: html`${failed && html`<a href="#failed">What failed</a>`}<a href="#verdicts">Verdicts</a><a href="#comparison">Comparison</a>${coverageTable(outcomes) && html`<a href="#coverage">Coverage</a>`}<a href="#metrics">Metrics</a>${outcomes.length <= 12 && outcomes.map((outcome, index) => html`<a href="#run-${index}">${labelOf(outcome, outcomes)}</a>`)}`,
    main: html`
${failed}
<section id="verdicts" aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2>
${outcomes.length > 0 && overview(report)}
</section>
<section id="comparison" aria-labelledby="comparison-title"><h2 id="comparison-title">Cost, speed and memory</h2>
${comparison(outcomes, report.cost)}
</section>
${outcomes.map((outcome, index) => runSection(outcome, `run-${index}`, open(index), budget))}
${coverageSection(report)}
<section id="metrics" aria-labelledby="metrics-title"><h2 id="metrics-title">How it was measured</h2>${metricTable(outcomes)}</section>
`,
  });
}

function titleOf({ outcomes, failures }: Report): string {
  const names = [...new Set(outcomes.map((one) => one.scenario))];
  const bad = failures.length > 0 || outcomes.some((one) => !one.passed);
  return `${bad ? 'FAILED' : 'Passed'}: ${names.slice(0, 3).join(', ') || 'no run'}${names.length > 3 ? ', ...' : ''}`;
}

function headline({ outcomes, failures }: Report): Markup {
  const failed = outcomes.filter((one) => !one.passed).length;
  const parts = [badge(`passed`), ` ${outcomes.length - failed} `];
  if (failed > 0) parts.push(badge('failed'), ` ${failed} `);
  if (failures.length > 0) parts.push(badge('could not run'), ` ${failures.length}`);
  return html`${parts}`;
}

function overview({ outcomes }: Report): Markup {
  return table(
    'Runs',
    ['run', 'verdict', 'checks', 'execution', 'partitions', 'duration', 'AWS cost'],
    outcomes.map((outcome, index) => {
      const { verdicts, record } = outcome;
      const passed = verdicts.filter((one) => one.outcome === 'passed').length;
      const figures = figuresOf(record);
      return [
        html`<a href="#run-${index}">${runTitle(outcome)}</a>`,
        badge(outcome.passed ? 'passed' : 'failed'),
        `${passed} of ${verdicts.length} passed`,
        record.executions.map((one) => one.status).join(', '),
        record.dataset?.partitions.length ?? '-',
        figures.durationS === undefined ? '-' : `${figures.durationS.toFixed(1)} s`,
        figures.costUSD === undefined ? '-' : `$${figures.costUSD.toFixed(6)}`,
      ];
    }),
  );
}

function coverageSection({ outcomes, coverage }: Report): Markup | undefined {
  const found = coverageTable(outcomes);
  if (!found) return undefined;
  const short = coverageShortfalls(outcomes, coverage);
  return html`<section id="coverage" aria-labelledby="coverage-title"><h2 id="coverage-title">Coverage</h2>
${short.map((one) => html`<p>${badge('failed')} ${one}</p>`)}
${table('States, transitions, choices, catchers and retriers taken by all runs together', found.head, found.rows)}
${suiteCoverage(outcomes).map(({ machine, missed }) => missed.length > 0 && html`<details><summary>Never taken in ${machine}: ${missed.length}</summary><ul>${missed.map((key) => html`<li><code>${key}</code></li>`)}</ul></details>`)}
</section>`;
}

/** All registered metrics, and those that the functions of these runs reported themselves. */
function metricTable(outcomes: readonly RunOutcome[]): Markup {
  const packs = new Set([undefined, ...outcomes.map(({ record }) => record.pack)]);
  const registered = [...packs].flatMap((pack) => metricsFor(pack));
  const all = new Map([...registered, ...documentedFunctionMetrics].map((one) => [one.name, one]));
  for (const { record } of outcomes) {
    for (const one of emittedMetrics(record)) {
      if (!all.has(one.name)) all.set(one.name, { ...one, unit: one.unitOf?.(record) ?? '' });
    }
  }
  return table(
    'Metrics, their units, clocks and sources',
    ['metric', 'unit', 'clock', 'meaning', 'source'],
    [...all.values()].map((one) => [one.name, one.unit || '-', one.clock, one.description, one.source]),
  );
}
