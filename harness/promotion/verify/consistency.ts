/** Whether the statement agrees with itself: one subject per name, one result per run, and its own summary of both. */
import { RUNS, type RunEvidence, testName } from '../evidence/statement.ts';
import type { Check } from './check.ts';
import { runsOf } from './check.ts';

export const consistency: Check = {
  name: 'consistency',
  reasons(context) {
    const { subject, predicate } = context.statement;
    const runs = runsOf(context);
    const { passedTests, warnedTests, failedTests, result } = predicate;
    const hasWarnings = ({ checks }: RunEvidence) => checks.softFailed.length + checks.notJudged.length > 0;
    const passed = runs.filter((run) => run.passed && !hasWarnings(run)).map(testName);
    const warned = runs.filter((run) => run.passed && hasWarnings(run)).map(testName);
    const failed = runs.filter((run) => !run.passed).map(testName);
    const expected = failed.length > 0 ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED';
    return [
      ...twice(subject.map(({ name }) => name)).map((name) => `${name} is a subject twice`),
      ...twice(runs.map(({ runId }) => runId)).map((id) => `the run ${id} is in it twice`),
      ...(result === 'FAILED' ? ['its result is FAILED'] : []),
      ...(result === expected ? [] : [`its result is ${result}, and its runs say ${expected}`]),
      ...(same(passedTests, passed) ? [] : ['its list of passed tests does not agree with its runs']),
      ...(same(warnedTests, warned) ? [] : ['its list of warned tests does not agree with its runs']),
      ...(same(failedTests, failed) ? [] : ['its list of failed tests does not agree with its runs']),
      ...runs
        .filter(({ provenance }) => provenance.harness !== predicate[RUNS].tool.version)
        .map(
          ({ runId, provenance }) =>
            `${runId} ran with version ${provenance.harness} of the harness, and version ${predicate[RUNS].tool.version} attests it`,
        ),
    ];
  },
};

const twice = (names: readonly string[]) => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

const same = (a: readonly string[], b: readonly string[]) =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
