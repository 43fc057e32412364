/** Definitions on their way in: size, syntax, meaning, and what goes with them. */
import { compile, invalidDefinitionMessage } from '../../../asl/compile.ts';
import type { Program } from '../../../asl/program.ts';
import type { LogsPort } from '../ports.ts';
import { invalidDefinition, invalidLoggingConfiguration, validationError } from './errors.ts';
import { logGroupName } from './log-group-name.ts';
import type { Members } from './members.ts';
import type { EncryptionConfiguration, LoggingConfiguration, LogLevel } from './store/machine.ts';

const LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;
const TYPES = ['STANDARD', 'EXPRESS'] as const;

export type MachineType = (typeof TYPES)[number];

export function readType(members: Members): MachineType {
  return (members.optionalText('type', { values: TYPES }) ?? 'STANDARD') as MachineType;
}

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

/** `loggingConfiguration`, undefined when the request has none. Without a level, logging is off. */
export function readLogging(members: Members): LoggingConfiguration | undefined {
  const logging = members.optionalObject('loggingConfiguration');
  if (!logging) return undefined;
  const level = (logging.optionalText('level', { values: LEVELS }) ?? 'OFF') as LogLevel;
  const includeExecutionData = logging.optionalBoolean('includeExecutionData') ?? false;
  const destinations = logging.optionalObjects('destinations')?.map((destination) => {
    const group = destination.optionalObject('cloudWatchLogsLogGroup');
    return {
      cloudWatchLogsLogGroup: { logGroupArn: group?.optionalText('logGroupArn', { max: 256 }) ?? '' },
    };
  });
  return { level, includeExecutionData, ...(destinations === undefined ? {} : { destinations }) };
}

export const LOGGING_OFF: LoggingConfiguration = {
  level: 'OFF',
  includeExecutionData: false,
};

export const AWS_OWNED_KEY: EncryptionConfiguration = { type: 'AWS_OWNED_KEY' };

/** `encryptionConfiguration`, undefined when the request has none. */
export function readEncryption(members: Members): EncryptionConfiguration | undefined {
  const encryption = members.optionalObject('encryptionConfiguration');
  if (!encryption) return undefined;
  const type = encryption.text('type', { values: ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'] });
  const kmsKeyId = encryption.optionalText('kmsKeyId', { min: 1, max: 2048 });
  const seconds = encryption.optionalNumber('kmsDataKeyReusePeriodSeconds', { min: 60, max: 900 });
  return {
    type: type as EncryptionConfiguration['type'],
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    ...(seconds === undefined ? {} : { kmsDataKeyReusePeriodSeconds: seconds }),
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
