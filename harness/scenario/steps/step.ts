import type { z } from 'zod';
import type { RunningBackend } from '../../backends/backend.ts';
import type { Clock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import type { AwsClients } from '../../deploy/aws-access.ts';
import type { ExecutionRecord } from '../../record/run-record.ts';
import type { PartitionFile } from '../dataset.ts';
import type { ProgressListener } from '../progress.ts';

/** What steps work with, and the executions they started so far. */
export interface StepContext {
  clients: AwsClients;
  stateMachineArn: string;
  /** Name of the first execution; later ones get a number. */
  runId: string;
  /** The scenario's execution input, which steps may replace fields of. */
  input: JsonObject;
  files: readonly PartitionFile[];
  /** Of the scenario: files it puts lie in it. */
  folder: string;
  timeoutSeconds: number;
  clock: Clock;
  signal: AbortSignal;
  onProgress: ProgressListener;
  onExecutionEnd?: RunningBackend['onExecutionEnd'];
  executions: StartedExecution[];
}

export interface StartedExecution {
  arn: string;
  input: JsonObject;
}

/** How an execution ended right after the step that waited for it; judged only where a later step follows. */
export interface StepEnding {
  arn: string;
  expected: ExecutionRecord['status'];
  actual: string;
}

/** A kind of step: one field of an entry of `steps`. */
export interface StepKind<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  /** Carries it out; answers the executions that ended in it. */
  carryOut(step: z.output<Schema>, context: StepContext): Promise<StepEnding[]>;
}

/** Fixes the types of a step from its schema. */
export function defineStep<Schema extends z.ZodType>(kind: StepKind<Schema>): StepKind<Schema> {
  return kind;
}
