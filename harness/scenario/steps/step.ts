import type { z } from 'zod';
import type { Verdict } from '../../assertions/assertion.ts';
import type { RunningBackend } from '../../backends/backend.ts';
import type { Clock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import type { AwsClients } from '../../deploy/aws-access.ts';
import type { ExecutionRecord } from '../../record/run-record.ts';
import type { DatasetFile } from '../dataset/dataset-kind.ts';
import type { BucketNames } from '../execution-input.ts';
import type { ProgressListener } from '../progress.ts';

/** What steps work with, and the executions they started so far. */
export interface StepContext {
  clients: AwsClients;
  /** What is started for each state machine of the project, by its name. */
  stateMachineArns: Readonly<Record<string, string>>;
  /** The one that is meant where a step names none. */
  stateMachine: string;
  /** Deployed names of functions, by their names in the project. */
  functionNames: Readonly<Record<string, string>>;
  /** Real names of buckets. */
  buckets: BucketNames;
  /** Where objects go whose step names no bucket, partitions of the dataset and others; real names. */
  defaultBuckets: { object?: string; partition?: string };
  /** Name of the first execution; later ones get a number. */
  runId: string;
  /** When the steps began, milliseconds since the epoch by the service's clock. */
  startedAtMs: number;
  /** The scenario's execution input, which steps may replace fields of. */
  input: JsonObject;
  files: readonly DatasetFile[];
  /** Of the scenario: paths are relative to it. */
  folder: string;
  /** Of the project: files that are put lie in it. */
  root: string;
  timeoutSeconds: number;
  clock: Clock;
  signal: AbortSignal;
  onProgress: ProgressListener;
  onExecutionEnd?: RunningBackend['onExecutionEnd'];
  executions: StartedExecution[];
}

export interface StartedExecution {
  arn: string;
  stateMachine: string;
  input: JsonObject;
  /** Its end was waited for. */
  ended: boolean;
}

/** How an execution ended right after the step that waited for it; judged only where a later step follows. */
export interface StepEnding {
  arn: string;
  expected: ExecutionRecord['status'];
  actual: string;
}

/** What a step leaves for judgement. */
export interface StepResult {
  endings?: StepEnding[];
  /** Paths are relative to the step. */
  verdicts?: Verdict[];
}

/** A kind of step: one field of an entry of `steps`. */
export interface StepKind<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  /** What the reference says of it. */
  description: string;
  carryOut(step: z.output<Schema>, context: StepContext): Promise<StepResult>;
}

/** Fixes the types of a step from its schema. */
export function defineStep<Schema extends z.ZodType>(kind: StepKind<Schema>): StepKind<Schema> {
  return kind;
}

/** The real name of a bucket. */
export const realBucket = ({ buckets }: Pick<StepContext, 'buckets'>, name: string): string =>
  Object.hasOwn(buckets, name) ? buckets[name]! : name;
