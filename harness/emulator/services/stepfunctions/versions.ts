/** Publishing versions: one number per revision, never given twice. */
import type { StepFunctionsContext } from './context.ts';
import type { MachineVersion, StateMachine } from './store/machine.ts';

/**
 * The version of the machine's current revision, published now unless it is already. With `anew`, a description that the
 * published version does not have makes another one, as UpdateStateMachine does.
 */
export function publishVersion(
  context: StepFunctionsContext,
  machine: StateMachine,
  description: string | undefined,
  anew = false,
): MachineVersion {
  const published = [...machine.versions.values()].filter(({ revision }) => revision === machine.current);
  const known = anew
    ? published.find((version) => description === undefined || version.description === description)
    : published[0];
  if (known) return known;
  const version: MachineVersion = {
    number: machine.nextVersion++,
    revision: machine.current,
    ...(description === undefined ? {} : { description }),
    createdAtMs: context.env.clock.nowMs(),
  };
  machine.versions.set(version.number, version);
  return version;
}

export const versionArn = (machine: StateMachine, version: MachineVersion): string =>
  `${machine.arn}:${version.number}`;

/** Names of the aliases that route to a version. */
export function aliasesOf(machine: StateMachine, arn: string): string[] {
  return [...machine.aliases.values()]
    .filter((alias) => alias.routing.some((entry) => entry.stateMachineVersionArn === arn))
    .map((alias) => alias.name);
}
