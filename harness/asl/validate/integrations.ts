/**
 * Service integrations Step Functions offers, so that a Resource AWS would not recognise is refused when the
 * machine is created. Whether this emulator serves one is the service's business.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */

import { hasSdkAction, hasSdkMember } from './sdk-services.ts';

/** `service:api` with the patterns beyond request-response: s = .sync, 2 = .sync:2, t = .waitForTaskToken. */
const OPTIMIZED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apigateway: { invoke: 't' },
  athena: { startQueryExecution: 's', stopQueryExecution: '', getQueryExecution: '', getQueryResults: '' },
  batch: { submitJob: 's' },
  bedrock: { invokeModel: 't', createModelCustomizationJob: 's' },
  codebuild: {
    startBuild: 's',
    stopBuild: '',
    batchDeleteBuilds: '',
    batchGetReports: '',
    startBuildBatch: 's',
    stopBuildBatch: '',
    retryBuildBatch: 's',
    deleteBuildBatch: '',
  },
  databrew: { startJobRun: 's' },
  dynamodb: { getItem: '', putItem: '', updateItem: '', deleteItem: '' },
  ecs: { runTask: 'st' },
  eks: {
    call: 't',
    runJob: 'st',
    createCluster: 'st',
    deleteCluster: 'st',
    createNodegroup: 'st',
    deleteNodegroup: 'st',
    createFargateProfile: 'st',
    deleteFargateProfile: 'st',
  },
  elasticmapreduce: {
    createCluster: 's',
    setClusterTerminationProtection: '',
    terminateCluster: 's',
    addStep: 's',
    cancelStep: '',
    modifyInstanceFleetByName: '',
    modifyInstanceGroupByName: '',
  },
  'emr-containers': {
    createVirtualCluster: '',
    deleteVirtualCluster: 's',
    startJobRun: 's',
  },
  'emr-serverless': {
    createApplication: 's',
    startApplication: 's',
    stopApplication: 's',
    deleteApplication: 's',
    startJobRun: 's',
    cancelJobRun: 's',
  },
  events: { putEvents: 't' },
  glue: { startJobRun: 's' },
  http: { invoke: '' },
  lambda: { invoke: 't' },
  mediaconvert: { createJob: 's' },
  sagemaker: {
    createEndpoint: '',
    createEndpointConfig: '',
    createHyperParameterTuningJob: 's',
    createLabelingJob: 's',
    createModel: '',
    createProcessingJob: 's',
    createTrainingJob: 's',
    createTransformJob: 's',
    updateEndpoint: '',
  },
  sns: { publish: 't' },
  sqs: { sendMessage: 't' },
  states: { startExecution: 's2t' },
};

/** Fields of the request AWS asks for when the machine is created, measured. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:getItem': ['TableName', 'Key'],
  'dynamodb:putItem': ['TableName', 'Item'],
  'ecs:runTask': ['TaskDefinition'],
  'events:putEvents': ['Entries'],
  'glue:startJobRun': ['JobName'],
  'lambda:invoke': ['FunctionName'],
  'sns:publish': ['Message'],
  'sqs:sendMessage': ['QueueUrl', 'MessageBody'],
  'states:startExecution': ['StateMachineArn'],
};

/** Services whose optimised integration takes the members of the API's own request, by their name in `aws-sdk:`. */
const SDK_SERVICES: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  lambda: 'lambda',
  sqs: 'sqs',
  states: 'sfn',
};

const PATTERN_LETTERS: Readonly<Record<string, string>> = {
  '.sync': 's',
  '.sync:2': '2',
  '.waitForTaskToken': 't',
};

export type Resource =
  | { kind: 'lambdaFunction' }
  | { kind: 'activity' }
  | {
      kind: 'integration';
      service: string;
      api: string;
      pattern: string;
      required: readonly string[];
      /** Tells whether the request may have a member; true also where that is not known. */
      allows(member: string): boolean;
    }
  /** An ARN Step Functions knows nothing to do with. */
  | { kind: 'unknown' }
  | { kind: 'notAnArn' };

const ARN = /^arn:[^:]*:([^:]*):[^:]*:[^:]*:(.+)$/;
const INTEGRATION =
  /^([a-zA-Z0-9-]+):((?:[a-zA-Z0-9-]+:)?[a-zA-Z0-9]+)(\.sync:2|\.sync|\.waitForTaskToken)?$/;

/** What the Resource of a Task is. */
export function parseResource(text: string): Resource {
  const arn = ARN.exec(text);
  if (!arn) return { kind: 'notAnArn' };
  const [, service, resource = ''] = arn;
  if (service === 'lambda') return { kind: 'lambdaFunction' };
  if (service !== 'states') return { kind: 'unknown' };
  if (resource.startsWith('activity:')) return { kind: 'activity' };
  const parts = INTEGRATION.exec(resource);
  if (!parts) return { kind: 'unknown' };
  const [, name = '', api = '', pattern = ''] = parts;
  if (name === 'aws-sdk') {
    const [sdkService = '', action = ''] = api.split(':');
    const known = hasSdkAction(sdkService, action) && (pattern === '' || pattern === '.waitForTaskToken');
    if (!known) return { kind: 'unknown' };
    const allows = (member: string) => hasSdkMember(sdkService, action, member);
    return { kind: 'integration', service: name, api, pattern, required: [], allows };
  }
  const patterns = Object.hasOwn(OPTIMIZED, name) ? OPTIMIZED[name]?.[api] : undefined;
  if (patterns === undefined) return { kind: 'unknown' };
  if (pattern !== '' && !patterns.includes(PATTERN_LETTERS[pattern] ?? '?')) return { kind: 'unknown' };
  const required = REQUIRED[`${name}:${api}`] ?? [];
  const sdkService = SDK_SERVICES[name];
  const action = sdkService === 'lambda' ? 'invoke' : api;
  const allows = (member: string) => sdkService === undefined || hasSdkMember(sdkService, action, member);
  return { kind: 'integration', service: name, api, pattern, required, allows };
}
