/**
 * The report as ONE file that opens offline: verdicts first, then the runs beside each other, then each run. It
 * asks nothing of any server (its Content-Security-Policy forbids it) and runs one script, named by its hash.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.ts';
import { metrics } from '../../metrics/index.ts';
import { figuresOf } from '../figures.ts';
import type { Report } from '../report.ts';
import { comparison } from './comparison.ts';
import { html, type Markup, table, trusted } from './markup.ts';
import { badge, runSection, runTitle } from './run-section.ts';

/** Details beyond these bytes are left to the run's folder, so that the file stays under 15 MB. */
const DETAIL_BYTES = 9_000_000;

export function writeHtml(file: string, report: Report): void {
  writeFileSync(file, renderHtml(report));
}

/** The whole document. */
export function renderHtml(report: Report): string {
  const { outcomes, failures } = report;
  const title = titleOf(report);
  const client = asset('client.js');
  const scriptHash = createHash('sha256').update(client).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  const budget = { bytesLeft: DETAIL_BYTES };
  const open = (index: number) =>
    outcomes.length === 1 || (!outcomes[index]!.passed && outcomes.length <= 20);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(asset('report.css'))}</style>
</head>
<body>
<a class="skip" href="#verdicts">Skip to the verdicts</a>
<header><div><h1>CosmicAI report</h1><p class="headline">${headline(report)}</p></div>
<button type="button" id="theme" aria-pressed="false">Dark theme</button></header>
<nav aria-label="Parts of the report"><a href="#verdicts">Verdicts</a><a href="#comparison">Comparison</a>${outcomes.length <= 12 && outcomes.map((outcome, index) => html`<a href="#run-${index}">${runTitle(outcome)}</a>`)}<a href="#metrics">Metrics</a></nav>
<main>
<section id="verdicts" aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2>
${outcomes.length > 0 && overview(report)}
${failures.length > 0 && html`<h3>Could not run</h3><ul class="failures">${failures.map((one) => html`<li><strong>${one.scenario} ${one.label}</strong>: ${one.message} ${one.remedy}</li>`)}</ul>`}
</section>
<section id="comparison" aria-labelledby="comparison-title"><h2 id="comparison-title">Cost, speed and memory</h2>
${comparison(outcomes)}
</section>
${outcomes.map((outcome, index) => runSection(outcome, `run-${index}`, open(index), budget))}
<section id="metrics" aria-labelledby="metrics-title"><h2 id="metrics-title">How it was measured</h2>${metricTable()}</section>
</main>
<noscript><p class="note">Long tables (children, events, logs) need this page's script; all else stands without it.</p></noscript>
<script>${trusted(client)}</script>
</body>
</html>
`.text;
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
  if (failures.length > 0) parts.push(badge('failed to run'), ` ${failures.length}`);
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

function metricTable(): Markup {
  return table(
    'Metrics, their units, clocks and sources',
    ['metric', 'unit', 'clock', 'meaning', 'source'],
    metrics.map((one) => [one.name, one.unit || '-', one.clock, one.description, one.source]),
  );
}

const asset = (name: string): string =>
  readFileSync(join(packageRoot(), 'harness', 'reports', 'html', 'client', name), 'utf8');
