/** What packs add to reports: columns, tables, plots and sections of their own. */

import type { Json, JsonObject } from '../core/json.ts';
import { PackParts } from '../core/pack-parts.ts';
import type { ChildRecord, RunRecord } from '../record/run-record.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import type { Content, Markup } from './html/markup.ts';
import type { ReportTable } from './table.ts';

/** A column of the table of runs; one with the head of another takes its place. */
export interface PackColumn {
  head: string;
  value(record: RunRecord): string;
  /** Head of the column that it stands before; last when left out. */
  before?: string;
}

/** What one child of a Map left, as the timeline draws it. */
export interface ChildResult {
  value: Json;
  /** What it worked on. */
  item: string;
  /** Of the invocation that made it. */
  requestId?: string;
  /** What the function did with its time, in order. */
  phases: { kind: 'S3' | 'compute'; durationMs: number }[];
}

export interface PackSections {
  columns: readonly PackColumn[];
  /** Below the table of runs. */
  columnsNote?: string;
  tables: readonly {
    /** The terminal shows it too, not only Markdown. */
    onTerminal: boolean;
    make(outcomes: readonly RunOutcome[]): ReportTable | undefined;
  }[];
  /** Beside what the cost table of another data size says. */
  extrapolation: { heads: readonly string[]; cells(record: RunRecord): string[]; note: string };
  html: {
    /** Above the table of runs. */
    summary(outcomes: readonly RunOutcome[]): Content;
    /** At the end of the comparison. */
    comparison(outcomes: readonly RunOutcome[]): Content;
    /** In the section of each run. */
    run: readonly { id: string; title: string; render(record: RunRecord): Markup }[];
  };
  /** Metrics whose distributions are drawn, and their titles. */
  distributions: readonly (readonly [metric: string, title: string])[];
  /** Metric expressions that are told of repeated runs. */
  repeated: readonly string[];
  /** Figures of the JSON report: metric expressions by name. */
  figures: Readonly<Record<string, string>>;
  /** Member `published` of the JSON report. */
  published?: JsonObject;
  /** Where the evidence of several backends differs: a value per record. */
  differences(records: readonly (RunRecord | undefined)[]): { what: string; values: string[] }[];
  /** Results of children, by the child or by the request id of its invocation. */
  childResults(record: RunRecord): {
    of(child: ChildRecord): ChildResult | undefined;
    ofRequest(requestId: string): ChildResult | undefined;
  };
}

export const packSections = new PackParts<PackSections>();

/** Sections of all packs that the runs belong to. */
export const sectionsOf = (outcomes: readonly Pick<RunOutcome, 'record'>[]): PackSections[] =>
  packSections.ofAll(outcomes.map(({ record }) => record.pack));
