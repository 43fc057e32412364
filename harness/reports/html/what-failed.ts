/** The first part of a report with failures: which check failed, where, with what values, and what went wrong. */
import { basename } from 'node:path';
import type { JudgedVerdict, RunOutcome } from '../../scenario/outcome.ts';
import { describeCause, failureCauses } from '../failure-causes.ts';
import type { Report } from '../report.ts';
import { badge, brief } from './brief.ts';
import { html, type Markup } from './markup.ts';
import { runTitle } from './run-section.ts';

/** More are in the table of runs and in the section of each run. */
const MAX_RUNS = 10;
const MAX_CHECKS = 8;

/** Absent when everything passed. */
export function whatFailed({ outcomes, failures }: Report): Markup | undefined {
  const failed = outcomes
    .map((outcome, index) => ({ outcome, index }))
    .filter(({ outcome }) => !outcome.passed);
  if (failed.length + failures.length === 0) return undefined;
  const more = failed.length - MAX_RUNS;
  return html`<section id="failed" aria-labelledby="failed-title"><h2 id="failed-title">What failed</h2>
${failures.map(({ scenario, label, message, remedy }) => html`<article class="failure"><h3>${badge('could not run')} ${`${scenario} ${label}`.trim()}</h3><p>${message} ${remedy}</p></article>`)}
${failed.slice(0, MAX_RUNS).map(({ outcome, index }) => failedRun(outcome, index))}
${more > 0 && html`<p><a href="#verdicts">${more} more failed runs</a></p>`}
</section>`;
}

function failedRun(outcome: RunOutcome, index: number): Markup {
  const checks = outcome.verdicts.filter((one) => one.outcome === 'failed' && !one.soft);
  const causes = failureCauses(outcome.record);
  const more = checks.length - MAX_CHECKS;
  return html`<article class="failure"><h3>${badge('failed')} <a href="#run-${index}">${runTitle(outcome)}</a></h3>
<ul class="checks">${checks.slice(0, MAX_CHECKS).map(failedCheck)}</ul>
${more > 0 && html`<p><a href="#run-${index}-verdicts">${more} more failed checks</a></p>`}
${
  causes.length > 0 &&
  html`<ul class="causes" aria-label="What went wrong">${causes.map(
    (cause) =>
      html`<li>${describeCause(cause)}${cause.logLine !== undefined && html`<code class="line">${cause.logLine}</code>`}</li>`,
  )}</ul>`
}</article>`;
}

function failedCheck({ name, expected, actual, location, evidence }: JudgedVerdict): Markup {
  return html`<li><strong>${name}</strong>${
    location &&
    html` <code class="where" title="${location.file}">${basename(location.file)}:${location.line}</code>`
  }<dl><div><dt>expected</dt><dd>${brief(expected)}</dd></div><div><dt>actual</dt><dd>${brief(actual)}</dd></div>${
    evidence !== undefined && html`<div><dt>evidence</dt><dd><code>${evidence}</code></dd></div>`
  }</dl></li>`;
}
