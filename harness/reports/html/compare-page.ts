/** Two runs side by side as one page: what changed first, then the figures and plots of both. */
import { describeCell } from '../../scenario/matrix.ts';
import type { RunOutcome } from '../../scenario/outcome.ts';
import { circumstanceChanges, comparisonTable, verdictChanges } from '../compare.ts';
import { badge } from './brief.ts';
import { comparison } from './comparison.ts';
import { html, type Markup, table } from './markup.ts';
import { renderPage } from './page.ts';

export function renderComparePage(a: RunOutcome, b: RunOutcome): string {
  const verdicts = verdictChanges(a, b);
  const changes = circumstanceChanges(a, b);
  const metrics = comparisonTable(a, b);
  return renderPage({
    title: `Comparison: ${a.scenario} and ${b.scenario}`,
    heading: 'CosmicAI comparison',
    headline: html`${runLine('A', a)}<br>${runLine('B', b)}`,
    skip: { id: 'changes', text: 'Skip to what changed' },
    nav: html`<a href="#changes">Changes</a><a href="#metrics">Metrics</a><a href="#figures">Figures</a>`,
    main: html`<section id="changes" aria-labelledby="changes-title"><h2 id="changes-title">What changed</h2>
${changes.length > 0 ? html`<ul>${changes.map((one) => html`<li>${one}</li>`)}</ul>` : html`<p>Scenario, backend, machine and artifacts are the same.</p>`}
${verdicts ? table(verdicts.title, verdicts.head, verdicts.rows) : html`<p>Every verdict is the same in both.</p>`}
</section>
<section id="metrics" aria-labelledby="metrics-title"><h2 id="metrics-title">Metrics</h2>
${table(metrics.title, metrics.head, metrics.rows)}
</section>
<section id="figures" aria-labelledby="figures-title"><h2 id="figures-title">Cost, speed and memory</h2>
${comparison([named(a, 'A'), named(b, 'B')])}
</section>`,
  });
}

/** Runs of one scenario and cell could not be told apart in a plot. */
const named = (outcome: RunOutcome, letter: string): RunOutcome => ({
  ...outcome,
  scenario: `${letter} ${outcome.scenario}`,
});

const runLine = (letter: string, outcome: RunOutcome): Markup =>
  html`<strong>${letter}</strong> ${badge(outcome.passed ? 'passed' : 'failed')} ${outcome.scenario} ${describeCell(outcome.cell)} <span class="run-id">${outcome.runId}</span>`;
