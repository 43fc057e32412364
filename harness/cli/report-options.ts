/** The formats a report can be written in, as options shared by `run` and `report`. */
import type { Command } from 'commander';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { Report } from '../reports/report.ts';

export interface ReportOptions {
  json?: string;
  html?: string;
  junit?: string;
  markdown?: string;
}

export function addReportOptions(command: Command): Command {
  return command
    .option('--html <out>', 'write the report as one HTML file that opens offline')
    .option('--junit <out>', 'write verdicts as JUnit XML')
    .option('--markdown <out>', 'write the report as Markdown')
    .option('--json <out>', 'write verdicts and metrics as JSON');
}

/** Writes every format asked for; a file that cannot be written is named. */
export async function writeReports(report: Report, options: ReportOptions): Promise<void> {
  const { html, junit, markdown, json } = options;
  if (json !== undefined) {
    const { writeJson } = await import('../reports/json.ts');
    write(json, () => writeJson(json, report));
  }
  if (junit !== undefined) {
    const { writeJunit } = await import('../reports/junit.ts');
    write(junit, () => writeJunit(junit, report));
  }
  if (markdown !== undefined) {
    const { writeMarkdown } = await import('../reports/markdown.ts');
    write(markdown, () => writeMarkdown(markdown, report));
  }
  if (html !== undefined) {
    const { writeHtml } = await import('../reports/html/index.ts');
    write(html, () => writeHtml(html, report));
  }
}

function write(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new HarnessError('report-not-written', `The report ${file} cannot be written: ${code}.`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Name a file in a folder that exists and may be written.',
      location: { file },
      cause: error,
    });
  }
}
