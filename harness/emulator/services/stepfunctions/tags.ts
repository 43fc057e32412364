/** Tags of machines and activities. */
import { parseArn } from './arn.ts';
import type { StepFunctionsContext } from './context.ts';
import { taggedResourceNotFound } from './errors.ts';
import type { Members } from './members.ts';
import type { StateMachine } from './store/machine.ts';

export interface Tag {
  key: string;
  value: string;
}

export function readTags(members: Members): Tag[] | undefined {
  return members.optionalObjects('tags')?.map((tag) => ({
    key: tag.text('key', { min: 0, max: 128 }),
    value: tag.optionalText('value', { max: 256 }) ?? '',
  }));
}

/** What carries the tags of `resourceArn`, with a way to keep a change. */
export function tagged(
  context: StepFunctionsContext,
  resourceArn: string,
): { tags: Map<string, string>; save(): void } {
  const { resourceType } = parseArn(resourceArn);
  const activity = resourceType === 'activity' ? context.activities.find(resourceArn) : undefined;
  if (activity) return { tags: activity.tags, save: () => {} };
  const machine: StateMachine | undefined =
    resourceType === 'stateMachine' ? context.machines.find(resourceArn) : undefined;
  if (!machine) throw taggedResourceNotFound(resourceArn);
  return { tags: machine.tags, save: () => context.machines.save(machine) };
}
