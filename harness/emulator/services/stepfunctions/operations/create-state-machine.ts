import { AwsError } from '../../../../core/errors.ts';
import {
  AWS_OWNED_KEY,
  checkLogging,
  compiled,
  LOGGING_OFF,
  readEncryption,
  readLogging,
  readType,
} from '../definitions.ts';
import { stateMachineDeleting, validationError } from '../errors.ts';
import { checkName } from '../names.ts';
import { statesOperation } from '../operation.ts';
import { checkRole } from '../own-calls.ts';
import { seconds } from '../render/seconds.ts';
import type { LoggingConfiguration, StateMachine } from '../store/machine.ts';
import { readTags } from '../tags.ts';
import { publishVersion, versionArn } from '../versions.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export const createStateMachine = statesOperation({
  name: 'CreateStateMachine',
  read: (members) => ({
    name: members.text('name', { min: 1 }),
    definition: members.text('definition', { min: 1 }),
    roleArn: members.text('roleArn', { min: 1, max: 256 }),
    type: readType(members),
    logging: readLogging(members) ?? LOGGING_OFF,
    tracingEnabled: members.optionalObject('tracingConfiguration')?.optionalBoolean('enabled') ?? false,
    encryption: readEncryption(members) ?? AWS_OWNED_KEY,
    publish: members.optionalBoolean('publish') ?? false,
    versionDescription: members.optionalText('versionDescription', { max: 256 }),
    tags: readTags(members) ?? [],
  }),
  handle(context, input) {
    const name = checkName(input.name);
    if (input.versionDescription !== undefined && !input.publish)
      throw validationError('Version description can only be set when publish is true');
    checkLogging(input.logging, context.neighbours.logs);
    const program = compiled(input.definition, input.type, context.env.limits.sfnDefinitionBytes);
    const arn = context.arns.stateMachine(name);
    checkRole(context, input.roleArn, arn);
    let machine = context.machines.find(arn);
    if (machine) checkSame(machine, input);
    else {
      const createdAtMs = context.env.clock.nowMs();
      const { definition, roleArn, logging, tracingEnabled, encryption } = input;
      machine = {
        name,
        arn,
        type: input.type,
        createdAtMs,
        status: 'ACTIVE',
        current: { definition, roleArn, logging, tracingEnabled, encryption, createdAtMs, program },
        nextVersion: 1,
        versions: new Map(),
        aliases: new Map(),
        tags: new Map(input.tags.map(({ key, value }) => [key, value])),
      };
      context.machines.add(machine);
    }
    const version = input.publish ? publishVersion(context, machine, input.versionDescription) : undefined;
    if (version) context.machines.save(machine);
    return {
      stateMachineArn: arn,
      creationDate: seconds(machine.createdAtMs),
      ...(version ? { stateMachineVersionArn: versionArn(machine, version) } : {}),
    };
  },
});

/** The same request again is answered again; anything else of that name is refused. */
function checkSame(
  machine: StateMachine,
  input: { definition: string; type: string; logging: LoggingConfiguration; tracingEnabled: boolean },
): void {
  if (machine.status === 'DELETING') throw stateMachineDeleting(machine.arn);
  const { definition, logging, tracingEnabled } = machine.current;
  const same =
    definition === input.definition &&
    machine.type === input.type &&
    tracingEnabled === input.tracingEnabled &&
    JSON.stringify(logging) === JSON.stringify(input.logging);
  if (!same)
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
}
