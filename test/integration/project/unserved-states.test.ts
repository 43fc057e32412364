/** A state that the emulator cannot run never lets a run pass, whatever catches its failure. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../harness/core/json.ts';
import { loadScenario, runScenario } from '../../../harness/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-unserved-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CAUGHT = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }];
const PUT = {
  Type: 'Task',
  Resource: 'arn:aws:states:::dynamodb:putItem',
  Parameters: { TableName: 'orders', Item: { id: { S: 'a' } } },
};
const GONE = 'arn:aws:lambda:us-east-1:123456789012:function:elsewhere';
const DONE = { Type: 'Succeed' };
const within = (StartAt: string, States: JsonObject, more: JsonObject = {}) => ({ StartAt, States, ...more });

const MACHINES: Record<string, JsonObject> = {
  'a Catch on States.ALL': within('Put', { Put: { ...PUT, Catch: CAUGHT, Next: 'Done' }, Done: DONE }),
  'a Catch around a Map': within('Each', {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: within('Put', { Put: { ...PUT, End: true } }),
      Catch: CAUGHT,
      Next: 'Done',
    },
    Done: DONE,
  }),
  'the tolerance of a Distributed Map': within('Each', {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ToleratedFailurePercentage: 100,
      ItemProcessor: within(
        'Put',
        { Put: { ...PUT, End: true } },
        {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        },
      ),
      Next: 'Done',
    },
    Done: DONE,
  }),
  'a Catch around a function of another stack': within('Call', {
    Call: { Type: 'Task', Resource: GONE, Catch: CAUGHT, Next: 'Done' },
    Done: DONE,
  }),
};

async function runOf(name: string, definition: JsonObject, mocks: JsonObject = {}) {
  const path = join(folder, name.replaceAll(/[^a-z]/gi, '-').toLowerCase());
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'flow.asl.json'), JSON.stringify(definition));
  writeFileSync(
    join(path, 'cosmicai.yaml'),
    'apiVersion: cosmicai/v1\nkind: Project\nname: unserved\nstateMachines: { flow: flow.asl.json }\n',
  );
  const scenario = {
    apiVersion: 'cosmicai/v1',
    kind: 'Scenario',
    name: 'unserved',
    ...(Object.keys(mocks).length > 0 ? { mocks } : {}),
    steps: [{ execute: { input: { items: [1, 2] } } }],
  };
  writeFileSync(join(path, 'scenario.yaml'), JSON.stringify(scenario));
  const { passed, outcomes, errors } = await runScenario(await loadScenario(join(path, 'scenario.yaml')), {
    workspace: join(path, 'workspace'),
  });
  expect(errors).toEqual([]);
  return { passed, outcome: outcomes[0]! };
}

describe('a state that is not served', () => {
  it.each(Object.entries(MACHINES))(
    'fails the run in spite of %s',
    { timeout: 120_000 },
    async (name, definition) => {
      const { passed, outcome } = await runOf(name, definition);
      expect(passed).toBe(false);
      expect(outcome.record.unservedStates).toHaveLength(1);
      const failed = outcome.verdicts.filter((one) => one.outcome === 'failed');
      expect(failed.map((one) => one.name)).toContain('every state is served, mocked or delegated');
    },
  );

  it('does not concern a state with a mock', { timeout: 120_000 }, async () => {
    const mocks = { Put: [{ return: {} }] };
    const { passed, outcome } = await runOf('mocked', MACHINES['the tolerance of a Distributed Map']!, mocks);
    expect(outcome.record.unservedStates).toBeUndefined();
    expect(passed).toBe(true);
  });
});
