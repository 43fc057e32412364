import { evidenceFiles, type Invariant } from '../assertion.ts';
import { showList } from '../show.ts';

/** An invocation that needs all of its memory succeeds by luck: Lambda ends one that needs more. */
export const memoryIsNotUsedUp: Invariant = {
  name: 'memory used < memory size',
  needs: ['report-lines'],
  evaluate({ record }) {
    const succeeded = record.invocations.filter(({ status }) => status === undefined);
    if (succeeded.length === 0) return [];
    const wrong = succeeded.filter(({ maxMemoryUsedMB, memorySizeMB }) => maxMemoryUsedMB >= memorySizeMB);
    const described = wrong.map(
      ({ functionName, maxMemoryUsedMB, memorySizeMB }) =>
        `${functionName} used ${maxMemoryUsedMB} of ${memorySizeMB} MB`,
    );
    return [
      {
        name: memoryIsNotUsedUp.name,
        outcome: wrong.length === 0 ? 'passed' : 'failed',
        expected: 'no invocation that succeeds uses all of its memory',
        actual:
          wrong.length === 0 ? `holds in ${succeeded.length} invocations` : showList([...new Set(described)]),
        path: [],
        evidence: evidenceFiles.invocations,
      },
    ];
  },
};
