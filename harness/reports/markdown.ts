/** The report as GitHub-flavoured Markdown: for pull requests, step summaries and notebooks. */
import { describeCell } from '../scenario/matrix.ts';
import type { JudgedVerdict, RunOutcome } from '../scenario/outcome.ts';
import { costTable, extrapolationTable, stateCostTable } from './cost-table.ts';
import { coverageShortfalls, coverageTable } from './coverage.ts';
import { describeCause, failureCauses } from './failure-causes.ts';
import { escapeMarkdown, layOutMarkdown } from './markdown-table.ts';
import { sectionsOf } from './pack-sections.ts';
import { repeatTable } from './repeat-table.ts';
import type { Report } from './report.ts';
import { runTable } from './run-table.ts';

export function renderMarkdown(report: Report): string {
  const { outcomes, failures } = report;
  const failed = outcomes.filter((one) => !one.passed).length;
  const counts = [`${outcomes.length - failed} passed`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (failures.length > 0) counts.push(`${failures.length} could not run`);
  const parts = [`# CosmicAI report: ${counts.join(', ')}`];
  if (outcomes.length > 0) {
    parts.push(
      layOutMarkdown(
        ['run', 'verdict', 'checks'],
        outcomes.map((one) => {
          const passed = one.verdicts.filter((verdict) => verdict.outcome === 'passed').length;
          return [titleOf(one), one.passed ? 'passed' : '**failed**', `${passed} of ${one.verdicts.length}`];
        }),
      ),
    );
  }
  for (const outcome of outcomes) parts.push(...failuresOf(outcome));
  if (failures.length > 0) {
    const lines = failures.map(
      ({ scenario, label, message, remedy }) =>
        `- **${escapeMarkdown(`${scenario} ${label}`.trim())}**: ${escapeMarkdown([message, remedy ?? ''].join(' ').trim())}`,
    );
    parts.push('## Could not run', lines.join('\n'));
  }
  const shortfalls = coverageShortfalls(outcomes, report.coverage);
  if (shortfalls.length > 0) {
    parts.push('## Coverage too low', shortfalls.map((one) => `- ${escapeMarkdown(one)}`).join('\n'));
  }
  const cost = report.cost ?? {};
  for (const [title, found] of [
    ['Figures', runTable(outcomes)],
    ...[
      ...sectionsOf(outcomes).flatMap(({ tables }) => tables.map(({ make }) => make(outcomes))),
      costTable(outcomes, cost),
      stateCostTable(outcomes, cost),
      extrapolationTable(outcomes, cost),
      repeatTable(outcomes),
      coverageTable(outcomes),
    ].map((one) => [one?.title ?? '', one] as const),
  ] as const) {
    if (found)
      parts.push(
        `## ${title}`,
        layOutMarkdown(found.head, found.rows),
        ...found.notes.map((note) => `_${escapeMarkdown(note)}_`),
      );
  }
  return `${parts.join('\n\n')}\n`;
}

function failuresOf(outcome: RunOutcome): string[] {
  const shown = outcome.verdicts.filter((verdict) => verdict.outcome !== 'passed' && !verdict.follows);
  if (shown.length === 0) return [];
  return [
    `## ${escapeMarkdown(titleOf(outcome))}`,
    layOutMarkdown(
      ['verdict', 'expectation', 'expected', 'actual', 'where'],
      shown.map((verdict) => [
        verdict.soft ? `${verdict.outcome} (soft)` : verdict.outcome,
        verdict.name,
        brief(verdict.expected),
        brief(verdict.actual),
        placeOf(verdict),
      ]),
    ),
    ...(outcome.passed ? [] : causesOf(outcome)),
  ];
}

function causesOf({ record }: RunOutcome): string[] {
  const lines = failureCauses(record).map((cause) => {
    const logged = cause.logLine === undefined ? '' : ` (logged: ${cause.logLine})`;
    return `- ${escapeMarkdown(`${describeCause(cause)}${logged}`)}`;
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

const titleOf = (outcome: RunOutcome): string => `${outcome.scenario} ${describeCell(outcome.cell)}`.trim();

const placeOf = ({ location }: JudgedVerdict): string =>
  location ? `${location.file}:${location.line}` : '';

const brief = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);
