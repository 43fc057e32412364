/** What a backend cannot give evidence for is neither passed nor failed, for every kind of expectation. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Verdict } from '../../../harness/assertions/assertion.ts';
import { expectSchemaFor, judge } from '../../../harness/assertions/index.ts';
import { metricsFor } from '../../../harness/metrics/index.ts';
import { CAPABILITIES, type Capability } from '../../../harness/record/capability.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { judgeExpectedFailures } from '../../../harness/scenario/expected-failure.ts';
import { requireCapabilities } from '../../../harness/scenario/require-capabilities.ts';
import { sampleEvidence } from './sample-record.ts';

type Expect = z.input<ReturnType<typeof expectSchemaFor>>;

function verdictsWithout(
  lacking: Capability[],
  expected: Expect,
  thresholds: Record<string, { gte: number }> = {},
  change: (record: RunRecord) => void = () => {},
): Verdict[] {
  const evidence = sampleEvidence((record) => {
    record.backend.name = 'place';
    record.backend.capabilities = Object.keys(CAPABILITIES).filter(
      (name) => !lacking.includes(name as Capability),
    );
    change(record);
  });
  return judge(expectSchemaFor('redshift').parse(expected), thresholds, evidence);
}

const named = (verdicts: Verdict[], name: string) => verdicts.find((verdict) => verdict.name === name);

/** Map Runs whose items all failed, told as LocalStack does. */
const untrueSuccess = (record: RunRecord) => {
  const mapRun = record.executions[0]!.mapRuns[0]!;
  Object.assign(mapRun.itemCounts, { succeeded: 0, failed: 2 });
  Object.assign(mapRun.executionCounts, { succeeded: 0, failed: 2 });
};

describe('an expectation beyond the backend', () => {
  it.each<[Capability, Expect, string]>([
    ['logs', { logs: [{ contains: 'no such text', count: 0 }] }, 'logs: contains "no such text"'],
    ['report-lines', { invocations: { init: { count: 0 } } }, 'invocations of init'],
    ['child-histories', { states: { Nowhere: { visits: 0 } } }, 'visits of state Nowhere'],
    ['child-histories', { history: { snapshot: 'x.txt' } }, 'history'],
  ])('that lacks %s is not judged', (capability, expected, name) => {
    const there = named(verdictsWithout([], expected), name);
    expect(there).toBeDefined();
    expect(there!.lacks).toBeUndefined();
    expect(named(verdictsWithout([capability], expected), name)).toMatchObject({
      outcome: 'not judged',
      lacks: [capability],
      actual: expect.stringContaining(`cannot be judged on this backend: place lacks ${capability}`),
    });
  });

  it('keeps judging states that the execution itself tells of', () => {
    const verdicts = verdictsWithout(
      ['child-histories'],
      { states: { Initialize: { visits: 1 } } },
      {},
      (record) => {
        record.executions[0]!.definition = { States: { Initialize: {} } };
      },
    );
    expect(named(verdicts, 'visits of state Initialize')!.outcome).toBe('passed');
  });

  it.each(
    metricsFor('redshift')
      .filter(({ needs }) => needs)
      .map((metric) => [metric.name, metric] as const),
  )('holds for thresholds of %s', (name, { needs, cardinality }) => {
    const expression = cardinality === 'many' ? `max(${name})` : name;
    const verdict = named(verdictsWithout([...needs!], {}, { [expression]: { gte: 0 } }), expression);
    expect(verdict).toMatchObject({ outcome: 'not judged', lacks: needs });
  });

  it('every metric that is read from REPORT lines says so', () => {
    const silent = metricsFor('redshift').filter(
      ({ needs, source }) => /REPORT/.test(source) && !needs?.includes('report-lines'),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('catches no fault that it cannot judge', () => {
    const verdicts = verdictsWithout(['logs'], { logs: [{ contains: 'a text that is missing' }] });
    const outcome = judgeExpectedFailures(verdicts, ['logs']);
    expect(outcome.filter(({ name }) => name.startsWith('caught'))).toEqual([]);
    expect(outcome.filter(({ lacks }) => lacks)).toHaveLength(1);
  });
});

describe('a Map Run whose items all failed', () => {
  it('fails a run that should succeed, whatever the backend says', () => {
    for (const lacking of [[], ['map-run-status']] as Capability[][]) {
      const status = named(verdictsWithout(lacking, {}, {}, untrueSuccess), 'status');
      expect(status).toMatchObject({
        outcome: 'failed',
        actual: 'SUCCEEDED (2 of 2 items of its Map Run failed)',
      });
    }
  });

  it('shows a backend that ought to know better', () => {
    const verdicts = verdictsWithout([], {}, {}, untrueSuccess);
    expect(named(verdicts, 'Map Run status = its item counts')!.outcome).toBe('failed');
  });

  it('says nothing of how it would have ended elsewhere', () => {
    const verdicts = verdictsWithout(
      ['map-run-status'],
      { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' },
      {},
      untrueSuccess,
    );
    expect(named(verdicts, 'status')).toMatchObject({ outcome: 'not judged', lacks: ['map-run-status'] });
    expect(named(verdicts, 'error')).toMatchObject({ outcome: 'not judged', follows: true });
    expect(verdicts.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  it('may have failed items within its tolerance', () => {
    const verdicts = verdictsWithout([], {}, {}, (record) => {
      untrueSuccess(record);
      record.executions[0]!.mapRuns[0]!.toleratedFailurePercentage = 100;
    });
    expect(named(verdicts, 'status')!.outcome).toBe('passed');
  });
});

describe('a scenario beyond the backend', () => {
  const place = { name: 'place', capabilities: new Set<Capability>(['logs']) };
  const scenario = { name: 'mine', needs: [], faults: [] };

  it('is not carried out', () => {
    const beyond = { ...scenario, needs: ['memory-enforcement' as const] };
    expect(() => requireCapabilities(beyond, place)).toThrow(
      expect.objectContaining({
        code: 'not-judged',
        exitCode: 3,
        message: expect.stringContaining(
          'mine is not judged on this backend: place lacks memory-enforcement',
        ),
      }),
    );
  });

  it('needs chaos as soon as it has faults', () => {
    const faulty = { ...scenario, faults: [{}] } as unknown as Parameters<typeof requireCapabilities>[0];
    expect(() => requireCapabilities(faulty, place)).toThrow(/lacks chaos/);
    expect(() => requireCapabilities(scenario, place)).not.toThrow();
  });
});
