/** All about one run: verdicts, graph, timeline, history, logs, what a pack adds, and what it ran on. */
import { basename } from 'node:path';
import { formatNumber } from '../../metrics/quantity.ts';
import { type LogsByRequest, logsByRequest } from '../../record/logs-by-request.ts';
import type { ExecutionRecord, RunRecord } from '../../record/run-record.ts';
import { describeCell } from '../../scenario/matrix.ts';
import type { JudgedVerdict, RunOutcome } from '../../scenario/outcome.ts';
import { packSections } from '../pack-sections.ts';
import { badge, brief } from './brief.ts';
import { historyTable } from './history.ts';
import type { Budget } from './island.ts';
import { invocationTable } from './logs.ts';
import { type Content, html, type Markup, table } from './markup.ts';
import { criticalPathPart } from './overhead.ts';
import { referencePlots } from './reference-plot.ts';
import { stateGraph } from './state-graph.ts';
import { timeline } from './timeline.ts';

export const runTitle = (outcome: RunOutcome): string =>
  [outcome.scenario, describeCell(outcome.cell), outcome.repeat === undefined ? '' : `#${outcome.repeat}`]
    .filter((part) => part !== '')
    .join(' ');

/** `id` is the section's anchor, unique in the page; an open section is unfolded from the start. */
export function runSection(outcome: RunOutcome, id: string, open: boolean, budget: Budget): Markup {
  const { record, passed } = outcome;
  const logs = logsByRequest(record.logs);
  const part = (name: string, title: string, content: Content) =>
    html`<section><h3 id="${id}-${name}">${title}</h3>${content}</section>\n`;
  return html`<details class="run" id="${id}"${open && html` open`}>
<summary><h2>${badge(passed ? 'passed' : 'failed')} ${runTitle(outcome)}</h2><span class="run-id">${outcome.runId}</span></summary>
${part('verdicts', 'Verdicts', html`${verdictTable(outcome)}${referencePlots(outcome)}`)}
${record.gaps.length > 0 && part('gaps', 'What could not be collected', html`<ul>${record.gaps.map((gap) => html`<li>${gap}</li>`)}</ul>`)}
${record.executions.map((execution, index) => executionParts(outcome, execution, `${id}-e${index}`, logs, budget))}
${packParts(record).map(({ id: name, title, content }) => part(name, title, content))}
${part('logs', 'Invocations and logs', invocationTable(record, logs, `${id}-logs`, budget))}
${part('about', 'Where it ran', about(outcome))}
</details>\n`;
}

/** A run stands in its own report and in that of its call; what its pack draws of it is drawn once for both. */
const drawn = new WeakMap<RunRecord, { id: string; title: string; content: Content }[]>();

function packParts(record: RunRecord) {
  let parts = drawn.get(record);
  if (!parts) {
    const sections = packSections.of(record.pack)?.html.run ?? [];
    parts = sections.map(({ id, title, render }) => ({ id, title, content: render(record) }));
    drawn.set(record, parts);
  }
  return parts;
}

function executionParts(
  { record }: RunOutcome,
  execution: ExecutionRecord,
  id: string,
  logs: LogsByRequest,
  budget: Budget,
): Markup {
  const several = record.executions.length > 1;
  const tail = several ? ` of ${execution.name}` : '';
  const part = (name: string, title: string, content: Content) =>
    html`<section><h3 id="${id}-${name}">${title}${tail}</h3>${content}</section>\n`;
  const seconds =
    execution.stoppedAtMs === undefined ? undefined : (execution.stoppedAtMs - execution.startedAtMs) / 1000;
  return html`${part(
    'machine',
    'State machine',
    html`<p>${badge(execution.status)} ${seconds !== undefined && `after ${formatNumber(seconds)} s`}</p>${
      execution.error !== undefined &&
      html`<p><strong>${execution.error}</strong></p><pre tabindex="0">${execution.cause ?? ''}</pre>`
    }${stateGraph(execution, id)}`,
  )}
${part('path', 'Critical path', criticalPathPart(record, execution))}
${part('timeline', 'Children of the Map', timeline(record, execution, logs, `${id}-children`, budget))}
${part('history', 'Event history', historyTable(execution, `${id}-history`, budget))}`;
}

const RANK: Record<JudgedVerdict['outcome'], number> = { failed: 0, 'not judged': 1, passed: 2 };

function verdictTable({ verdicts }: RunOutcome): Markup {
  if (verdicts.length === 0) return html`<p>Nothing was expected of this run.</p>`;
  const ordered = verdicts.toSorted((a, b) => RANK[a.outcome] - RANK[b.outcome]);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Expectations and invariants"><table class="verdicts"><caption>Expectations and invariants</caption>
<thead><tr><th scope="col">verdict</th><th scope="col">expectation</th><th scope="col">expected</th><th scope="col">actual</th><th scope="col">where</th></tr></thead>
<tbody>${ordered.map(
    (verdict) =>
      html`<tr class="${verdict.outcome.replace(' ', '-')}"><td>${badge(verdict.soft && verdict.outcome === 'failed' ? 'failed (soft)' : verdict.outcome)}</td><th scope="row">${verdict.name}</th><td>${brief(verdict.expected)}</td><td>${brief(verdict.actual)}</td><td>${
        verdict.location &&
        html`<code class="where" title="${verdict.location.file}">${basename(verdict.location.file)}:${verdict.location.line}</code>`
      }${verdict.evidence !== undefined && html` <code>${verdict.evidence}</code>`}</td></tr>\n`,
  )}</tbody></table></div>`;
}

function about({ record, file, runFolder }: RunOutcome): Markup {
  const { host, backend } = record;
  const facts: [string, Content][] = [
    ['scenario file', file],
    ['run folder', runFolder],
    ['started', new Date(record.startedAtMs).toISOString()],
    ['backend', backend.name],
    ['clock', record.clock],
    [
      'machine',
      `${host.cpuModel}, ${host.cpus} cores, ${formatNumber(host.memoryMB)} MB, ${host.platform}, Node ${host.node}`,
    ],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${table(
  'What was deployed',
  ['artifact', 'kind', 'SHA-256 (base64)', 'bytes'],
  record.artifacts.map((one) => [one.name, one.kind, one.sha256, formatNumber(one.sizeBytes)]),
)}`;
}
