/**
 * What GitHub Actions shows: an annotation at the line of each failed expectation, and the Markdown report as the
 * step's summary. Source: GitHub's "Workflow commands for GitHub Actions".
 */
import { appendFileSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { describeCell } from '../scenario/matrix.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './report.ts';

/** Largest summary of a step, bytes, whatever else the step wrote there; a larger one is not shown at all. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** Workflow commands, one line each; empty when nothing failed. */
export function renderAnnotations({ outcomes, failures }: Report): string {
  const lines: string[] = [];
  for (const outcome of outcomes) {
    const run = `${outcome.scenario} ${describeCell(outcome.cell)}`.trim();
    for (const verdict of outcome.verdicts) {
      if (verdict.outcome !== 'failed') continue;
      const { location } = verdict;
      lines.push(
        command(
          verdict.soft ? 'warning' : 'error',
          `${run}: expected ${verdict.expected}, actual ${verdict.actual}`,
          {
            title: verdict.name,
            ...(location
              ? { file: inRepository(location.file), line: location.line, col: location.column }
              : { file: inRepository(outcome.file) }),
          },
        ),
      );
    }
  }
  for (const { scenario, file, label, message } of failures) {
    lines.push(
      command('error', message, { title: `${scenario} ${label} could not run`, file: inRepository(file) }),
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Appends to the file Actions names in `GITHUB_STEP_SUMMARY`; a report too long for it is cut with a sentence. */
export function writeStepSummary(file: string, report: Report): void {
  const text = Buffer.from(renderMarkdown(report));
  const leftBytes = MAX_SUMMARY_BYTES - (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  if (text.length <= leftBytes) {
    appendFileSync(file, text);
    return;
  }
  const note = '\n\n_The report is longer than a step summary may be._\n';
  const room = text.subarray(0, Math.max(0, leftBytes - note.length));
  appendFileSync(file, room.subarray(0, Math.max(0, room.lastIndexOf(10))));
  if (leftBytes >= note.length) appendFileSync(file, note);
}

/** Files are named from the root of the repository, which is where a step runs. */
function inRepository(file: string): string {
  if (!isAbsolute(file)) return file;
  const within = relative(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), file);
  return within.startsWith('..') ? file : within;
}

function command(
  level: 'error' | 'warning',
  message: string,
  properties: Record<string, string | number>,
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${level} ${list.join(',')}::${escapeData(message)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
