/**
 * What TestState sees of a state at work: the value after each stage of the data flow, under the names of
 * InspectionData, and the mocks that stand in for the work itself.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { JsonText } from './data/json-text.ts';

export type InspectionStage =
  | 'input'
  | 'afterArguments'
  | 'afterInputPath'
  | 'afterParameters'
  | 'result'
  | 'afterResultSelector'
  | 'afterResultPath'
  | 'afterItemsPath'
  | 'afterItemSelector'
  | 'afterItemBatcher'
  | 'maxConcurrency'
  | 'toleratedFailureCount'
  | 'toleratedFailurePercentage';

export interface Inspection {
  readonly stages: Map<InspectionStage, Json>;
  /** Stands in for the result of a Task, of all branches or of all iterations. */
  mockResult?: JsonText;
  /** Stands in for the failure of a Task, branch or iteration. */
  mockError?: { error?: string; cause?: string };
  /** Retries already made, by the retrier that matches first (stateConfiguration.retrierRetryCount). */
  retrierRetryCount?: number;
  /** Items as an ItemReader would have read them. */
  itemReaderData?: Json;
  /** How many of the mocked iterations count as failed. */
  iterationFailureCount?: number;
  /** Which Retrier or Catcher the failure met, and what came of it. */
  retryIndex?: number;
  retryBackoffSeconds?: number;
  catchIndex?: number;
  /** What the Catcher caught. */
  caught?: { error?: string; cause?: string };
  /** The state that would be next; absent when the machine would end. */
  nextState?: string;
  variables?: JsonObject;
}

/** Notes the value of a stage, if anybody is looking. */
export function inspect(
  holder: { readonly execution: { readonly init: { readonly inspection?: Inspection } } },
  stage: InspectionStage,
  value: Json,
): void {
  holder.execution.init.inspection?.stages.set(stage, value);
}
