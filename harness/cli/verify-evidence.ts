import { readArtifactFolder } from '../artifacts/artifact-folder.ts';
import { type ArtifactSet, buildArtifacts } from '../artifacts/build-artifacts.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode } from '../core/errors.ts';
import { pathOfProject } from '../promotion/evidence/provenance.ts';
import { committedFiles, workTreeFiles } from '../promotion/evidence/source-files.ts';
import { readSourceState } from '../promotion/evidence/source-state.ts';
import { RUNS } from '../promotion/evidence/statement.ts';
import { loadPolicy, type Policy } from '../promotion/policy.ts';
import { accepted, readEvidence, type Verification, verifyEvidence } from '../promotion/verify/index.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';

export interface VerifyOptions {
  policy: string;
  artifacts?: string;
  evidenceOnly: boolean;
  json: boolean;
}

/** Evidence, what it is about, and the verdict. */
export interface VerifiedRelease {
  evidenceText: string;
  artifacts: ArtifactSet;
  verification: Verification;
}

/** Prints the verdict; exit code 1 when the evidence is refused. */
export async function verifyFile(file: string, options: VerifyOptions): Promise<void> {
  const policy = loadPolicy(options.policy);
  const verification = options.evidenceOnly
    ? await verifyEvidence(readEvidence(file).evidence, policy, { nowMs: wallClock().nowMs() })
    : (await verifyRelease(file, policy, options.artifacts)).verification;
  const passed = accepted(verification);
  if (options.json) {
    const { signer, checks } = verification;
    process.stdout.write(
      `${JSON.stringify({ accepted: passed, signer: signer ?? null, checks }, null, 2)}\n`,
    );
  } else {
    process.stdout.write(renderVerification(file, verification));
  }
  if (!passed) throw new CommandExit(ExitCode.expectationFailed);
}

/** Evidence together with the artifacts in a folder, or those that the sources build for the attested platform. */
export async function verifyRelease(
  file: string,
  policy: Policy,
  artifactFolder: string | undefined,
): Promise<VerifiedRelease> {
  const { text, evidence } = readEvidence(file);
  const { project } = policy;
  const { commit: wanted } = policy.evidence;
  const source = await readSourceState(project);
  const commit = wanted === 'HEAD' ? source.commit : wanted;
  const context = {
    nowMs: wallClock().nowMs(),
    source,
    // The commit defines what had to run; without one the files of the work tree do.
    files:
      commit === undefined || commit === 'any'
        ? workTreeFiles(project.folder)
        : committedFiles(project.folder, commit),
    ...(source.commit === undefined ? {} : { projectPath: pathOfProject(project) }),
  };
  const read = artifactFolder === undefined ? undefined : readArtifactFolder(artifactFolder);
  const first = await verifyEvidence(evidence, policy, { ...context, ...(read ? { artifacts: read } : {}) });
  const artifacts =
    read ??
    (await buildArtifacts({
      project,
      cacheFolder: openWorkspace().artifactCache,
      target: first.statement?.predicate[RUNS].target ?? { platform: 'linux', arch: process.arch },
    }));
  const verification = read ? first : await verifyEvidence(evidence, policy, { ...context, artifacts });
  return { evidenceText: text, artifacts, verification };
}

/** Every check, with the reasons where it refuses. */
function renderVerification(file: string, verification: Verification): string {
  const { signer, checks, statement } = verification;
  const lines = checks.flatMap(({ name, reasons }) => [
    `  ${reasons.length === 0 ? 'ok     ' : 'refused'}  ${name}`,
    ...reasons.map((reason) => `           ${reason}`),
  ]);
  const tests = statement?.predicate[RUNS].runs.length ?? 0;
  const about = signer === undefined ? '' : ` signed by ${signer}, ${tests} ${tests === 1 ? 'run' : 'runs'}`;
  return `${file}:${about}\n${lines.join('\n')}\n${accepted(verification) ? 'accepted' : 'refused'}\n`;
}
