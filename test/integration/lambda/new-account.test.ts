/** The quotas of a new account (`--limits new-account`). */
import {
  CreateFunctionCommand,
  GetAccountSettingsCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = await startLambda({ limits: limitsOf('new-account') });
});
afterAll(() => fixture.stop());

describe('a new account', () => {
  it('has 10 concurrent executions', async () => {
    const { AccountLimit } = await fixture.lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 });
  });

  it('keeps all of them unreserved', async () => {
    await fixture.deploy('small', 'export const handler = async () => 1;');
    await expect(
      fixture.lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName: 'small', ReservedConcurrentExecutions: 1 }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [10].",
    });
  });

  it('has functions of 3,008 MB at most', async () => {
    const create = new CreateFunctionCommand({
      FunctionName: 'large',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      MemorySize: 3009,
      Code: { ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
    });
    await expect(fixture.lambda.send(create)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have value less than or equal to 3008'),
    });
  });
});
