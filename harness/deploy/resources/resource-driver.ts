import type { Clock } from '../../core/clock.ts';
import type { AwsClients } from '../aws-access.ts';
import type { Resource } from '../resource.ts';

export interface DeployContext {
  clients: AwsClients;
  clock: Clock;
  /** Put on everything that takes tags. */
  tags: Record<string, string>;
  /** Value of the owner tag. */
  prefix: string;
  /** Version ARNs of the layers published so far, by deployed name. */
  layerArns: Map<string, string>;
  /** When removing: what is named in the plan and carries no tag is ours. */
  adoptUntagged?: boolean;
}

export type Change = 'created' | 'updated' | 'unchanged';

/** How one kind of resource comes to be as planned, and ceases. Both may be repeated without harm. */
export interface ResourceDriver<Planned extends Resource> {
  apply(context: DeployContext, resource: Planned): Promise<Change>;
  /** False when there was nothing of ours to remove. */
  remove(context: DeployContext, resource: Planned): Promise<boolean>;
}

const NOT_FOUND = new Set([
  'ResourceNotFoundException',
  'NoSuchEntityException',
  'NoSuchEntity',
  'NotFound',
  'NoSuchBucket',
  'NoSuchKey',
  'StateMachineDoesNotExist',
  'ActivityDoesNotExist',
]);

/** The answer, or undefined when the service says that there is no such thing. */
export async function unlessNotFound<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && NOT_FOUND.has(error.name)) return undefined;
    throw error;
  }
}

export const sleep = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });

/** `work` until it succeeds, as long as `passing` says its failure will pass: AWS is consistent only eventually. */
export async function untilSettled<Answer>(
  clock: Clock,
  passing: (error: Error) => boolean,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const delaysMs = [500, 1000, 2000, 4000, 5000, 5000, 5000, 5000, 5000, 5000];
  for (const delayMs of delaysMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || !passing(error)) throw error;
      await sleep(clock, delayMs);
    }
  }
  return work();
}
