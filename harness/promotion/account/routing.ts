/** The alias that users start executions of: where it leads, and leading it elsewhere. */
import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DescribeStateMachineAliasCommand,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import type { AwsClients } from '../../deploy/aws-access.ts';
import type { StateMachineBlueprint } from '../release/blueprint.ts';

/** Traffic in percent by version ARN. */
export type Routing = Record<string, number>;

type Aliased = Pick<StateMachineBlueprint, 'arn' | 'alias'>;

export const aliasArn = ({ arn, alias }: Aliased): string => `${arn}:${alias}`;

/** Null when there is no such alias. */
export async function readRouting({ stepfunctions }: AwsClients, arn: string): Promise<Routing | null> {
  const describe = stepfunctions.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: arn }));
  const found = await describe.catch((error: Error) => {
    if (error.name !== 'ResourceNotFound' && error.name !== 'StateMachineDoesNotExist') throw error;
    return undefined;
  });
  if (!found) return null;
  return Object.fromEntries(
    (found.routingConfiguration ?? []).flatMap(({ stateMachineVersionArn, weight }) =>
      stateMachineVersionArn === undefined ? [] : [[stateMachineVersionArn, weight ?? 0]],
    ),
  );
}

/** Leads the alias to these versions; makes it when there is none. */
export async function route(
  { stepfunctions }: AwsClients,
  machine: Aliased,
  release: string,
  present: Routing | null,
  wanted: Routing,
): Promise<void> {
  const routingConfiguration = Object.entries(wanted).map(([stateMachineVersionArn, weight]) => ({
    stateMachineVersionArn,
    weight,
  }));
  const description = `cosmicai ${release}`;
  if (present === null) {
    const create = { name: machine.alias, description, routingConfiguration };
    await stepfunctions.send(new CreateStateMachineAliasCommand(create));
    return;
  }
  await stepfunctions.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: aliasArn(machine),
      description,
      routingConfiguration,
    }),
  );
}

export async function removeAlias({ stepfunctions }: AwsClients, arn: string): Promise<void> {
  await stepfunctions.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: arn }));
}
