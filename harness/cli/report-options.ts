/** The formats a report can be written in, as options shared by `run` and `report`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { pricesOf } from '../metrics/cost/price-table.ts';
import { parseQuantity } from '../metrics/quantity.ts';
import type { CostOptions } from '../reports/cost-table.ts';
import type { Report } from '../reports/report.ts';

export interface ReportOptions {
  json?: string;
  html?: string;
  junit?: string;
  markdown?: string;
}

/** How the costs of a report are told, as options. */
export interface CostOptionsGiven {
  region?: string;
  architecture?: 'x86_64' | 'arm64';
  freeTier?: boolean;
  extrapolate?: { sizeBytes: number; text: string };
}

/** Options of `run` and `report` about costs. */
export function addCostOptions(command: Command): Command {
  return command
    .option('--extrapolate <size>', 'tell the cost of this much data too, such as "12.6 GB"', dataSize)
    .option('--region <region>', 'tell costs at the prices of this region')
    .addOption(
      new Option('--architecture <name>', 'tell costs of functions on this architecture').choices([
        'x86_64',
        'arm64',
      ]),
    )
    .option('--free-tier', 'take off what AWS gives every account in a month');
}

/** What was given, or nothing; a region without prices is refused before anything runs. */
export function costOptionsOf(given: CostOptionsGiven): CostOptions | undefined {
  const { region, architecture, freeTier, extrapolate } = given;
  if (region === undefined && architecture === undefined && !freeTier && !extrapolate) return undefined;
  pricesOf(region);
  return {
    ...(region === undefined ? {} : { region }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(freeTier ? { freeTier } : {}),
    ...(extrapolate ? { extrapolate } : {}),
  };
}

function dataSize(text: string): { sizeBytes: number; text: string } {
  const quantity = parseQuantity(text);
  if (quantity?.dimension === 'bytes' && quantity.value > 0) return { sizeBytes: quantity.value, text };
  throw new InvalidArgumentError('Write a size with its unit, such as "12.6 GB" or "1 TB".');
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
    writeReport(json, () => writeJson(json, report));
  }
  if (junit !== undefined) {
    const { writeJunit } = await import('../reports/junit.ts');
    writeReport(junit, () => writeJunit(junit, report));
  }
  if (markdown !== undefined) {
    const { writeMarkdown } = await import('../reports/markdown.ts');
    writeReport(markdown, () => writeMarkdown(markdown, report));
  }
  if (html !== undefined) {
    const { writeHtml } = await import('../reports/html/index.ts');
    writeReport(html, () => writeHtml(html, report));
  }
}

/** Does `work`; a file that cannot be written is named. @throws HarnessError `report-not-written` */
export function writeReport(file: string, work: () => void): void {
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
