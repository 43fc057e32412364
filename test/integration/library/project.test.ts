/** What a team's own tests look like: TypeScript on the engine that runs scenarios. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, it } from 'vitest';
import { startProject } from '../../../harness/index.ts';
import { expect, test } from '../../../harness/vitest/index.ts';

describe('a project with a pack', () => {
  test('gives every partition its result', async ({ project }) => {
    await project.putDataset({ generate: { format: 'pt', samples: 16, count: 3 } });
    const run = await project.execute({ input: { result_path: 'results/1' } });
    expect(run).toHaveSucceeded();
    expect(run).toHaveVisitedState('Model Inference', 3);
    expect(run).not.toHaveVisitedState('Nowhere');
    expect(run).toHaveCompleteResults();
    expect(run).toMeetThreshold('p95(function.inference.duration)', { lt: '60 s' });
    expect(run).not.toMeetThreshold('max(memory)', { lt: '1 MB' });
    expect(run).toMeetExpectations({ status: 'SUCCEEDED', predictions: { finite: true } });
    expect(run).toMatchHistorySnapshot('snapshots/pipeline.history.txt');
  });

  const faulty = test.extend({
    projectOptions: { deploy: { functions: { inference: { source: 'scenarios/faulty/throws.ts' } } } },
  });
  faulty('fails by name when a handler throws', async ({ project }) => {
    await project.putDataset({ generate: { format: 'pt', samples: 16, count: 2 } });
    const run = await project.execute();
    expect(run).toHaveFailed('States.ExceedToleratedFailureThreshold');
    expect(run).not.toHaveSucceeded();
    expect(run).not.toHaveCompleteResults();
    expect(() => expect(run).toHaveSucceeded()).toThrow(/broken on purpose/);
  });
});

describe('a project without a pack', () => {
  const approval = test.extend({ projectOptions: { path: 'test/projects/approval' } });

  approval('completes a waiting task', async ({ project }) => {
    const execution = await project.start({ input: { id: 'large', amount: 5000 } });
    await execution.sendTaskResult('Ask for approval', { output: { by: 'Grace' } });
    const run = await execution.ended();
    expect(run).toHaveSucceeded();
    expect(run).toMeetExpectations({
      output: { decision: 'paid', approvedBy: 'Grace' },
      objects: [{ bucket: 'approval-payments', key: 'large.json', content: { amount: 5000 } }],
    });
  });

  approval('fails at once when the execution has ended before the task waits', async ({ project }) => {
    const execution = await project.start({ input: { id: 'small', amount: 1 } });
    await execution.ended();
    await expect(execution.sendTaskResult('Ask for approval', { output: {} })).rejects.toThrow(
      'the execution ended SUCCEEDED before',
    );
  });

  approval('records an execution that another client started', async ({ project, clients }) => {
    const { executionArn } = await clients.stepfunctions.send(
      new StartExecutionCommand({
        stateMachineArn: project.stateMachineArns['approval'],
        input: JSON.stringify({ id: 'small', amount: 1 }),
      }),
    );
    await expect
      .poll(async () => (await project.record(executionArn!)).executions[0]!.status, { timeout: 30_000 })
      .toBe('SUCCEEDED');
    expect(await project.record(executionArn!)).toHaveVisitedState('Pay', 1);
  });

  approval('names the state machines that there are', async ({ project }) => {
    await expect(project.execute({ stateMachine: 'aproval' })).rejects.toThrow(/no state machine aproval/);
  });

  const virtual = test.extend({
    projectOptions: { path: 'test/projects/approval', clock: 'virtual' as const },
  });
  virtual('passes a day of waiting at once', async ({ project }) => {
    const run = await project.execute({ input: { id: 'late', amount: 5000 } });
    expect(run).toMeetExpectations({ output: { decision: 'expired' } });
  });

  const layered = test.extend({ projectOptions: { path: 'test/projects/shared-layer' } });
  layered('judges completeness of named items and results', async ({ project }) => {
    const items = [{ id: 'a1', item: 'bolt', quantity: 2 }];
    const priced = await project.execute({ stateMachine: 'price-orders', input: { orders: items } });
    expect(priced).toHaveSucceeded();
    const complete = {
      items: { listing: 's3://layer-orders/priced/*', key: "$replace($, /^priced\\/|\\.json$/, '')" },
      results: { objects: 's3://layer-invoices/*.json', each: '$.id' },
    };
    const invoiced = await project.execute({ stateMachine: 'write-invoices', complete });
    expect(invoiced).toHaveCompleteResults();
    expect(priced).not.toHaveCompleteResults();
  });

  it('deploys again after a change, and stops', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cosmicai-redeploy-'));
    cpSync('test/projects/nested', folder, { recursive: true });
    const project = await startProject({ path: folder });
    try {
      expect(await project.execute()).toMeetExpectations({ output: [{ total: 17 }, { total: 3 }] });
      const file = join(folder, 'functions/score/app.py');
      writeFileSync(file, readFileSync(file, 'utf8').replace('sum(sales)', 'sum(sales) * 2'));
      await project.deploy();
      expect(await project.execute()).toMeetExpectations({ output: [{ total: 34 }, { total: 6 }] });
    } finally {
      await project.stop();
      rmSync(folder, { recursive: true, force: true });
    }
    await expect(fetch(project.endpoint)).rejects.toThrow();
  });
});

it('matchers say what they were given when it is no run', () => {
  expect(() => expect({ status: 'SUCCEEDED' }).toHaveSucceeded()).toThrow(
    /needs the record of a run.*was given \{ status: 'SUCCEEDED' \}/s,
  );
  expect(() => expect(undefined).not.toHaveSucceeded()).toThrow(/was given undefined/);
  expect(() => expect(Promise.resolve()).toHaveCompleteResults()).toThrow(/Write "await" before it/);
});
