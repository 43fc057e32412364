/**
 * `promotion.yaml`: what must be proven before anything is released, who may say so, and the environments that
 * releases go to.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { nearestName } from '../core/nearest-name.ts';
import { type Diagnostic, InvalidDocument } from '../document/diagnostics.ts';
import { type DocumentSource, type Path, parseSource } from '../document/source.ts';
import { diagnosticsOf } from '../document/zod-diagnostics.ts';
import { boundSchema, unitMistakes } from '../metrics/bound.ts';
import { resolveExpression } from '../metrics/index.ts';
import { parseQuantity } from '../metrics/quantity.ts';
import { ExpressionError } from '../metrics/threshold.ts';
import { nearestProject } from '../project/nearest-project.ts';
import type { Project } from '../project/project.ts';
import { readSigners, type Signer, signerMistakes, signerSchema } from './signers.ts';

/** `90 s`, `15 min`, `24 h`, `7 d` as milliseconds. */
const duration = z.string().transform((text, context) => {
  const days = /^\s*(\d+(?:\.\d+)?)\s*d\s*$/.exec(text);
  const quantity = days ? undefined : parseQuantity(text);
  if (days) return Number(days[1]) * 86_400_000;
  if (quantity?.dimension === 'time' && quantity.value >= 0) return quantity.value * 1000;
  context.addIssue({ code: 'custom', message: `"${text}" is no time such as 90 s, 15 min, 24 h or 7 d` });
  return z.NEVER;
});

/** `20 MB` as bytes. */
const size = z.string().transform((text, context) => {
  const quantity = parseQuantity(text);
  if (quantity?.dimension === 'bytes') return quantity.value;
  context.addIssue({ code: 'custom', message: `"${text}" is no size such as 20 MB` });
  return z.NEVER;
});

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens');

const requirementSchema = z.strictObject({
  scenario: name,
  /** The scenario file, relative to the policy; the project's `scenarios/NAME.yaml` when left out. */
  file: z.string().min(1).optional(),
  /** On each of these it must have passed. */
  backends: z.array(z.string().min(1)).min(1).default(['embedded']),
  /** `wall`: a run on virtual time proves nothing here. */
  clock: z.enum(['wall', 'any']).default('wall'),
  /** Checks that may stay unjudged, by name. */
  mayBeUnjudged: z.array(z.string()).default([]),
  /** Soft checks that may have failed, by name. */
  maySoftFail: z.array(z.string()).default([]),
  /** States whose integrations may be mocked, by name. */
  mayBeMocked: z.array(z.string()).default([]),
  /** Datasets that neither scenario nor commit fix (of S3, or ignored by Git), by the SHA-256 that evidence names. */
  datasets: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'a dataset is named by 64 hexadecimal digits'))
    .default([]),
});

const functionSchema = z.strictObject({
  memoryMB: z.int().min(128).max(10_240).optional(),
  timeoutSeconds: z.int().min(1).max(900).optional(),
  ephemeralStorageMB: z.int().min(512).max(10_240).optional(),
  reservedConcurrency: z.int().min(0).max(1000).optional(),
  environment: z.record(z.string(), z.string()).optional(),
});

const watchSchema = z.strictObject({
  /** How long executions are watched at each step, and once all traffic has moved. */
  for: duration.default(300_000),
  every: duration.default(15_000),
  /** Executions that must have ended before a step is judged good; waiting for them ends with `for`. */
  minimumExecutions: z.int().min(0).default(0),
  /** Largest share of executions that may fail beyond the baseline's own. */
  errorRateIncrease: z.number().min(0).max(1).default(0),
  /** Largest ratio of the median duration to the baseline's. */
  durationRatio: z.number().min(1).default(2),
});

const environmentSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'an account id has twelve digits, in quotes'),
  region: z.string().min(1),
  /** For tests: where all services answer. AWS_ENDPOINT_URL does the same. */
  endpoint: z.url().optional(),
  profile: z.string().optional(),
  /** Begins the name of everything. */
  prefix: name,
  /** Bucket that keeps artifacts, evidence and the history of releases; `PREFIX-releases-ACCOUNT` when left out. */
  releases: z.string().min(3).optional(),
  /** Real names of the project's buckets; those left out have the name that the project gives them. */
  buckets: z.record(z.string(), z.string().min(3)).default({}),
  /** Literals for placeholders, by state machine. */
  substitutions: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  logRetentionDays: z.int().positive().optional(),
  /** Settings by function, where they differ from the project's. */
  functions: z.record(z.string(), functionSchema).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  /** Existing roles, by name; they are used as they are. Absent: the release makes its own. */
  roles: z
    .strictObject({ functions: z.string().min(1).optional(), stateMachine: z.string().min(1).optional() })
    .default({}),
  /** Alias that users start executions of. */
  alias: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/)
    .default('live'),
  /** Scenario files that the new version must pass before it gets any traffic, relative to this file. */
  smoke: z.array(z.string().min(1)).default([]),
  /** Shares of traffic for the new version, one after another; 100 follows by itself. */
  canary: z.array(z.int().min(1).max(99)).default([]),
  watch: watchSchema.prefault({}),
  /** Whether executions of the present version may be running when the alias moves. */
  executionsInFlight: z.enum(['refuse', 'allow']).default('refuse'),
  /** CloudWatch alarms that must be quiet while a release is watched. */
  alarms: z.array(z.string().min(1)).default([]),
});

