/** The report as GitHub-flavoured Markdown: for pull requests, step summaries and notebooks. */
import { writeFileSync } from 'node:fs';
import { describeCell } from '../scenario/matrix.ts';
import type { JudgedVerdict, RunOutcome } from '../scenario/outcome.ts';
import type { Report } from './report.ts';
import { runTable } from './run-table.ts';
import { seedTable } from './seed-table.ts';

export function writeMarkdown(file: string, report: Report): void {
  writeFileSync(file, renderMarkdown(report));
}

export function renderMarkdown(report: Report): string {
  const { outcomes, failures } = report;
  const failed = outcomes.filter((one) => !one.passed).length;
  const counts = [`${outcomes.length - failed} passed`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (failures.length > 0) counts.push(`${failures.length} could not run`);
  const parts = [`# CosmicAI report: ${counts.join(', ')}`];
  if (outcomes.length > 0) {
    parts.push(
      layOut(
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
  for (const [title, found] of [
    ['Figures', runTable(outcomes)],
    ['Beside the published values', seedTable(outcomes)],
  ] as const) {
    if (found)
      parts.push(
        `## ${title}`,
        layOut(found.head, found.rows),
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
    layOut(
      ['verdict', 'expectation', 'expected', 'actual', 'where'],
      shown.map((verdict) => [
        verdict.soft ? `${verdict.outcome} (soft)` : verdict.outcome,
        verdict.name,
        brief(verdict.expected),
        brief(verdict.actual),
        placeOf(verdict),
      ]),
    ),
  ];
}

const titleOf = (outcome: RunOutcome): string => `${outcome.scenario} ${describeCell(outcome.cell)}`.trim();

const placeOf = ({ location }: JudgedVerdict): string =>
  location ? `${location.file}:${location.line}` : '';

const brief = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(escapeMarkdown)),
    line(head.map((_, index) => (index === 0 ? '---' : '---:'))),
    // The one piece of markup in a cell is this module's own.
    ...rows.map((row) => line(row.map((cell) => (cell === '**failed**' ? cell : escapeMarkdown(cell))))),
  ].join('\n');
}

/** Text that Markdown and the HTML within it leave alone. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]<>|~#@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
