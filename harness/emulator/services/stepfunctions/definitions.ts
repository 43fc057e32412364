/** Definitions on their way in: size, syntax, meaning, and what goes with them. */
import type { CreateStateMachineInput } from '@aws-sdk/client-sfn';
import { compile, invalidDefinitionMessage } from '../../../asl/compile.ts';
import type { Program } from '../../../asl/program.ts';
import type { LogsPort } from '../ports.ts';
import {
  invalidDefinition,
  invalidEncryptionConfiguration,
  invalidLoggingConfiguration,
  validationError,
} from './errors.ts';
import { logGroupName } from './log-group-name.ts';
import type { EncryptionConfiguration, LoggingConfiguration } from './store/machine.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** Compiles a definition; throws InvalidDefinition with AWS's diagnostics. */
export function compiled(definition: string, type: MachineType, maxBytes: number): Program {
  if (Buffer.byteLength(definition) > maxBytes)
    throw validationError(
      `1 validation error detected: Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to ${maxBytes}`,
    );
  const { program, diagnostics } = compile(definition, { type });
  if (!program) throw invalidDefinition(invalidDefinitionMessage(diagnostics));
  return program;
}

/** A request's `loggingConfiguration`; undefined when it has none. Without a level, logging is off. */
export function loggingOf(
  given: CreateStateMachineInput['loggingConfiguration'],
): LoggingConfiguration | undefined {
  if (!given) return undefined;
  const { level = 'OFF', includeExecutionData = false, destinations } = given;
  return {
    level,
    includeExecutionData,
    ...(destinations && {
      destinations: destinations.map(({ cloudWatchLogsLogGroup }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: cloudWatchLogsLogGroup?.logGroupArn ?? '' },
      })),
    }),
  };
}

export const LOGGING_OFF: LoggingConfiguration = {
  level: 'OFF',
  includeExecutionData: false,
};

export const AWS_OWNED_KEY: EncryptionConfiguration = { type: 'AWS_OWNED_KEY' };

/**
 * A request's `encryptionConfiguration`; undefined when it has none. The error is documented, its sentence is ours.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html#API_CreateStateMachine_Errors
 */
export function encryptionOf(
  given: CreateStateMachineInput['encryptionConfiguration'],
): EncryptionConfiguration | undefined {
  if (!given) return undefined;
  const { type = 'AWS_OWNED_KEY', kmsKeyId, kmsDataKeyReusePeriodSeconds } = given;
  if (type === 'CUSTOMER_MANAGED_KMS_KEY' && kmsKeyId === undefined)
    throw invalidEncryptionConfiguration('CUSTOMER_MANAGED_KMS_KEY requires a kmsKeyId.');
  return {
    type,
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    ...(kmsDataKeyReusePeriodSeconds === undefined ? {} : { kmsDataKeyReusePeriodSeconds }),
  };
}

/** AWS takes exactly one destination wherever something is to be logged, and its group must be there. */
export function checkLogging(logging: LoggingConfiguration, logs: LogsPort): void {
  const { destinations = [] } = logging;
  const count = destinations.length;
  if (count > 1 || (count === 0 && logging.level !== 'OFF'))
    throw invalidLoggingConfiguration('Must specify exactly one Log Destination.');
  for (const { cloudWatchLogsLogGroup } of destinations)
    if (!logs.hasGroup(logGroupName(cloudWatchLogsLogGroup.logGroupArn)))
      throw invalidLoggingConfiguration('Log Destination not found.');
}
