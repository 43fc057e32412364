/** Whether services really answer. A health page says little: LocalStack's is green while every call gets a 500. */
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type AwsAccess, type AwsClients, clientsFor, type ServiceName } from '../deploy/aws-access.ts';

/** One real question per service. IAM is asked for nothing beforehand: deploying does. */
const QUESTIONS: Partial<Record<ServiceName, { title: string; ask(clients: AwsClients): Promise<unknown> }>> =
  {
    sts: { title: 'STS', ask: ({ sts }) => sts.send(new GetCallerIdentityCommand({})) },
    s3: { title: 'S3', ask: ({ s3 }) => s3.send(new ListBucketsCommand({})) },
    lambda: { title: 'Lambda', ask: ({ lambda }) => lambda.send(new ListFunctionsCommand({ MaxItems: 1 })) },
    stepfunctions: {
      title: 'Step Functions',
      ask: ({ stepfunctions }) => stepfunctions.send(new ListStateMachinesCommand({ maxResults: 1 })),
    },
    logs: {
      title: 'CloudWatch Logs',
      ask: ({ logs }) => logs.send(new DescribeLogGroupsCommand({ limit: 1 })),
    },
  };

/**
 * Asks each of the services (all, when not said) something real.
 * @throws HarnessError `endpoint-not-ready` (exit code 3) with the service and its answer
 */
export async function requireAnswers(
  access: AwsAccess,
  services: readonly ServiceName[] = Object.keys(QUESTIONS) as ServiceName[],
): Promise<void> {
  const clients = clientsFor(access);
  try {
    for (const service of services) {
      const question = QUESTIONS[service];
      await question?.ask(clients).catch((error: Error & { code?: string }) => {
        const where = access.endpoints[service] ?? `AWS in ${access.region}`;
        throw new HarnessError(
          'endpoint-not-ready',
          `${question.title} does not answer at ${where}: ${error.message || error.code || error.name}`,
          {
            exitCode: ExitCode.environmentFailed,
            remedy: 'start the emulator there, or correct the URL',
            cause: error,
          },
        );
      });
    }
  } finally {
    clients.close();
  }
}
