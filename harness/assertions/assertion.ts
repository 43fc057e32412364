import type { z } from 'zod';
import type { Evidence } from '../metrics/evidence.ts';
import type { Capability } from '../record/capability.ts';

/** What became of one expectation. `not judged`: there is no evidence for it; never counted as passed. */
export interface Verdict {
  /** What was judged, in a few words. */
  name: string;
  outcome: 'passed' | 'failed' | 'not judged';
  expected: string;
  actual: string;
  /** Field of the scenario that asked for it, as a path; empty for what is always judged. */
  path: (string | number)[];
  /** File in the run's folder where the evidence lies. */
  evidence?: string;
  /** A failed soft expectation is reported but does not fail the run. */
  soft?: boolean;
  /** Not judged because another verdict failed already, which says why. */
  follows?: boolean;
  /** What this verdict needs of the backend beside what its assertion does. */
  needs?: readonly Capability[];
  /** Not judged on this backend, for it lacks these. */
  lacks?: readonly Capability[];
  /** Of a comparison: both sides of it, to be drawn. */
  against?: ReferenceComparison;
}

/** A metric of a run beside what it was compared with. */
export interface ReferenceComparison {
  reference: 'baseline' | 'published';
  /** Metric expression. */
  metric: string;
  unit: string;
  /** Of the run, one per repeat, in `unit`. */
  values: number[];
  referenceValues: number[];
  /** Median of the run over median of the reference, with its 95 % interval. */
  ratio: { median: number; low: number; high: number };
  /** Ratios that are borne; open where nothing was said. */
  borne: { low?: number; high?: number };
}

/** A kind of expectation: what may be written under `expect.<name>`, and how it is judged. */
export interface Assertion<Schema extends z.ZodType = z.ZodType> {
  /** The field under `expect`. */
  name: string;
  schema: Schema;
  /** What it needs of the backend; where that is lacking it is not judged. */
  needs?: readonly Capability[];
  /** Paths of the verdicts start at `expect.<name>`; the registry adds that part. */
  evaluate(expected: z.output<Schema>, evidence: Evidence): Verdict[];
}

/** Fixes the types of an assertion from its schema. */
export function defineAssertion<Schema extends z.ZodType>(assertion: Assertion<Schema>): Assertion<Schema> {
  return assertion;
}

/** A judgement that always runs, whatever the scenario says. */
export interface Invariant {
  name: string;
  needs?: readonly Capability[];
  evaluate(evidence: Evidence): Verdict[];
}

/** File in the run's folder of a list of `RunRecord.evidence`. */
export const evidenceFile = (name: string): string => `${name}.json`;

/** Where things lie in the run's folder. */
export const evidenceFiles = {
  record: 'record.json',
  history: 'history.json',
  items: 'items.json',
  objects: 'objects.json',
  invocations: 'invocations.json',
  logs: 'logs.txt',
} as const;
