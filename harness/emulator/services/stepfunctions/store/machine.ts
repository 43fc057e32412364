import type { Program } from '../../../../asl/program.ts';

/** Levels of delivery to CloudWatch Logs. */
export type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

export interface LoggingConfiguration {
  level: LogLevel;
  includeExecutionData: boolean;
  /** At most one, as on AWS. */
  /** Shown where they were given, also when there are none (recorded case test_incomplete_logging_configuration). */
  destinations?: { cloudWatchLogsLogGroup: { logGroupArn: string } }[];
}

/** Kept and shown; nothing is encrypted on a laptop. */
export interface EncryptionConfiguration {
  type: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY';
  kmsKeyId?: string;
  kmsDataKeyReusePeriodSeconds?: number;
}

/** What an execution runs: immutable, shared by the machine, its versions and its executions. */
export interface MachineRevision {
  /** Absent for the revision a machine was created with (AWS's `INITIAL`). */
  readonly revisionId?: string;
  /** As it was sent. */
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly tracingEnabled: boolean;
  readonly encryption: EncryptionConfiguration;
  readonly createdAtMs: number;
  readonly program: Program;
}

export interface MachineVersion {
  readonly number: number;
  readonly revision: MachineRevision;
  readonly description?: string;
  readonly createdAtMs: number;
}

export interface MachineAlias {
  readonly name: string;
  description?: string;
  routing: RoutingEntry[];
  readonly createdAtMs: number;
  updatedAtMs: number;
}

export interface RoutingEntry {
  readonly stateMachineVersionArn: string;
  /** Percent, 0 to 100. */
  readonly weight: number;
}

export interface StateMachine {
  readonly name: string;
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly createdAtMs: number;
  status: 'ACTIVE' | 'DELETING';
  current: MachineRevision;
  /** Numbers of deleted versions are never given again. */
  nextVersion: number;
  readonly versions: Map<number, MachineVersion>;
  readonly aliases: Map<string, MachineAlias>;
  readonly tags: Map<string, string>;
}
