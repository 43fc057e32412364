/** The formats a report can be written in, as options shared by `run` and `report`. */
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { pricesOf } from '../metrics/cost/price-table.ts';
import type { CostOptions } from '../reports/cost-table.ts';
import type { Report } from '../reports/report.ts';
import { dataSizeBytes } from './options.ts';

export interface ReportOptions {
  json?: string;
  html?: string;
  junit?: string;
  markdown?: string;
}

/** How a report estimates costs, as options. */
export interface CostOptionsGiven {
  region?: string;
  architecture?: 'x86_64' | 'arm64';
  freeTier?: boolean;
  extrapolate?: { sizeBytes: number; text: string };
}

/** Options of `run` and `report` about costs. */
export function addCostOptions(command: Command): Command {
  return command
    .optionsGroup('Costs:')
    .option('--extrapolate <size>', 'also estimate the cost of this much data, such as "12.6 GB"', dataSize)
    .option('--region <region>', 'use the prices of this region')
    .addOption(
      new Option('--architecture <name>', 'use the prices of functions on this architecture').choices([
        'x86_64',
        'arm64',
      ]),
    )
    .option('--free-tier', 'subtract the free tier of a month');
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

const dataSize = (text: string): { sizeBytes: number; text: string } => ({
  sizeBytes: dataSizeBytes(text),
  text,
});

export function addReportOptions(command: Command): Command {
  return command
    .optionsGroup('Reports:')
    .option('--html <out>', 'write the report as one HTML file that opens offline')
    .option('--junit <out>', 'write verdicts as JUnit XML')
    .option('--markdown <out>', 'write the report as Markdown')
    .option('--json <out>', 'write verdicts and metrics as JSON; "-" is standard output');
}

type Format = keyof ReportOptions;
type Render = (report: Report) => string;

/** Each format's renderer, loaded only where it is asked for. */
const FORMATS: Readonly<Record<Format, () => Promise<Render>>> = {
  json: async () => (await import('../reports/json.ts')).renderJson,
  junit: async () => (await import('../reports/junit.ts')).renderJunit,
  markdown: async () => (await import('../reports/markdown.ts')).renderMarkdown,
  html: async () => (await import('../reports/html/index.ts')).renderHtml,
};

/** The file name that means standard output. */
const STANDARD_OUTPUT = '-';

function requested(options: ReportOptions): [format: Format, file: string][] {
  return Object.keys(FORMATS).flatMap((name) => {
    const file = options[name as Format];
    return file === undefined ? [] : [[name as Format, file] as [Format, string]];
  });
}

/** Where people's texts go: standard error where a format takes standard output. */
export function textOutput(options: ReportOptions): NodeJS.WriteStream {
  return requested(options).some(([, file]) => file === STANDARD_OUTPUT) ? process.stderr : process.stdout;
}

/**
 * Checks, before anything runs, that every requested file can be written. Names all that cannot.
 * @throws HarnessError `report-not-writable` (exit code 2)
 */
export function checkReportFiles(options: ReportOptions, ...others: (string | undefined)[]): void {
  const formats = requested(options);
  const files = [...formats.map(([, file]) => file), ...others].filter((file) => file !== undefined);
  const mistakes = files.flatMap((file) => (file === STANDARD_OUTPUT ? [] : (whyNotWritable(file) ?? [])));
  if (formats.filter(([, file]) => file === STANDARD_OUTPUT).length > 1)
    mistakes.push('Only one format can go to standard output ("-").');
  if (mistakes.length === 0) return;
  throw new HarnessError('report-not-writable', mistakes.join('\n'), {
    exitCode: ExitCode.inputWrong,
    remedy: 'Name a file in a folder that exists and may be written.',
  });
}

function whyNotWritable(file: string): string | undefined {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return `${file} is a folder, not a file.`;
    accessSync(dirname(file), constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? `${file} cannot be written: the folder ${dirname(file)} does not exist.`
      : `${file} cannot be written: ${code}.`;
  }
}

/** Writes every format asked for; a file that cannot be written is named. */
export async function writeReports(report: Report, options: ReportOptions): Promise<void> {
  for (const [format, file] of requested(options)) {
    const render = await FORMATS[format]();
    if (file === STANDARD_OUTPUT) process.stdout.write(render(report));
    else writeReport(file, () => writeFileSync(file, render(report)));
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
