/** Whether required runs were made from what the promoted sources hold: a name alone proves nothing. */
import { relative, resolve, sep } from 'node:path';
import { type FileLookup, yamlSha256 } from '../evidence/source-files.ts';
import type { RunEvidence } from '../evidence/statement.ts';
import type { Policy, Requirement } from '../policy.ts';
import type { Check, VerifyContext } from './check.ts';
import { runName, runsOf } from './check.ts';

/** Scenario, project, references and data of each required run are those of the promoted sources; nothing is mocked. */
export const content: Check = {
  name: 'content',
  reasons: (context) =>
    context.policy.require.flatMap((requirement) =>
      runsOf(context)
        .filter(({ scenario }) => scenario === requirement.scenario)
        .flatMap((run) => [
          ...scenarioReasons(run, requirement, context),
          ...projectReasons(run, context),
          ...referenceReasons(run, context.files),
          ...datasetReasons(run, requirement, context.files),
          ...mockReasons(run, requirement),
          ...purposeReasons(run),
        ]),
    ),
};

function scenarioReasons(run: RunEvidence, requirement: Requirement, context: VerifyContext): string[] {
  const { path, sha256 } = run.provenance.scenarioFile;
  const allowed = scenarioPaths(requirement, context.policy);
  if (!allowed.includes(path)) {
    const where = path.startsWith('..') || path.startsWith('/') ? ', outside of the project,' : '';
    const remedy = requirement.file === undefined ? '; "file" of the requirement names another' : '';
    return [`${runName(run)} is of the file ${path}${where} not of ${allowed[0]}${remedy}`];
  }
  return differs(runName(run), path, sha256, context.files, true);
}

/** Paths relative to the project of the required scenario, `.yaml` or `.yml`. */
function scenarioPaths({ scenario, file }: Requirement, { folder, project }: Policy): string[] {
  if (file === undefined) return [`scenarios/${scenario}.yaml`, `scenarios/${scenario}.yml`];
  return [relative(project.folder, resolve(folder, file)).split(sep).join('/')];
}

function projectReasons(
  run: RunEvidence,
  { policy: { project }, files, projectPath }: VerifyContext,
): string[] {
  const { name, pack, path, sha256 } = run.provenance.project;
  const of = runName(run);
  const file = relative(project.folder, project.file).split(sep).join('/');
  return [
    ...(name === project.name ? [] : [`${of} ran in the project ${name}, not in ${project.name}`]),
    ...(pack === project.pack
      ? []
      : [`${of} ran with the pack ${pack ?? 'none'}, not ${project.pack ?? 'none'}`]),
    ...(projectPath === undefined || projectPath === path
      ? []
      : [`${of} ran in the project ${path}, not in ${projectPath} of the repository`]),
    ...differs(of, file, sha256, files, true),
  ];
}

function referenceReasons(run: RunEvidence, files: FileLookup | undefined): string[] {
  const { references, datasetKind } = run.provenance;
  // Data of its own may be pinned by the policy instead.
  if (datasetKind === 'files') return [];
  return references.flatMap(({ path, sha256 }) => differs(runName(run), path, sha256, files));
}

/** Data that the scenario file does not determine must be in the commit, or pinned by the policy. */
function datasetReasons(
  run: RunEvidence,
  { datasets }: Requirement,
  files: FileLookup | undefined,
): string[] {
  const { datasetSha256, provenance } = run;
  const { datasetKind, references } = provenance;
  if (datasetKind === undefined) return [];
  if (datasetSha256 === undefined) return [`the dataset of ${runName(run)} is not in the evidence`];
  if (datasets.includes(datasetSha256)) return [];
  const pin = `"datasets" of the requirement may name it: ${datasetSha256}`;
  if (datasetKind === 's3') return [`the dataset of ${runName(run)} lies in S3 and is not pinned; ${pin}`];
  if (datasetKind === 'generated')
    return datasets.length === 0 ? [] : [`the dataset of ${runName(run)} is not one that the policy names`];
  const reasons = references.flatMap(({ path, sha256 }) => differs(runName(run), path, sha256, files));
  return reasons.length === 0
    ? []
    : [...reasons.slice(0, 3), `the data of ${runName(run)} is not pinned; ${pin}`];
}

function mockReasons(run: RunEvidence, { mayBeMocked }: Requirement): string[] {
  const { states, functions } = run.provenance.mocks;
  const refused = states.filter((state) => !mayBeMocked.includes(state));
  if (refused.length === 0) return [];
  const instead = functions.length === 0 ? '' : `, so the functions ${functions.join(', ')} did not answer`;
  return [`${runName(run)} mocks the states ${refused.join(', ')}${instead}`];
}

function purposeReasons(run: RunEvidence): string[] {
  const { expectedFailures } = run.provenance;
  if (expectedFailures.length === 0) return [];
  return [`${runName(run)} is meant to fail (expectFailure: ${expectedFailures.join(', ')})`];
}

function differs(
  of: string,
  path: string,
  sha256: string,
  files: FileLookup | undefined,
  isYaml = false,
): string[] {
  if (!files) return [];
  const state = files(path);
  if ('problem' in state) return [`${path} of ${of} ${state.problem}`];
  const found = isYaml && state.text !== undefined ? yamlSha256(state.text) : state.sha256;
  if (found === sha256) return [];
  return [`${path} of ${of} has the digest sha256:${found}; it ran as sha256:${sha256}`];
}
