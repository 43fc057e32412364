/**
 * Resources of services that are not served: they get a plausible name, ARN and attributes, so that everything which
 * refers to them can be deployed, and are listed.
 */
import { ACCOUNT_ID, PARTITION, REGION } from '../tokens.ts';

interface StubNames {
  /** Of the service in ARNs; the one in the type when left out. */
  service?: string;
  /** What follows the account in the ARN. */
  resource?(name: string): string;
  /** What `Ref` answers; the name when left out. */
  ref?: 'arn' | ((name: string) => string);
  attributes?: Readonly<Record<string, 'arn' | 'name' | ((name: string) => string)>>;
}

const plain = (name: string) => name;
const below = (kind: string) => (name: string) => `${kind}/${name}`;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/ for the forms of ARNs. */
const KNOWN: Readonly<Record<string, StubNames>> = {
  'AWS::SQS::Queue': {
    resource: plain,
    ref: (name) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/${name}`,
    attributes: {
      QueueName: 'name',
      QueueUrl: (name) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/${name}`,
    },
  },
  'AWS::SNS::Topic': { resource: plain, ref: 'arn', attributes: { TopicArn: 'arn', TopicName: 'name' } },
  'AWS::DynamoDB::Table': {
    resource: below('table'),
    attributes: {
      StreamArn: (name) => `${arnOf('dynamodb', `table/${name}`)}/stream/2024-01-01T00:00:00.000`,
    },
  },
  'AWS::DynamoDB::GlobalTable': { resource: below('table') },
  'AWS::Events::Rule': { resource: below('rule') },
  'AWS::Events::EventBus': { resource: below('event-bus'), attributes: { Name: 'name' } },
  'AWS::Events::Connection': { resource: below('connection') },
  'AWS::Scheduler::Schedule': { resource: below('schedule/default') },
  'AWS::ECS::Cluster': { resource: below('cluster') },
  'AWS::ECS::TaskDefinition': { resource: (name) => `task-definition/${name}:1`, ref: 'arn' },
  'AWS::ECS::Service': {
    resource: below('service'),
    ref: 'arn',
    attributes: { ServiceArn: 'arn', Name: 'name' },
  },
  'AWS::ECR::Repository': { resource: below('repository') },
  'AWS::KMS::Key': { resource: below('key'), attributes: { KeyId: 'name' } },
  'AWS::SecretsManager::Secret': {
    resource: (name) => `secret:${name}`,
    ref: 'arn',
    attributes: { Id: 'arn' },
  },
  'AWS::SSM::Parameter': { resource: below('parameter'), attributes: { Value: plain, Type: () => 'String' } },
  'AWS::Glue::Job': { resource: below('job') },
  'AWS::Glue::Database': { resource: below('database') },
  'AWS::Batch::JobQueue': { resource: below('job-queue'), ref: 'arn', attributes: { JobQueueArn: 'arn' } },
  'AWS::Batch::JobDefinition': {
    resource: (name) => `job-definition/${name}:1`,
    ref: 'arn',
    attributes: { JobDefinitionArn: 'arn' },
  },
  'AWS::Batch::ComputeEnvironment': {
    resource: below('compute-environment'),
    ref: 'arn',
    attributes: { ComputeEnvironmentArn: 'arn' },
  },
  'AWS::Kinesis::Stream': { resource: below('stream') },
  'AWS::Logs::LogGroup': { resource: (name) => `log-group:${name}:*` },
  'AWS::CloudWatch::Alarm': { resource: (name) => `alarm:${name}` },
  'AWS::CodeBuild::Project': { resource: below('project') },
  'AWS::Cognito::UserPool': { service: 'cognito-idp', resource: below('userpool') },
  'AWS::ApiGateway::RestApi': { attributes: { RootResourceId: plain, RestApiId: 'name' } },
  'AWS::ApiGatewayV2::Api': {
    attributes: {
      ApiEndpoint: (name) => `https://${name}.execute-api.${REGION}.amazonaws.com`,
      ApiId: 'name',
    },
  },
  'AWS::Lambda::Version': {
    resource: (name) => `function:${name}`,
    ref: 'arn',
    attributes: { Version: () => '1' },
  },
  'AWS::Lambda::Alias': { resource: (name) => `function:${name}`, ref: 'arn' },
  'AWS::Lambda::Url': {
    ref: 'arn',
    attributes: { FunctionUrl: (name) => `https://${name}.lambda-url.${REGION}.on.aws/` },
  },
};

const arnOf = (service: string, resource: string) =>
  `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;

/** `AWS::StepFunctions::X` is of the service `stepfunctions`. */
const serviceOf = (type: string) => (type.split('::')[1] ?? 'custom').toLowerCase();

function stubArn(type: string, name: string): string {
  const { service = serviceOf(type), resource } = KNOWN[type] ?? {};
  const kind = (type.split('::')[2] ?? 'resource').replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return arnOf(service, resource ? resource(name) : `${kind}/${name}`);
}

export function stubRef(type: string, name: string): string {
  const { ref } = KNOWN[type] ?? {};
  if (ref === 'arn') return stubArn(type, name);
  return typeof ref === 'function' ? ref(name) : name;
}

export function stubAttribute(type: string, name: string, attribute: string): string {
  const known = KNOWN[type]?.attributes?.[attribute];
  if (typeof known === 'function') return known(name);
  if (known === 'name' || (known === undefined && /^(?:Name|Id)$/.test(attribute))) return name;
  if (known === 'arn' || /Arn$/.test(attribute)) return stubArn(type, name);
  return `${name}-${attribute}`;
}
