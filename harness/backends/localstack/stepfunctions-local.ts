/**
 * AWS's own Step Functions Local in a container: the state machines of one place, with the functions of another.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-config-options.html
 */
import { readFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { type RunningContainer, startContainer } from '../docker/start-container.ts';
import { TEST_CREDENTIALS } from '../embedded.ts';
import { requireAnswers } from '../require-answers.ts';
import { type ContainerOptions, startTimeoutMs } from './container-options.ts';

const STEPFUNCTIONS_LOCAL_IMAGE = 'amazon/aws-stepfunctions-local:2.0.0';
const PORT = 8083;
const MOCKS = '/home/stepfunctionslocal/mocks.json';

export interface StepFunctionsLocalOptions extends ContainerOptions {
  image?: string;
  accountId: string;
  /** Lambda and S3 as the container reaches them. */
  lambdaEndpoint: string;
  s3Endpoint: string;
  /** MockConfigFile. */
  mocks?: string;
}

/** Environment and files of the container; told apart from its start, so that they can be looked at. */
export function stepFunctionsLocalSpec(options: StepFunctionsLocalOptions) {
  const { lambdaEndpoint, s3Endpoint, mocks, region, accountId } = options;
  return {
    environment: {
      AWS_ACCOUNT_ID: accountId,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
      LAMBDA_ENDPOINT: lambdaEndpoint,
      // Not among the documented options; it does no harm where it is not known.
      S3_ENDPOINT: s3Endpoint,
      ...(mocks === undefined ? {} : { SFN_MOCK_CONFIG: MOCKS }),
    },
    files: mocks === undefined ? [] : [{ content: textOf(mocks), target: MOCKS }],
  };
}

export function startStepFunctionsLocal(options: StepFunctionsLocalOptions): Promise<RunningContainer> {
  const { image = STEPFUNCTIONS_LOCAL_IMAGE, region, clock, signal, onLine } = options;
  return startContainer({
    title: 'Step Functions Local',
    role: 'stepfunctions-local',
    image,
    port: PORT,
    ...stepFunctionsLocalSpec(options),
    startTimeoutMs: startTimeoutMs(),
    clock,
    ...(signal ? { signal } : {}),
    answers: (url) =>
      requireAnswers({ region, endpoints: { stepfunctions: url }, credentials: TEST_CREDENTIALS }, [
        'stepfunctions',
      ]),
    onLine,
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HarnessError('mocks-unreadable', `The mock file ${file} cannot be read.`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'mocks= names a MockConfigFile of Step Functions Local.',
      cause: error,
    });
  }
}
