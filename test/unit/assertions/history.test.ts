import { describe, expect, it } from 'vitest';
import { history, normalizedHistory } from '../../../harness/assertions/history.ts';
import type { References } from '../../../harness/metrics/evidence.ts';
import { sampleEvidence } from './sample-record.ts';

function kept(files: Record<string, string>, update = false): References {
  return {
    update,
    read: (path) => files[path],
    write: (path, text) => {
      files[path] = text;
    },
  };
}

const judge = (references: References | undefined, change?: Parameters<typeof sampleEvidence>[0]) =>
  history.evaluate(
    { snapshot: 'a.txt' },
    { ...sampleEvidence(change), ...(references ? { references } : {}) },
  )[0]!;

describe('expect.history', () => {
  it('holds whatever the times, the ARNs and the order of the children are', () => {
    const files: Record<string, string> = {};
    expect(judge(kept(files, true)).outcome).toBe('passed');
    expect(files['a.txt']).toContain('2 children SUCCEEDED: TaskStateEntered Model Inference');
    const later = judge(kept(files), ({ executions: [execution] }) => {
      execution!.executionArn = 'arn:other';
      execution!.children.reverse();
      for (const event of execution!.history) event.timestampMs += 5000;
    });
    expect(later).toMatchObject({ outcome: 'passed', actual: 'equal' });
  });

  it('shows the first line that differs', () => {
    const files = { 'a.txt': normalizedHistory(sampleEvidence().record.executions[0]!) };
    const verdict = judge(kept(files), ({ executions: [execution] }) => {
      execution!.history[1]!.type = 'TaskFailed';
    });
    expect(verdict).toMatchObject({
      outcome: 'failed',
      expected: 'a.txt:2: 3 < 2 MapStateEntered Distributed Inference',
      actual: '3 < 2 TaskFailed',
    });
  });

  it('never passes without its snapshot', () => {
    expect(judge(kept({}))).toMatchObject({ outcome: 'failed', actual: expect.stringContaining('--update') });
    expect(judge(undefined).outcome).toBe('not judged');
  });
});
