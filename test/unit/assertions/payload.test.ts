import { describe, expect, it } from 'vitest';
import { expectSchemaFor, judge } from '../../../harness/assertions/index.ts';
import { invocations } from '../../../harness/assertions/invocations.ts';
import type { HistoryRecord, RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from './sample-record.ts';

const REGION = 'arn:aws:lambda:us-east-1:000000000000:function';

/** A state that invokes a function once per payload, as `arn:aws:states:::lambda:invoke` does. */
function calls(state: string, functionName: string, ...payloads: unknown[]): HistoryRecord[] {
  const entered = {
    id: 2,
    previousEventId: 0,
    timestampMs: 1,
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: state },
  };
  return [
    entered,
    ...payloads.map((Payload, index) => ({
      id: 3 + index,
      previousEventId: 2 + index,
      timestampMs: 2,
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        parameters: JSON.stringify({ FunctionName: functionName, Payload }),
      },
    })),
  ];
}

/** One rank each, the second one tried twice; init is invoked by a qualified ARN. */
const told = (record: RunRecord) => {
  const [execution] = record.executions;
  execution!.history = calls('Initialize', `${REGION}:cosmicai-init:live`, { input: { batch_size: 512 } });
  execution!.children[0]!.history = calls('Model Inference', 'cosmicai-inference', {
    rank: 0,
    batch_size: 512,
  });
  execution!.children[1]!.history = calls(
    'Model Inference',
    'cosmicai-inference',
    { rank: 1, batch_size: 512 },
    { rank: 1, batch_size: 256 },
  );
};

function judged(expected: unknown, change: (record: RunRecord) => void = told) {
  const verdicts = invocations.evaluate(invocations.schema.parse(expected), sampleEvidence(change));
  return verdicts.map(({ name, outcome, path, actual }) => [`${name} ${path.join('.')}`, outcome, actual]);
}

describe('expect.invocations.FUNCTION.payload', () => {
  it('matches partially, in every invocation', () => {
    expect(judged({ init: { payload: [{ match: { input: { batch_size: 512 } } }] } })).toEqual([
      ['payload of init init.payload.0', 'passed', '1 of 1 invocations'],
    ]);
    expect(judged({ inference: { payload: [{ match: { batch_size: 512 } }] } })).toEqual([
      [
        'payload of inference inference.payload.0',
        'failed',
        '2 of 3 invocations; event 4 of child-2: batch_size is 256 instead of 512, the payload is {"rank":1,"batch_size":256}',
      ],
    ]);
  });

  it('takes JSONata, and both together', () => {
    expect(judged({ inference: { payload: [{ that: 'batch_size >= 256' }] } })[0]![1]).toBe('passed');
    expect(judged({ inference: { payload: [{ match: { batch_size: 512 }, that: 'rank = 0' }] } })[0]).toEqual(
      [
        'payload of inference inference.payload.0',
        'failed',
        '1 of 3 invocations; event 3 of child-2: rank = 0 is false, the payload is {"rank":1,"batch_size":512}',
      ],
    );
  });

  it('counts the invocations with such a payload', () => {
    const expected = [
      { match: { rank: 1 }, count: 2 },
      { match: { rank: 0 }, count: { gte: 2 } },
      { match: { rank: 7 }, count: 0 },
    ];
    expect(judged({ inference: { payload: expected } }).map(([, outcome]) => outcome)).toEqual([
      'passed',
      'failed',
      'passed',
    ]);
  });

  it('reads states whose resource is the function itself', () => {
    const direct = (record: RunRecord) => {
      record.executions[0]!.history = [
        {
          id: 3,
          previousEventId: 2,
          timestampMs: 1,
          type: 'LambdaFunctionScheduled',
          lambdaFunctionScheduledEventDetails: { resource: `${REGION}:cosmicai-init`, input: '{"a":1}' },
        },
      ];
    };
    expect(judged({ init: { payload: [{ match: { a: 1 } }] } }, direct)[0]![1]).toBe('passed');
  });

  it('fails when nothing was invoked, and takes a mocked state for that', () => {
    const mocked = (record: RunRecord) => {
      told(record);
      record.mockedStates = ['Model Inference'];
    };
    expect(judged({ summarize: { payload: [{ match: {} }] } })[0]).toEqual([
      'payload of summarize summarize.payload.0',
      'failed',
      '0 of 0 invocations',
    ]);
    expect(judged({ inference: { payload: [{ match: {}, count: 0 }] } }, mocked)[0]![1]).toBe('passed');
    expect(judged({ inference: { payload: [{ match: {} }] } }, mocked)[0]![2]).toBe('0 of 0 invocations');
  });

  it('is not judged where histories of children were not collected', () => {
    const withoutHistories = (record: RunRecord) => {
      told(record);
      delete record.executions[0]!.children[1]!.history;
    };
    const verdicts = judged(
      { init: { payload: [{ match: {} }] }, inference: { payload: [{ match: {} }] } },
      withoutHistories,
    );
    expect(verdicts.map(([, outcome, actual]) => [outcome, actual])).toEqual([
      ['passed', '1 of 1 invocations'],
      ['not judged', 'the histories of 1 children were not collected'],
    ]);
  });

  it('is not judged on a backend without histories of children', () => {
    const evidence = sampleEvidence((record) => {
      told(record);
      record.backend.capabilities = ['report-lines'];
    });
    const expected = expectSchemaFor('redshift').parse({
      invocations: { init: { payload: [{ match: {} }] }, inference: { payload: [{ match: {} }] } },
    });
    const payloads = judge(expected, {}, evidence).filter(({ name }) => name.startsWith('payload'));
    expect(payloads.map(({ outcome, lacks }) => [outcome, lacks])).toEqual([
      ['passed', undefined],
      ['not judged', ['child-histories']],
    ]);
  });
});
