/** Aliases: their routing, as AWS checks it, and how they are found. */
import { isVersion, parseMachineArn } from './arn.ts';
import type { StepFunctionsContext } from './context.ts';
import { invalidArn, resourceNotFound, validationError } from './errors.ts';
import type { Members } from './members.ts';
import type { MachineAlias, RoutingEntry, StateMachine } from './store/machine.ts';

/** `routingConfiguration`, 1 or 2 entries with weights that sum up to 100; undefined when absent. */
export function readRouting(members: Members): RoutingEntry[] | undefined {
  const routing = members.optionalObjects('routingConfiguration')?.map((entry) => ({
    stateMachineVersionArn: entry.text('stateMachineVersionArn', { min: 1, max: 2000 }),
    weight: entry.optionalNumber('weight', { min: 0, max: 100 }) ?? 0,
  }));
  if (routing && routing.length > 2) {
    const items = routing.map(
      ({ stateMachineVersionArn, weight }) =>
        `RoutingConfigurationListItem(stateMachineVersionArn=${stateMachineVersionArn}, weight=${weight})`,
    );
    members.fault(
      `'[${items.join(', ')}]'`,
      'routingConfiguration',
      'Member must have length less than or equal to 2',
    );
  }
  if (routing?.length === 0)
    members.fault("'[]'", 'routingConfiguration', 'Member must have length greater than or equal to 1');
  return routing;
}

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
  const { machineArn, qualifier } = parseMachineArn(aliasArn);
  if (qualifier === undefined || isVersion(qualifier))
    throw invalidArn(`Not a state machine alias ARN: ${aliasArn}`);
  const machine = context.machines.find(machineArn);
  const alias = machine?.aliases.get(qualifier);
  if (!machine || !alias) throw resourceNotFound();
  return { machine, alias };
}

export const aliasArn = (machine: StateMachine, alias: MachineAlias): string =>
  `${machine.arn}:${alias.name}`;
