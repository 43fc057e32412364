/** Scenarios that are faulty on purpose: they are in order when the named checks notice it, and no other fails. */
import type { Verdict } from '../assertions/assertion.ts';

/** What a verdict is called in `expectFailure`: its field under `expect`, its threshold, or an invariant's name. */
function checkName({ path, name }: Verdict): string {
  return path.length >= 2 && (path[0] === 'expect' || path[0] === 'thresholds') ? String(path[1]) : name;
}

/**
 * Turns the failures that were expected into passes (`caught: ...`), and adds a failure for each check that
 * noticed nothing.
 */
export function judgeExpectedFailures(verdicts: readonly Verdict[], expected: readonly string[]): Verdict[] {
  const caught = new Set<string>();
  const judged = verdicts.map((verdict): Verdict => {
    const name = checkName(verdict);
    if (!expected.includes(name)) return verdict;
    if (verdict.outcome === 'failed') caught.add(name);
    return verdict.outcome === 'failed'
      ? {
          ...verdict,
          outcome: 'passed',
          name: `caught: ${verdict.name}`,
          expected: `not ${verdict.expected}`,
        }
      : verdict;
  });
  const beyond = new Set(verdicts.filter(({ lacks }) => lacks).map(checkName));
  const unnoticed = expected.flatMap((name, index): Verdict[] =>
    // What this backend cannot judge it cannot catch either; its own verdict says so.
    caught.has(name) || beyond.has(name)
      ? []
      : [
          {
            name: `caught: ${name}`,
            outcome: 'failed',
            expected: `${name} fails, for the scenario is faulty on purpose`,
            actual: verdicts.some((verdict) => checkName(verdict) === name)
              ? 'it did not fail: the fault went unnoticed'
              : 'it was not judged at all',
            path: ['expectFailure', index],
          },
        ],
  );
  // What is not judged because a caught status says why is no gap of this scenario.
  return [...judged, ...unnoticed];
}
