/** States within a Map whose children are EXPRESS: no history tells of them. */
import { describe, expect, it } from 'vitest';
import { states } from '../../../harness/assertions/states.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from './sample-record.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:thumbs';
const definition = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'Make',
        States: { Make: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
};

function judged(coverage: RunRecord['coverage'], expected: Record<string, object>) {
  const executionArn = MACHINE.replace(':stateMachine:', ':execution:').concat(':run-1');
  const child = {
    executionArn: executionArn.replace(':execution:', ':express:'),
    mapRunArn: 'm',
    status: 'SUCCEEDED',
    startedAtMs: 1,
  };
  const evidence = sampleEvidence((record) => {
    const [execution] = record.executions;
    record.executions = [{ ...execution!, executionArn, definition, children: [child], mapRuns: [] }];
    if (coverage) record.coverage = coverage;
  });
  return states.evaluate(expected as never, evidence).map(({ outcome }) => outcome);
}

const counts = { '/States/Each': 1, '/States/Each/ItemProcessor/States/Make': 3 };
const counted = [{ stateMachineArn: MACHINE, covered: 2, total: 2, missed: [], counts }];

describe('states within a Map with EXPRESS children', () => {
  it('are judged by what the interpreter counted', () => {
    expect(judged(counted, { Make: { visits: 3, visited: true } })).toEqual(['passed', 'passed']);
    expect(judged(counted, { Make: { visits: 4 } })).toEqual(['failed']);
  });

  it('are not judged where nothing counts, nor are their retries', () => {
    expect(judged(undefined, { Make: { visits: 0, visited: false } })).toEqual(['not judged', 'not judged']);
    expect(judged(counted, { Make: { retries: 0 } })).toEqual(['not judged']);
  });
});
