import type { RunEvidence } from '../evidence/statement.ts';
import type { Requirement } from '../policy.ts';
import type { Check, VerifyContext } from './check.ts';
import { runName, runsOf } from './check.ts';

/** Every required scenario passed, whole, on every backend the policy names, on the clock it asks for. */
export const requirements: Check = {
  name: 'required scenarios',
  reasons: (context) =>
    context.policy.require.flatMap((requirement) => {
      const runs = runsOf(context).filter(({ scenario }) => scenario === requirement.scenario);
      if (runs.length === 0) return [`the scenario ${requirement.scenario} was not run (or skipped)`];
      return requirement.backends.flatMap((backend) => onBackend(requirement, backend, runs));
    }),
};

function onBackend(requirement: Requirement, backend: string, all: readonly RunEvidence[]): string[] {
  const { scenario, clock } = requirement;
  const runs = all.filter((run) => run.backend.name === backend);
  if (runs.length === 0) {
    const others = [...new Set(all.map((run) => run.backend.name))].join(', ');
    return [`${scenario} was not run on the backend ${backend} (only on ${others})`];
  }
  const onClock = clock === 'any' ? runs : runs.filter((run) => run.clock === clock);
  if (onClock.length === 0) {
    const clocks = [...new Set(runs.map((run) => run.clock))].join(', ');
    return [`${scenario} was run on ${clocks} time only on ${backend}; the policy asks for ${clock} time`];
  }
  const cells = [...new Set(onClock.flatMap((run) => run.provenance.cells))];
  const missing = cells.filter((cell) => !onClock.some((run) => run.cell === cell));
  return [
    ...(cells.length === 0 ? [`the cells that ${scenario} asks for are not in the evidence`] : []),
    ...missing.map((cell) => `${runName({ scenario, cell })} was not run on ${backend} (or skipped)`),
    ...onClock.flatMap((run) => unproven(run, backend, requirement)),
  ];
}

function unproven(run: RunEvidence, backend: string, { mayBeUnjudged, maySoftFail }: Requirement): string[] {
  if (!run.passed) return [`${runName(run)} did not pass on ${backend}`];
  const unjudged = run.checks.notJudged.filter((name) => !mayBeUnjudged.includes(name));
  return [
    ...(run.checks.passed === 0 ? [`nothing was judged in ${runName(run)} on ${backend}`] : []),
    ...run.checks.softFailed
      .filter((name) => !maySoftFail.includes(name))
      .map((name) => `"${name}" of ${runName(run)} failed on ${backend}, softly`),
    ...unjudged.map((name) => `"${name}" of ${runName(run)} was not judged on ${backend}`),
  ];
}

/** The runs that fulfil a requirement: thresholds apply to these. */
export function requiredRuns(context: VerifyContext): RunEvidence[] {
  return runsOf(context).filter((run) =>
    context.policy.require.some(
      ({ scenario, backends, clock }) =>
        run.scenario === scenario &&
        backends.includes(run.backend.name) &&
        (clock === 'any' || run.clock === clock),
    ),
  );
}
