/**
 * The policies of AWS's own that serverless pipelines attach. Documents as AWS publishes them.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
import type { ManagedPolicy } from './entities.ts';

const LOG_ACTIONS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const XRAY_ACTIONS = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

/** Actions allowed on `*`, by path and name. */
const POLICIES: { [pathAndName: string]: readonly string[] } = {
  '/AdministratorAccess': ['*'],
  '/AmazonS3FullAccess': ['s3:*', 's3-object-lambda:*'],
  '/AmazonS3ReadOnlyAccess': [
    's3:Get*',
    's3:List*',
    's3:Describe*',
    's3-object-lambda:Get*',
    's3-object-lambda:List*',
  ],
  '/AWSLambdaExecute': ['logs:*', 's3:GetObject', 's3:PutObject'],
  '/AWSLambda_FullAccess': ['lambda:*', 'logs:*', 'cloudwatch:*', 'states:*', 'iam:PassRole'],
  '/AWSStepFunctionsFullAccess': ['states:*'],
  '/AWSXRayDaemonWriteAccess': XRAY_ACTIONS,
  '/CloudWatchLogsFullAccess': ['logs:*', 'cloudwatch:GenerateQuery'],
  '/CloudWatchLambdaInsightsExecutionRolePolicy': LOG_ACTIONS,
  '/service-role/AWSLambdaBasicExecutionRole': LOG_ACTIONS,
  '/service-role/AWSLambdaRole': ['lambda:InvokeFunction'],
  '/service-role/AWSLambdaVPCAccessExecutionRole': [
    ...LOG_ACTIONS,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DeleteNetworkInterface',
  ],
};

const PREFIX = 'arn:aws:iam::aws:policy';
/** Lambda's first policies date from then; clients only need a date. */
const CREATED_MS = Date.UTC(2015, 3, 9, 15, 3, 43);

/** A policy of AWS's own, or `undefined` when it is not known here. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  if (!arn.startsWith(PREFIX)) return undefined;
  const pathAndName = arn.slice(PREFIX.length);
  const actions = POLICIES[pathAndName];
  if (!actions) return undefined;
  const slash = pathAndName.lastIndexOf('/') + 1;
  const name = pathAndName.slice(slash);
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  return {
    name,
    path: pathAndName.slice(0, slash),
    id: `ANPA${Buffer.from(name).toString('hex').toUpperCase().slice(0, 17)}`,
    arn,
    createdMs: CREATED_MS,
    updatedMs: CREATED_MS,
    tags: {},
    versions: [{ id: 'v1', document, createdMs: CREATED_MS }],
    defaultVersionId: 'v1',
  };
}

/** Every policy of AWS's own that is known here. */
export function awsManagedPolicies(): ManagedPolicy[] {
  return Object.keys(POLICIES).map((pathAndName) => awsManagedPolicy(PREFIX + pathAndName)!);
}
