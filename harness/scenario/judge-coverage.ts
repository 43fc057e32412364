/** Verdicts on `coverage`: one per share a scenario asks for. */
import { evidenceFiles, type Verdict } from '../assertions/assertion.ts';
import { COVERAGE_KINDS, startedMachines } from '../metrics/coverage.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { CoverageShares } from './coverage-schema.ts';

const MOST_NAMED = 6;

export function judgeCoverage(shares: CoverageShares, record: RunRecord): Verdict[] {
  const counts = startedMachines(record.coverage ?? []).flatMap((machine) => Object.entries(machine.counts));
  return COVERAGE_KINDS.flatMap(({ name, is }): Verdict[] => {
    const least = shares[name];
    if (least === undefined) return [];
    const own = counts.filter(([key]) => is(key));
    const missed = own.filter(([, count]) => count === 0).map(([key]) => key);
    const common = {
      name: `coverage of ${name}`,
      expected: `at least ${least} % of the ${name}`,
      path: ['coverage', name],
      evidence: evidenceFiles.record,
    };
    if (record.coverage === undefined) {
      return [
        { ...common, outcome: 'not judged', actual: 'this backend does not count', lacks: ['coverage'] },
      ];
    }
    if (own.length === 0) return [{ ...common, outcome: 'not judged', actual: `the machine has no ${name}` }];
    const percent = (100 * (own.length - missed.length)) / own.length;
    const more = missed.length > MOST_NAMED ? ` and ${missed.length - MOST_NAMED} more` : '';
    const list = missed.length > 0 ? `; never taken: ${missed.slice(0, MOST_NAMED).join(', ')}${more}` : '';
    return [
      {
        ...common,
        outcome: percent >= least ? 'passed' : 'failed',
        actual: `${percent.toFixed(1)} %, ${own.length - missed.length} of ${own.length}${list}`,
      },
    ];
  });
}
