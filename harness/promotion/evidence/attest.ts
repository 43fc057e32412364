/** From runs that passed to the statement about their artifacts. */
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { restorePlaceholders } from '../../project/placeholders.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { artifactRecords } from '../../scenario/deployment.ts';
import { describeCell } from '../../scenario/matrix.ts';
import { allPassed, type RunOutcome } from '../../scenario/outcome.ts';
import { summarizeMetrics } from './metric-summary.ts';
import {
  type Provenance,
  RUNS,
  type RunEvidence,
  STATEMENT_TYPE,
  type Statement,
  TEST_RESULT,
  testName,
} from './statement.ts';
import { jsonSha256, manifestSha256, subjectsOf } from './subjects.ts';

/** One finished run, with what its record does not know. */
export interface AttestedRun {
  outcome: RunOutcome;
  /** What it was made from, recorded when it ran. */
  provenance: Provenance;
}

interface AttestContext {
  artifacts: ArtifactSet;
  toolVersion: string;
  attestedAtMs: number;
  /** Digests of further files that decided what was run, by name. */
  configuration: Record<string, string>;
  /** Page of the CI run. */
  url?: string;
}

/**
 * The statement that `runs` passed with `artifacts`. Runs of other artifacts (faulty variants) are left out by
 * name. @throws HarnessError `not-attestable`: a run failed, or none is about these artifacts
 */
export function attest(runs: readonly AttestedRun[], context: AttestContext): Statement {
  const { artifacts, toolVersion, attestedAtMs, configuration, url } = context;
  const failed = runs
    .filter(({ outcome }) => !outcome.passed || !allPassed(outcome.verdicts))
    .map(({ outcome }) => outcome.runId);
  if (failed.length > 0) {
    throw notAttestable(`${failed.join(', ')} did not pass`, 'Only runs that passed are evidence.');
  }
  const changed = runs
    .filter(({ provenance }) => provenance.referencesChanged)
    .map(({ outcome }) => outcome.runId);
  if (changed.length > 0) {
    throw notAttestable(
      `the references of ${changed.join(', ')} were written (--update) or changed during the run`,
      'Run the scenarios again without --update.',
    );
  }
  const { declared } = artifacts;
  if (declared && jsonSha256(declared) !== manifestSha256(artifacts)) {
    throw notAttestable(
      'the manifest of the artifacts does not say what they are',
      'Write them again with "cosmicai artifacts --out FOLDER".',
    );
  }
  const sorted = runs.map((run) => ({ run, reason: whyOther(run.outcome.record, artifacts) }));
  const own = sorted.filter(({ reason }) => reason === undefined).map(({ run }) => run);
  const leftOut = sorted.flatMap(({ run, reason }) =>
    reason === undefined ? [] : [{ run: run.outcome.runId, reason }],
  );
  if (own.length === 0) {
    const [first] = leftOut;
    throw notAttestable(
      `no run is about these artifacts${first ? `: in ${first.run} ${first.reason}` : ''}`,
      'Run the scenarios again, or name the artifacts that were run with --artifacts.',
    );
  }
  const evidence = own.map((run) => runEvidence(run, artifacts));
  const warned = evidence.filter(({ checks }) => checks.softFailed.length + checks.notJudged.length > 0);
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(artifacts),
    predicateType: TEST_RESULT,
    predicate: {
      result: warned.length > 0 ? 'WARNED' : 'PASSED',
      configuration: [
        ...Object.entries(configuration).map(([name, sha256]) => ({ name, digest: { sha256 } })),
        ...scenarioDescriptors(own),
      ],
      ...(url === undefined ? {} : { url }),
      passedTests: evidence.filter((one) => !warned.includes(one)).map(testName),
      warnedTests: warned.map(testName),
      failedTests: [],
      [RUNS]: {
        tool: { name: 'cosmicai-harness', version: toolVersion },
        target: { ...artifacts.target },
        attestedAt: new Date(attestedAtMs).toISOString(),
        runs: evidence,
        leftOut,
      },
    },
  };
}

function scenarioDescriptors(runs: readonly AttestedRun[]) {
  const digests = new Map(
    runs.flatMap(({ provenance: { scenarioFile, project } }) => [
      [project.path, project.sha256],
      [scenarioFile.path, scenarioFile.sha256],
    ]),
  );
  return [...digests].map(([name, sha256]) => ({ name, digest: { sha256 } }));
}

/** Why a record is not about these artifacts, or undefined. */
function whyOther(record: RunRecord, artifacts: ArtifactSet): string | undefined {
  const own = artifactRecords(artifacts);
  for (const { name, kind, sha256 } of own) {
    const ran = record.artifacts.filter((one) => one.name === name && one.kind === kind);
    const other = ran.find((one) => one.sha256 !== sha256);
    if (ran.length === 0 || other) return `${name} is ${other?.sha256 ?? 'not recorded'}, not ${sha256}`;
  }
  const more = record.artifacts.find(
    ({ name, kind }) => !own.some((one) => one.name === name && one.kind === kind),
  );
  return more && `${more.name} was deployed beside them`;
}

function runEvidence({ outcome, provenance }: AttestedRun, artifacts: ArtifactSet): RunEvidence {
  const { record, verdicts, cell } = outcome;
  const { states, functions } = provenance.mocks;
  const mocked = [...new Set([...states, ...(record.mockedStates ?? [])])].sort();
  const label = describeCell(cell);
  const named = (kind: string) => verdicts.filter(({ outcome: one }) => one === kind).map(({ name }) => name);
  return {
    scenario: outcome.scenario,
    cell: label,
    runId: outcome.runId,
    provenance: { ...provenance, mocks: { states: mocked, functions } },
    ...(record.dataset?.sha256 === undefined ? {} : { datasetSha256: record.dataset.sha256 }),
    passed: outcome.passed,
    backend: record.backend,
    clock: record.clock,
    startedAt: new Date(record.startedAtMs).toISOString(),
    endedAt: new Date(record.endedAtMs).toISOString(),
    host: { ...record.host },
    checks: { passed: named('passed').length, softFailed: named('failed'), notJudged: named('not judged') },
    substitutions: substitutionsIn(record, artifacts),
    gaps: record.gaps,
    metrics: summarizeMetrics(record),
  };
}

/**
 * Values of placeholders in the definitions that ran, as `MACHINE.PLACEHOLDER`; each definition must be a declared one
 * otherwise.
 */
function substitutionsIn(record: RunRecord, { stateMachines }: ArtifactSet): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { definition, executionArn } of record.executions) {
    if (definition === undefined) continue;
    const deployed = executionArn.split(':')[6] ?? '';
    const machine =
      Object.values(stateMachines).find(({ name }) => deployed === name || deployed.endsWith(`-${name}`)) ??
      Object.values(stateMachines)[0];
    if (!machine) continue;
    const restored = restorePlaceholders(machine.definition, definition);
    if (restored.differences.length > 0) {
      throw notAttestable(
        `the definition that ${record.runId} ran differs from the artifact's at ${restored.differences[0]}`,
        'Run the scenario again.',
      );
    }
    for (const [name, value] of Object.entries(restored.values)) values[`${machine.name}.${name}`] = value;
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !value.startsWith('arn:')));
}

function notAttestable(why: string, remedy: string): HarnessError {
  return new HarnessError('not-attestable', `no evidence is written: ${why}`, {
    exitCode: ExitCode.expectationFailed,
    remedy,
  });
}
