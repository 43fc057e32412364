/** Tags of machines and activities. */
import type { Tag } from '@aws-sdk/client-sfn';
import { parseArn } from './arn.ts';
import type { StepFunctionsContext } from './context.ts';
import { taggedResourceNotFound } from './errors.ts';
import type { StateMachine } from './store/machine.ts';

/** The tags of a request by their keys. */
export const tagMap = (tags: readonly Tag[] = []): Map<string, string> =>
  new Map(tags.map(({ key = '', value = '' }) => [key, value]));

/** What carries the tags of `resourceArn`, with a way to keep a change. */
export function tagged(
  context: StepFunctionsContext,
  resourceArn: string,
): { tags: Map<string, string>; save(): void } {
  const { resourceType } = parseArn(resourceArn);
  const activity = resourceType === 'activity' ? context.activities.find(resourceArn) : undefined;
  if (activity) return { tags: activity.tags, save: () => context.activities.save(activity) };
  const machine: StateMachine | undefined =
    resourceType === 'stateMachine' ? context.machines.find(resourceArn) : undefined;
  if (!machine) throw taggedResourceNotFound(resourceArn);
  return { tags: machine.tags, save: () => context.machines.save(machine) };
}
