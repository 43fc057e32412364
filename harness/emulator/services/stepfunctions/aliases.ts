/** Aliases: their routing, as AWS checks it, and how they are found. */
import type { RoutingConfigurationListItem } from '@aws-sdk/client-sfn';
import { isVersion, parseMachineArn } from './arn.ts';
import type { StepFunctionsContext } from './context.ts';
import { invalidArn, resourceNotFound, validationError } from './errors.ts';
import type { MachineAlias, RoutingEntry, StateMachine } from './store/machine.ts';

/** The entries of a `routingConfiguration`. */
export const routingOf = (given: readonly RoutingConfigurationListItem[]): RoutingEntry[] =>
  given.map(({ stateMachineVersionArn = '', weight = 0 }) => ({ stateMachineVersionArn, weight }));

/** The machine whose versions a routing names; throws ValidationException or ResourceNotFound. */
export function checkRouting(context: StepFunctionsContext, routing: readonly RoutingEntry[]): StateMachine {
  const arns = routing.map((entry) => entry.stateMachineVersionArn);
  const received = `Received: [${arns.join(', ')}]`;
  const parsed = arns.map(parseMachineArn);
  if (!parsed.every(({ qualifier }) => qualifier !== undefined && isVersion(qualifier)))
    throw validationError(`Routing configuration must contain state machine version ARNs. ${received}`);
  if (new Set(arns).size < arns.length)
    throw validationError(
      `Routing configuration must contain distinct state machine version ARNs. ${received}`,
    );
  if (new Set(parsed.map(({ machineArn }) => machineArn)).size > 1)
    throw validationError(
      `Routing configuration must contain versions of the same state machine. ${received}`,
    );
  const weights = routing.map((entry) => entry.weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100)
    throw validationError(
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  const machine = context.machines.find(parsed[0]!.machineArn);
  if (!machine || !parsed.every(({ qualifier }) => machine.versions.has(Number(qualifier))))
    throw resourceNotFound();
  return machine;
}

/** The alias of an ARN and its machine; throws InvalidArn or ResourceNotFound. */
export function findAlias(
  context: StepFunctionsContext,
  aliasArn: string,
): { machine: StateMachine; alias: MachineAlias } {
  const { machine, name } = parseAlias(context, aliasArn);
  const alias = machine?.aliases.get(name);
  if (!machine || !alias) throw resourceNotFound();
  return { machine, alias };
}

/** The name in an alias's ARN, and its machine where there is one; throws InvalidArn. */
export function parseAlias(
  context: StepFunctionsContext,
  aliasArn: string,
): { machine: StateMachine | undefined; name: string } {
  const { machineArn, qualifier } = parseMachineArn(aliasArn);
  if (qualifier === undefined || isVersion(qualifier))
    throw invalidArn(`Not a state machine alias ARN: ${aliasArn}`);
  return { machine: context.machines.find(machineArn), name: qualifier };
}

export const aliasArn = (machine: StateMachine, alias: MachineAlias): string =>
  `${machine.arn}:${alias.name}`;
