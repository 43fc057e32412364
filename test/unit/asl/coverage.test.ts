import { describe, expect, it } from 'vitest';
import { coverageReport, createCoverage } from '../../../harness/asl/coverage.ts';
import { failing, initOf, programOf, ScriptedWorld, SERVICE } from './scripted-world.ts';

const PROGRAM = programOf({
  StartAt: 'C',
  States: {
    C: { Type: 'Choice', Choices: [{ Variable: '$.go', IsPresent: true, Next: 'T' }], Default: 'E' },
    T: {
      Type: 'Task',
      Resource: SERVICE,
      Parameters: { FunctionName: 'f' },
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E' }],
      Next: 'M',
    },
    M: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
      ItemsPath: '$.items',
      Next: 'E',
    },
    E: { Type: 'Succeed' },
  },
});

describe('coverage', () => {
  it('counts what a run takes and names what none took', () => {
    const coverage = createCoverage();
    new ScriptedWorld(PROGRAM, initOf({ go: 1, items: [] }, { coverage }), failing('E', 9)).run();
    const report = coverageReport(PROGRAM, coverage);
    expect(report.counts).toEqual({
      '/States/C': 1,
      '/States/C/Choices[0]': 1,
      '/States/C/Default': 0,
      '/States/T': 1,
      '/States/T -> M': 0,
      '/States/T/Retry[0]': 1,
      '/States/T/Catch[0]': 1,
      '/States/M': 0,
      '/States/M -> E': 0,
      '/States/M/ItemProcessor/States/I': 0,
      '/States/M/ItemProcessor/States/I -> End': 0,
      '/States/E': 1,
    });
    expect(report).toMatchObject({ covered: 6, total: 12 });
    expect(report.missed[0]).toBe('/States/C/Default');
  });

  it('adds the runs of a suite up', () => {
    const coverage = createCoverage();
    for (const input of [{}, { go: 1, items: [1, 2] }]) {
      new ScriptedWorld(PROGRAM, initOf(input, { coverage }), failing('E', 0)).run();
    }
    const { counts } = coverageReport(PROGRAM, coverage);
    expect(counts['/States/C']).toBe(2);
    expect(counts['/States/C/Default']).toBe(1);
    expect(counts['/States/T/Catch[0]']).toBe(0);
  });
});
