/**
 * AWS's quotas in one table: a change of AWS is a change of one line. Each entry names the documentation page
 * and the date on which it was taken over. Services read the numbers from an `AwsLimits`, so that a profile can
 * lift or lower any of them.
 */

interface Limit {
  value: number;
  /** Documentation page. */
  page: string;
  /** Day the value was taken over, ISO 8601. */
  date: string;
  /**
   * `shape`: no quota but how a service works, never lifted. `floor`: a minimum, lifted to 0. `own`: a bound of the
   * emulator's memory and disk, which no profile lifts.
   */
  kind?: 'shape' | 'floor' | 'own';
}

const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const LAMBDA_MEMORY = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html';
const SFN = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const SFN_VARIABLES =
  'https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#vars-workflow-limits';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html';
const S3_KEYS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html';
/** Why the emulator retains fewer executions than AWS. */
const RETENTION = 'decisions/0017-executions-as-events.md';
const DATE = '2026-11-23';

const at = (value: number, page: string): Limit => ({ value, page, date: DATE });
const shape = (value: number, page: string): Limit => ({ value, page, date: DATE, kind: 'shape' });
const own = (value: number): Limit => ({ value, page: RETENTION, date: DATE, kind: 'own' });
const floor = (value: number, page: string): Limit => ({ value, page, date: DATE, kind: 'floor' });

const MB = 1024 * 1024;

/** us-east-1 defaults. */
export const AWS_LIMITS = {
  lambdaSyncPayloadBytes: at(6 * MB, LAMBDA),
  lambdaAsyncPayloadBytes: at(1 * MB, LAMBDA),
  lambdaMinMemoryMB: shape(128, LAMBDA),
  lambdaMaxMemoryMB: shape(10_240, LAMBDA),
  lambdaMemoryPerVcpuMB: shape(1_769, LAMBDA_MEMORY),
  lambdaMaxVcpus: shape(6, LAMBDA_MEMORY),
  lambdaMaxTimeoutSeconds: shape(900, LAMBDA),
  lambdaMinEphemeralStorageMB: shape(512, LAMBDA),
  lambdaMaxEphemeralStorageMB: shape(10_240, LAMBDA),
  lambdaZippedBytes: at(50 * MB, LAMBDA),
  lambdaUnzippedBytes: at(250 * MB, LAMBDA),
  lambdaEnvironmentBytes: at(4 * 1024, LAMBDA),
  lambdaConcurrentExecutions: at(1_000, LAMBDA),
  lambdaScalingPer10Seconds: at(
    1_000,
    'https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#scaling-rate',
  ),
  lambdaRequestsPerConcurrency: at(
    10,
    'https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#concurrency-vs-requests-per-second',
  ),
  lambdaInitTimeoutMs: shape(
    10_000,
    'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
  ),
  sfnPayloadBytes: at(256 * 1024, SFN),
  sfnDefinitionBytes: at(1 * MB, SFN),
  sfnHistoryEvents: at(25_000, SFN),
  sfnExpressMaxSeconds: at(300, SFN),
  sfnMapRunConcurrentChildren: at(10_000, SFN),
  sfnOpenMapRuns: at(1_000, SFN),
  sfnStandardChildrenPerSecond: at(100, SFN),
  sfnExpressChildrenPerSecond: at(1_000, SFN),
  sfnTransitionsPerSecond: at(5_000, SFN),
  sfnTransitionBucket: at(5_000, SFN),
  sfnStartExecutionPerSecond: at(300, SFN),
  sfnStartExecutionBucket: at(1_300, SFN),
  sfnAssignBytes: at(256 * 1024, SFN_VARIABLES),
  sfnStoredVariablesBytes: at(10 * MB, SFN_VARIABLES),
  sfnItemReaderBytes: at(10 * 1024 * MB, SFN),
  sfnRedriveDays: at(14, SFN),
  sfnHistoryRetentionDays: at(90, SFN),
  sfnRetainedExecutions: own(10_000),
  s3ListPageKeys: shape(1_000, S3),
  s3MinPartBytes: floor(5 * MB, S3),
  s3MaxParts: at(10_000, S3),
  s3MaxPutBytes: at(5 * 1024 * MB, S3),
  s3DeleteObjectsKeys: at(1_000, S3),
  s3KeyBytes: at(1_024, S3_KEYS),
  s3UserMetadataBytes: at(2 * 1024, S3_KEYS),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof AWS_LIMITS;

/**
 * Lower quotas than the defaults: of Lambda those of a new account, which AWS raises with use, of Step Functions those of
 * the regions beside us-east-1, us-west-2 and eu-west-1.
 */
export const NEW_ACCOUNT_LIMITS: { readonly [name in LimitName]?: Limit } = {
  lambdaConcurrentExecutions: at(10, LAMBDA),
  lambdaMaxMemoryMB: shape(3_008, LAMBDA_MEMORY),
  sfnTransitionsPerSecond: at(800, SFN),
  sfnTransitionBucket: at(800, SFN),
  sfnStartExecutionPerSecond: at(150, SFN),
  sfnStartExecutionBucket: at(800, SFN),
};

/** `aws-default`, AWS's own; `new-account`, those of an account without a history; `none` lifts all of them. */
export const LIMIT_PROFILES = ['aws-default', 'new-account', 'none'] as const;
export type LimitProfile = (typeof LIMIT_PROFILES)[number];

/** The quotas in force: plain numbers, `Infinity` where a profile lifts one. */
export type AwsLimits = Readonly<Record<LimitName, number>>;

/**
 * vCPUs that a function of this memory sees on AWS: each begun 1,769 MB adds one, at most 6 (2 from 1,770 MB, 3 from
 * 3,539 MB, 6 from 8,846 MB). The last of them is a share of one.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const visibleVcpus = (memoryMB: number): number =>
  Math.min(
    AWS_LIMITS.lambdaMaxVcpus.value,
    Math.max(1, Math.ceil(memoryMB / AWS_LIMITS.lambdaMemoryPerVcpuMB.value)),
  );

/** Quotas of a profile with single values replaced. */
export function limitsOf(profile: LimitProfile, overrides: Partial<AwsLimits> = {}): AwsLimits {
  const entries = Object.entries<Limit>(AWS_LIMITS).map(([name, limit]) => {
    if (profile === 'new-account') return [name, (NEW_ACCOUNT_LIMITS[name as LimitName] ?? limit).value];
    if (profile === 'aws-default' || limit.kind === 'shape' || limit.kind === 'own')
      return [name, limit.value];
    return [name, limit.kind === 'floor' ? 0 : Number.POSITIVE_INFINITY];
  });
  return { ...(Object.fromEntries(entries) as Record<LimitName, number>), ...overrides };
}
