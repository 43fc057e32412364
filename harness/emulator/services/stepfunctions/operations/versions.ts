import type {
  DeleteStateMachineVersionCommandInput,
  ListStateMachineVersionsCommandInput,
  PublishStateMachineVersionCommandInput,
} from '@aws-sdk/client-sfn';
import { defineOperation } from '../../../http/operation.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import { conflict, invalidArn } from '../errors.ts';
import { statesCall, statesPage } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import { aliasesOf, publishVersion, versionArn } from '../versions.ts';

/** AWS's name for the revision that a machine was created with. */
const INITIAL = 'INITIAL';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html */
export const publishStateMachineVersion = defineOperation<
  StepFunctionsContext,
  PublishStateMachineVersionCommandInput
>({
  name: 'PublishStateMachineVersion',
  permission: ({ stateMachineArn }) => [statesCall('PublishStateMachineVersion', stateMachineArn)],
  handle(context, { stateMachineArn, revisionId, description }) {
    const machine = context.machines.get(stateMachineArn);
    const current = machine.current.revisionId ?? INITIAL;
    if (revisionId !== undefined && revisionId !== current)
      throw conflict(
        `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
      );
    const version = publishVersion(context, machine, description);
    context.machines.save(machine);
    return {
      creationDate: seconds(version.createdAtMs),
      stateMachineVersionArn: versionArn(machine, version),
    };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html */
export const deleteStateMachineVersion = defineOperation<
  StepFunctionsContext,
  DeleteStateMachineVersionCommandInput
>({
  name: 'DeleteStateMachineVersion',
  permission: ({ stateMachineVersionArn }) => [
    statesCall('DeleteStateMachineVersion', stateMachineVersionArn),
  ],
  handle(context, { stateMachineVersionArn }) {
    const { machineArn, qualifier } = parseMachineArn(stateMachineVersionArn);
    if (qualifier === undefined || !isVersion(qualifier))
      throw invalidArn(`Not a state machine version ARN: ${stateMachineVersionArn}`);
    const machine = context.machines.find(machineArn);
    if (!machine) return {};
    const aliases = aliasesOf(machine, stateMachineVersionArn);
    if (aliases.length > 0)
      throw conflict(
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${aliases.join(', ')}]`,
      );
    if (machine.versions.delete(Number(qualifier))) context.machines.save(machine);
    return {};
  },
});

/** Newest first. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html */
export const listStateMachineVersions = defineOperation<
  StepFunctionsContext,
  ListStateMachineVersionsCommandInput
>({
  name: 'ListStateMachineVersions',
  permission: ({ stateMachineArn }) => [statesCall('ListStateMachineVersions', stateMachineArn)],
  handle(context, input) {
    const { stateMachineArn } = input;
    const machine = context.machines.get(stateMachineArn);
    const versions = [...machine.versions.values()].sort((a, b) => b.number - a.number);
    const page = statesPage(versions, input, {
      list: `ListStateMachineVersions ${stateMachineArn}`,
      keyOf: (version) => String(version.number),
      isAfter: (version, key) => version.number < Number(key),
    });
    return {
      stateMachineVersions: page.entries.map((version) => ({
        stateMachineVersionArn: versionArn(machine, version),
        creationDate: seconds(version.createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});
