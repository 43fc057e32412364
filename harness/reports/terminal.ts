/** The report in the terminal: failures with expected, actual and evidence, what went wrong, then the tables. */
import { relative } from 'node:path';
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import { describeCell } from '../scenario/matrix.ts';
import { type JudgedVerdict, notJudgedHere, type RunOutcome } from '../scenario/outcome.ts';
import { costTable, extrapolationTable } from './cost-table.ts';
import { coverageLines, coverageShortfalls } from './coverage.ts';
import { describeCause, failureCauses } from './failure-causes.ts';
import { sectionsOf } from './pack-sections.ts';
import { repeatTable } from './repeat-table.ts';
import type { Report } from './report.ts';
import { runTable } from './run-table.ts';
import type { ReportTable } from './table.ts';

export interface TerminalOptions {
  color: boolean;
  /** The report to look at, as the terminal shows it. */
  file?: string;
}

type Paint = ReturnType<typeof createColors>;

/** Verdicts, tables and a last line that says how it ended. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const paint = createColors(options.color);
  const parts = report.outcomes.map((outcome) => renderOutcome(outcome, paint));
  for (const failure of report.failures) {
    const remedy = failure.remedy ? `\n      ${failure.remedy}` : '';
    parts.push(
      `${paint.red('ERROR')} ${failure.scenario} ${failure.label}\n      ${failure.message}${remedy}`,
    );
  }
  const runs = runTable(report.outcomes);
  if (runs) parts.push(layOut(runs, paint));
  for (const { onTerminal, make } of sectionsOf(report.outcomes).flatMap(({ tables }) => tables)) {
    const found = onTerminal ? make(report.outcomes) : undefined;
    if (found) parts.push(layOut(found, paint));
  }
  const repeats = repeatTable(report.outcomes);
  if (repeats) parts.push(layOut(repeats, paint));
  if (report.cost) {
    const { cost } = report;
    for (const one of [costTable(report.outcomes, cost), extrapolationTable(report.outcomes, cost)]) {
      if (one) parts.push(layOut(one, paint));
    }
  }
  parts.push(...coverageLines(report.outcomes));
  for (const shortfall of coverageShortfalls(report.outcomes, report.coverage)) {
    parts.push(`${paint.red('FAIL')} coverage: ${shortfall}`);
  }
  if (options.file !== undefined) parts.push('', `report: ${options.file}`);
  parts.push(lastLine(report, paint));
  return `${parts.join('\n')}\n`;
}

function renderOutcome(outcome: RunOutcome, paint: Paint): string {
  const failed = outcome.verdicts.filter((verdict) => verdict.outcome === 'failed' && !verdict.soft);
  const mentioned = outcome.verdicts.filter(
    (verdict) =>
      (verdict.outcome === 'not judged' && !verdict.follows) ||
      (verdict.outcome === 'failed' && verdict.soft),
  );
  const passed = outcome.verdicts.filter((verdict) => verdict.outcome === 'passed').length;
  const beyond = notJudgedHere(outcome);
  const mark = outcome.passed ? paint.green('PASS') : paint.red('FAIL');
  const head = `${mark} ${[outcome.scenario, describeCell(outcome.cell)].join(' ').trimEnd()} (${passed} of ${outcome.verdicts.length} checks${beyond > 0 ? `, ${beyond} not judged on this backend` : ''})${times(outcome)}${place(outcome)}`;
  return [
    head,
    ...failed.map((verdict) => renderVerdict(verdict, outcome, paint.red('x'))),
    ...(outcome.passed ? [] : renderCauses(outcome, paint)),
    ...mentioned.map((verdict) => renderVerdict(verdict, outcome, paint.yellow('!'))),
    ...outcome.record.gaps.map((gap) => `  ${paint.yellow('!')} ${gap}`),
  ].join('\n');
}

/** What went wrong in the run, with the line that the function logged. */
function renderCauses({ record }: RunOutcome, paint: Paint): string[] {
  return failureCauses(record).flatMap((cause) => [
    `  ${paint.red('>')} ${describeCause(cause)}`,
    ...(cause.logLine === undefined ? [] : [`      logged   ${cause.logLine}`]),
  ]);
}

/** Where it ran, when that is more than a name: a stand-in for a published image is told as such. */
function place({ record }: RunOutcome): string {
  return record.backend.product === undefined ? '' : ` on ${record.backend.product}`;
}

/** A run that passed only when tried again is told as such: it is not to be trusted yet. */
function times({ attempts, passed }: RunOutcome): string {
  if (attempts === undefined) return '';
  return passed ? ` (flaky: passed at attempt ${attempts})` : ` (failed ${attempts} times)`;
}

function renderVerdict(verdict: JudgedVerdict, outcome: RunOutcome, mark: string): string {
  const { location } = verdict;
  const place = location ? `  ${location.file}:${location.line}:${location.column}` : '';
  const suffix = verdict.outcome === 'not judged' ? ' (not judged)' : verdict.soft ? ' (soft)' : '';
  const evidence = verdict.evidence ? [`      evidence ${evidencePath(outcome, verdict.evidence)}`] : [];
  return [
    `  ${mark} ${verdict.name}${suffix}${place}`,
    `      expected ${verdict.expected}`,
    `      actual   ${verdict.actual}`,
    ...evidence,
  ].join('\n');
}

function evidencePath(outcome: RunOutcome, file: string): string {
  return relative(process.cwd(), `${outcome.runFolder}/${file}`);
}

function layOut(table: Omit<ReportTable, 'title'>, paint: Paint): string {
  const text = new Table({
    head: table.head,
    colAligns: table.head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  text.push(...table.rows);
  return ['', text.toString(), ...table.notes.map((note) => paint.dim(`  ${note}`))].join('\n');
}

/** A table as a terminal shows it, with its notes. */
export const renderTable = (table: Omit<ReportTable, 'title'>, color: boolean): string =>
  layOut(table, createColors(color));

function lastLine(report: Report, paint: Paint): string {
  const failed = report.outcomes.filter((outcome) => !outcome.passed).length;
  const passed = report.outcomes.length - failed;
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (report.failures.length > 0) parts.push(`${report.failures.length} could not run`);
  const beyond = report.outcomes.reduce((sum, outcome) => sum + notJudgedHere(outcome), 0);
  if (beyond > 0) parts.push(`${beyond} checks not judged on this backend`);
  const short = coverageShortfalls(report.outcomes, report.coverage).length;
  if (short > 0) parts.push('coverage too low');
  if (report.skipped) parts.push(`${report.skipped} left out after the first failure`);
  const text = `\n${parts.join(', ')}`;
  return failed + report.failures.length + short > 0 ? paint.red(text) : paint.green(text);
}
