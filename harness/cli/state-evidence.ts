import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArtifactFolder } from '../artifacts/artifact-folder.ts';
import { type ArtifactSet, buildArtifacts } from '../artifacts/build-artifacts.ts';
import type { BuildTarget } from '../artifacts/packaging/package-request.ts';
import { wallClock } from '../core/clock.ts';
import { packageRoot } from '../core/package-root.ts';
import { nearestProject } from '../project/nearest-project.ts';
import { type AttestedRun, attest } from '../promotion/evidence/attest.ts';
import { IN_TOTO, signEnvelope } from '../promotion/evidence/dsse.ts';
import type { Statement } from '../promotion/evidence/statement.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { harnessVersion } from './run-origins.ts';

/** The statement about `runs`: of the artifacts in a folder, or of those that the sources build. */
export async function stateEvidence(
  runs: readonly AttestedRun[],
  artifactFolder: string | undefined,
): Promise<Statement> {
  const url = ciPage();
  return attest(runs, {
    artifacts: artifactFolder === undefined ? await artifactsOf(runs) : readArtifactFolder(artifactFolder),
    toolVersion: harnessVersion(),
    attestedAtMs: wallClock().nowMs(),
    configuration: lockfileDigest(),
    ...(url === undefined ? {} : { url }),
  });
}

/** npm publishes no lockfile: an installed package has none of its own. */
function lockfileDigest(): Record<string, string> {
  const file = join(packageRoot(), 'package-lock.json');
  return existsSync(file) ? { 'package-lock.json': digestOf(file) } : {};
}

/** Attests the runs and writes the evidence; answers a line about it. */
export async function writeEvidence(
  file: string,
  runs: readonly AttestedRun[],
  { key }: { key: KeyObject },
): Promise<string> {
  return writeStatement(file, await stateEvidence(runs, undefined), key);
}

/** Signs a statement and writes it; answers a line about it. */
export function writeStatement(file: string, statement: Statement, key: KeyObject): string {
  writeFileSync(file, `${JSON.stringify(signEnvelope(IN_TOTO, JSON.stringify(statement), key))}\n`);
  const { passedTests, warnedTests } = statement.predicate;
  const tests = [...passedTests, ...warnedTests.map((name) => `${name} with warnings`)];
  return `${file}: ${statement.subject.length} artifacts passed ${tests.join(', ')}\n`;
}

/** What the sources build, for the platform that the runs' functions were built for. */
async function artifactsOf(runs: readonly { outcome: RunOutcome }[]): Promise<ArtifactSet> {
  const project = nearestProject(runs[0]?.outcome.file || process.cwd());
  const ran = new Set(
    runs.flatMap(({ outcome }) => outcome.record.artifacts.map(({ name, sha256 }) => `${name} ${sha256}`)),
  );
  const [here = '', ...others] = new Set([
    ...runs.map(({ outcome }) => outcome.record.host.platform),
    'linux-x64',
    'linux-arm64',
  ]);
  const build = (target: string) =>
    buildArtifacts({ project, cacheFolder: openWorkspace().artifactCache, target: targetNamed(target) });
  const first = await build(here);
  const fits = ({ functions }: ArtifactSet) =>
    Object.values(functions).every(({ name, sha256 }) => ran.has(`${name} ${sha256}`));
  if (fits(first)) return first;
  for (const target of others) {
    const built = await build(target);
    if (fits(built)) return built;
  }
  return first;
}

function targetNamed(text: string): BuildTarget {
  const [platform = '', arch = ''] = text.split('-');
  return { platform, arch };
}

const digestOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Page of the run on GitHub Actions. */
function ciPage(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = process.env;
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}
