import type {
  CreateStateMachineAliasCommandInput,
  DeleteStateMachineAliasCommandInput,
  DescribeStateMachineAliasCommandInput,
  ListStateMachineAliasesCommandInput,
  UpdateStateMachineAliasCommandInput,
} from '@aws-sdk/client-sfn';
import { defineOperation } from '../../../http/operation.ts';
import { aliasArn, checkRouting, findAlias, parseAlias, routingOf } from '../aliases.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import { conflict, resourceNotFound, stateMachineDoesNotExist, validationError } from '../errors.ts';
import { byName, statesCall, statesPage } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import type { MachineAlias } from '../store/machine.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html */
export const createStateMachineAlias = defineOperation<
  StepFunctionsContext,
  CreateStateMachineAliasCommandInput
>({
  name: 'CreateStateMachineAlias',
  /** On the state machine of every version that the alias routes to. */
  permission: ({ routingConfiguration = [] }) => {
    const machines = routingOf(routingConfiguration).map(
      ({ stateMachineVersionArn }) => parseMachineArn(stateMachineVersionArn).machineArn,
    );
    const arns = machines.length === 0 ? ['*'] : [...new Set(machines)];
    return arns.map((arn) => statesCall('CreateStateMachineAlias', arn));
  },
  handle(context, { name, description, routingConfiguration }) {
    const routing = routingOf(routingConfiguration);
    const machine = checkRouting(context, routing);
    const known = machine.aliases.get(name);
    if (known) {
      const same =
        known.description === description && JSON.stringify(known.routing) === JSON.stringify(routing);
      if (!same)
        throw conflict(
          'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
        );
      return { creationDate: seconds(known.createdAtMs), stateMachineAliasArn: aliasArn(machine, known) };
    }
    const createdAtMs = context.env.clock.nowMs();
    const alias: MachineAlias = {
      name,
      routing,
      createdAtMs,
      updatedAtMs: createdAtMs,
      ...(description === undefined ? {} : { description }),
    };
    machine.aliases.set(name, alias);
    context.machines.save(machine);
    return { creationDate: seconds(createdAtMs), stateMachineAliasArn: aliasArn(machine, alias) };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html */
export const updateStateMachineAlias = defineOperation<
  StepFunctionsContext,
  UpdateStateMachineAliasCommandInput
>({
  name: 'UpdateStateMachineAlias',
  permission: ({ stateMachineAliasArn }) => [statesCall('UpdateStateMachineAlias', stateMachineAliasArn)],
  handle(context, { stateMachineAliasArn, description, routingConfiguration }) {
    const { machine, alias } = findAlias(context, stateMachineAliasArn);
    const routing = routingConfiguration && routingOf(routingConfiguration);
    if (routing && checkRouting(context, routing) !== machine)
      throw validationError('Routing configuration must contain versions of the state machine of the alias.');
    if (routing) alias.routing = routing;
    if (description !== undefined) alias.description = description;
    alias.updatedAtMs = context.env.clock.nowMs();
    context.machines.save(machine);
    return { updateDate: seconds(alias.updatedAtMs) };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html */
export const deleteStateMachineAlias = defineOperation<
  StepFunctionsContext,
  DeleteStateMachineAliasCommandInput
>({
  name: 'DeleteStateMachineAlias',
  permission: ({ stateMachineAliasArn }) => [statesCall('DeleteStateMachineAlias', stateMachineAliasArn)],
  handle(context, { stateMachineAliasArn }) {
    const { machine, name } = parseAlias(context, stateMachineAliasArn);
    // Deleting what is not there is no error (recorded case test_delete_no_such_alias_arn).
    if (machine?.aliases.delete(name)) context.machines.save(machine);
    return {};
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html */
export const describeStateMachineAlias = defineOperation<
  StepFunctionsContext,
  DescribeStateMachineAliasCommandInput
>({
  name: 'DescribeStateMachineAlias',
  permission: ({ stateMachineAliasArn }) => [statesCall('DescribeStateMachineAlias', stateMachineAliasArn)],
  handle(context, { stateMachineAliasArn }) {
    const { alias } = findAlias(context, stateMachineAliasArn);
    return {
      stateMachineAliasArn,
      name: alias.name,
      description: alias.description,
      routingConfiguration: alias.routing,
      creationDate: seconds(alias.createdAtMs),
      updateDate: seconds(alias.updatedAtMs),
    };
  },
});

/** Of a machine, or those that route to one version. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html */
export const listStateMachineAliases = defineOperation<
  StepFunctionsContext,
  ListStateMachineAliasesCommandInput
>({
  name: 'ListStateMachineAliases',
  permission: ({ stateMachineArn }) => [statesCall('ListStateMachineAliases', stateMachineArn)],
  handle(context, input) {
    const { stateMachineArn } = input;
    const { machineArn, qualifier } = parseMachineArn(stateMachineArn);
    const machine = context.machines.find(machineArn);
    if (!machine) throw stateMachineDoesNotExist(stateMachineArn);
    if (qualifier !== undefined && !(isVersion(qualifier) && machine.versions.has(Number(qualifier))))
      throw resourceNotFound();
    const aliases = [...machine.aliases.values()].filter(
      (alias) =>
        qualifier === undefined ||
        alias.routing.some((entry) => entry.stateMachineVersionArn === stateMachineArn),
    );
    const page = statesPage(byName(aliases), input, {
      list: `ListStateMachineAliases ${stateMachineArn}`,
      keyOf: ({ name }) => name,
    });
    return {
      stateMachineAliases: page.entries.map((alias) => ({
        stateMachineAliasArn: aliasArn(machine, alias),
        creationDate: seconds(alias.createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});