const policySchema = z.strictObject({
  apiVersion: z.literal('cosmicai/v1'),
  kind: z.literal('PromotionPolicy'),
  evidence: z.strictObject({
    maximumAge: duration.default(86_400_000),
    signers: z.array(signerSchema).min(1),
    /** Where the evidence comes from. `HEAD`: the commit that is promoted. */
    commit: z
      .union([z.literal('HEAD'), z.literal('any'), z.string().regex(/^[0-9a-f]{40}$/)])
      .default('HEAD'),
    /** Whether runs and promotion of a work tree with changes are refused. */
    cleanWorkTree: z.boolean().default(true),
  }),
  require: z.array(requirementSchema).min(1),
  /** Limits for each required run, on metrics as scenarios name them. */
  thresholds: z.record(z.string(), boundSchema).default({}),
  /** Limits on packages of functions and layers, below AWS's own. */
  sizeBudget: z
    .record(z.string(), z.strictObject({ zip: size.optional(), unzipped: size.optional() }))
    .default({}),
  environments: z.record(z.string(), environmentSchema).default({}),
});

type PolicyFields = z.output<typeof policySchema>;
export type Policy = Omit<PolicyFields, 'evidence'> & {
  evidence: Omit<PolicyFields['evidence'], 'signers'> & { signers: Signer[] };
  /** The file as plain values: what a plan is bound to. */
  value: Json;
  file: string;
  folder: string;
  /** The project that is released: of the nearest cosmicai.yaml at or above the policy. */
  project: Project;
};
export type Environment = z.output<typeof environmentSchema> & { name: string; releases: string };
export type Watch = z.output<typeof watchSchema>;
export type Requirement = z.output<typeof requirementSchema>;

/** Reads and checks a policy; reports every mistake with its line and field. @throws InvalidDocument */
export function loadPolicy(file: string): Policy {
  if (!existsSync(file)) {
    throw new HarnessError('policy-missing', `the policy ${file} does not exist`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'write promotion.yaml (README, "Promotion"), or name another file with --policy',
    });
  }
  const source = parseSource(file, readFileSync(file, 'utf8'));
  const parsed = policySchema.safeParse(source.value, { reportInput: true });
  if (!parsed.success) throw new InvalidDocument(diagnosticsOf(parsed.error.issues, policySchema, source));
  const project = nearestProject(file);
  const folder = dirname(resolve(file));
  const signers = readSigners(parsed.data.evidence.signers, { folder, file });
  const mistakes = [
    ...signerMistakes(signers, source),
    ...thresholdMistakes(parsed.data.thresholds, source, project.pack),
    ...nameMistakes(parsed.data, project, source),
  ];
  if (mistakes.length > 0) throw new InvalidDocument(mistakes);
  const { evidence } = parsed.data;
  const value = source.value as Json;
  return { ...parsed.data, evidence: { ...evidence, signers }, value, file, folder, project };
}

/** The environment of that name. @throws HarnessError `unknown-environment` */
export function environmentNamed(policy: Policy, wanted: string): Environment {
  const found = Object.hasOwn(policy.environments, wanted) ? policy.environments[wanted] : undefined;
  if (found) {
    // Bucket names are shared by all accounts: with the account's id in it the name is free.
    const releases = found.releases ?? `${found.prefix}-releases-${found.account}`;
    return { ...found, name: wanted, releases };
  }
  const known = Object.keys(policy.environments);
  const near = nearestName(wanted, known);
  throw new HarnessError('unknown-environment', `${policy.file} has no environment "${wanted}"`, {
    exitCode: ExitCode.inputWrong,
    remedy: near ? `did you mean ${near}?` : `its environments are ${known.join(', ') || 'none'}`,
  });
}

function thresholdMistakes(
  thresholds: z.output<typeof policySchema>['thresholds'],
  source: DocumentSource,
  pack: string | undefined,
): Diagnostic[] {
  return Object.entries(thresholds).flatMap(([text, bound]) => {
    const path = ['thresholds', text];
    try {
      const { unit } = resolveExpression(text, pack);
      return unitMistakes(bound, unit).map((message) => source.diagnose(path, message, { at: 'value' }));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return [source.diagnose(path, error.message)];
    }
  });
}

/** Functions, buckets, state machines and placeholders that the project does not have. */
function nameMistakes(
  { environments, sizeBudget }: z.output<typeof policySchema>,
  project: Project,
  source: DocumentSource,
): Diagnostic[] {
  const check = (path: Path, kind: string, name: string, known: readonly string[]): Diagnostic[] => {
    if (known.includes(name)) return [];
    const near = nearestName(name, known);
    const hint = near === undefined ? `It has ${known.join(', ') || 'none'}.` : `Did you mean ${near}?`;
    return [source.diagnose(path, `the project has no ${kind} named ${name}`, { hint })];
  };
  const functions = Object.keys(project.functions);
  return [
    ...Object.keys(sizeBudget).flatMap((name) =>
      check(['sizeBudget', name], 'function or layer', name, [...functions, ...Object.keys(project.layers)]),
    ),
    ...Object.entries(environments).flatMap(([environment, one]) => [
      ...Object.keys(one.functions).flatMap((name) =>
        check(['environments', environment, 'functions', name], 'function', name, functions),
      ),
      ...Object.keys(one.buckets).flatMap((name) =>
        check(['environments', environment, 'buckets', name], 'bucket', name, Object.keys(project.buckets)),
      ),
      ...Object.entries(one.substitutions).flatMap(([machine, values]) => {
        const path = ['environments', environment, 'substitutions', machine];
        const found = project.stateMachines[machine];
        if (!found) return check(path, 'state machine', machine, Object.keys(project.stateMachines));
        return Object.keys(values).flatMap((name) =>
          check([...path, name], 'placeholder', name, Object.keys(found.substitutions)),
        );
      }),
    ]),
  ];
}
