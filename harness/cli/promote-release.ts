import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { alphanumeric } from '../core/ids.ts';
import { seededRandom } from '../core/random.ts';
import { type AwsAccess, type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import { evaluate } from '../emulator/services/iam/policy/evaluate.ts';
import { parsePolicy } from '../emulator/services/iam/policy/policy-document.ts';
import type { Project } from '../project/project.ts';
import type { Allows } from '../promotion/account/allows.ts';
import { type ApplyOutcome, applyPromotion } from '../promotion/apply/apply.ts';
import { type PromotionPlan, planPromotion } from '../promotion/plan/plan.ts';
import { renderPlan } from '../promotion/plan/render.ts';
import { requireSamePlan, savedPlan } from '../promotion/plan/saved-plan.ts';
import { type Environment, environmentNamed, loadPolicy, type Policy } from '../promotion/policy.ts';
import { type NamedContent, policySha256 } from '../promotion/policy-digest.ts';
import { promoterPolicy } from '../promotion/promoter-policy.ts';
import { SMOKE_PREFIX, type SmokeResult, type SmokeRunner } from '../promotion/smoke.ts';
import { createProgress } from '../reports/progress/index.ts';
import { sha256OfFile } from '../scenario/dataset/sealed-folder.ts';
import { referencesOf } from '../scenario/dependencies.ts';
import { artifactRecords } from '../scenario/deployment.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load.ts';
import {
  type DeployedTarget,
  requireSmokeScenario,
  runAgainst,
  type SmokeContext,
  type SmokeRun,
} from '../scenario/smoke.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';
import { accessTo } from './environment-access.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';
import { servedAs } from './served-as.ts';
import { type VerifiedRelease, verifyRelease } from './verify-evidence.ts';
import { wantsColor } from './wants-color.ts';

export interface PromoteOptions {
  to: string;
  evidence?: string;
  rights: boolean;
  policy: string;
  artifacts?: string;
  /** A file, or true for showing it alone. */
  plan?: string | true;
  apply?: string | true;
  acceptDrift: boolean;
  allowInFlight: boolean;
}

/** How long IAM takes as a rule until new rights are known everywhere. */
const RIGHTS_SETTLE_MS = 10_000;

/** Plans a release, and applies it when asked to. */
export async function promoteRelease(options: PromoteOptions): Promise<void> {
  const policy = loadPolicy(options.policy);
  const environment = environmentNamed(policy, options.to);
  if (options.rights) {
    process.stdout.write(`${JSON.stringify(promoterPolicy(policy.project, environment), null, 2)}\n`);
    return;
  }
  if (options.evidence === undefined) throw evidenceNeeded();
  // Before anything is asked of the account: a mistake in a smoke scenario is reported at once.
  const smokes = environment.smoke.map((file) => loadSmoke(policy, file));
  const release = await verifyRelease(options.evidence, policy, options.artifacts);
  const access = accessTo(environment);
  const clients = clientsFor(access);
  try {
    const plan = await planPromotion({
      ...release,
      project: policy.project,
      policySha256: policySha256(policy, await contentsOf(smokes)),
      clients,
      environment,
      allows,
    });
    if (options.apply === undefined) showPlan(plan, options.plan);
    else await carryOut({ options, policy, plan, release, environment, access, clients, smokes });
  } finally {
    clients.close();
  }
}

/** Smoke scenarios with the files that they compare with and upload, by content. */
async function contentsOf(smokes: readonly LoadedScenario[]): Promise<NamedContent[]> {
  const contents: NamedContent[] = [];
  for (const { name, source, runs } of smokes) {
    const files = runs.flatMap((run) => [...referencesOf(run), ...(run.dataset?.paths ?? [])]);
    contents.push({ name, sha256: createHash('sha256').update(source.text).digest('hex') });
    for (const file of new Set(files.filter((one) => existsSync(one))))
      contents.push({ name: basename(file), sha256: await sha256OfFile(file) });
  }
  return contents;
}

const evidenceNeeded = () =>
  new HarnessError('evidence-missing', 'promotion needs evidence that the artifacts passed', {
    exitCode: ExitCode.inputWrong,
    remedy: 'name it with --evidence FILE; "cosmicai run --attest FILE" writes it',
  });

/** Whether identity-based policies allow a call, as AWS decides it. */
const allows: Allows = (documents, action, resource) =>
  evaluate(
    documents.flatMap((one) => parsePolicy(JSON.stringify(one))),
    { action, resource },
  ) === 'allowed';

function loadSmoke({ folder }: Policy, file: string): LoadedScenario {
  const scenario = loadScenario(resolve(folder, file));
  requireSmokeScenario(scenario);
  return scenario;
}

function showPlan(plan: PromotionPlan, file: string | true | undefined): void {
  process.stdout.write(renderPlan(plan, { color: wantsColor() }));
  if (typeof file !== 'string') return;
  writeFileSync(file, `${JSON.stringify(savedPlan(plan, wallClock().nowMs()), null, 2)}\n`);
}

interface Work {
  options: PromoteOptions;
  policy: Policy;
  plan: PromotionPlan;
  release: VerifiedRelease;
  environment: Environment;
  access: AwsAccess;
  clients: AwsClients;
  smokes: readonly LoadedScenario[];
}

async function carryOut(work: Work): Promise<void> {
  const { options, policy, plan, release, environment, access, clients } = work;
  if (typeof options.apply === 'string') {
    requireSamePlan(readPlan(options.apply), options.apply, plan);
  }
  process.stdout.write(renderPlan(plan, { color: wantsColor() }));
  const interruption = untilInterrupted();
  const progress = createProgress(process.stderr, wantsColor());
  const say = (line: string) => {
    progress.stop();
    process.stderr.write(`${environment.name}: ${line}\n`);
  };
  let outcome: ApplyOutcome;
  try {
    outcome = await applyPromotion(
      {
        clients,
        clock: wallClock(),
        environment,
        plan,
        artifacts: release.artifacts,
        evidenceText: release.evidenceText,
        smoke: smokeRunner(work, policy.project, interruption.abort, progress.listener),
        rightsSettleMs: Object.keys(access.endpoints).length > 0 ? 0 : RIGHTS_SETTLE_MS,
        signal: interruption.abort,
        onStep: ({ name, index, count }) => say(`step ${index} of ${count}, ${name}`),
        onProgress: say,
      },
      {
        drift: options.acceptDrift,
        inFlight: options.allowInFlight || environment.executionsInFlight === 'allow',
      },
    );
  } catch (error) {
    if (!interruption.abort.aborted) throw error;
    say('interrupted: apply again to finish the release, or give it up with "cosmicai rollback"');
    throw new CommandExit(INTERRUPTED);
  } finally {
    progress.stop();
  }
  process.stdout.write(`${sentence(outcome, plan)}\n`);
  if (outcome.kind === 'rolled back') throw new CommandExit(ExitCode.expectationFailed);
}

function sentence(outcome: ApplyOutcome, { blueprint, environment, live }: PromotionPlan): string {
  const { release } = blueprint;
  if (outcome.kind === 'unchanged') return `${release} serves in ${environment}; nothing to change`;
  if (outcome.kind === 'released')
    return `${release} serves in ${environment}${servedAs(outcome.stateMachineVersionArns)}`;
  const serving = live ? `${live.release} goes on serving` : 'nothing serves, as before';
  return `${release} is rolled back, ${serving}:\n  ${outcome.reason.replaceAll('\n', '\n  ')}`;
}

function smokeRunner(
  { smokes, plan, release, environment, access }: Work,
  project: Project,
  signal: AbortSignal,
  onProgress: SmokeContext['onProgress'],
): SmokeRunner {
  const clock = wallClock();
  const random = seededRandom(`${process.pid}/${clock.nowMs()}`);
  const named = (entries: readonly (readonly [string, string])[]) => Object.fromEntries(entries);
  return async (stateMachineArns) => {
    const target: DeployedTarget = {
      access,
      stateMachineArns,
      functions: named(Object.entries(plan.blueprint.functions).map(([role, { name }]) => [role, name])),
      artifacts: artifactRecords(release.artifacts),
      buckets: named(Object.keys(project.buckets).map((name) => [name, environment.buckets[name] ?? name])),
      prefix: 'cosmicai-smoke',
    };
    const results: SmokeResult[] = [];
    for (const scenario of smokes) {
      for (const run of scenario.runs) {
        const runId = `${SMOKE_PREFIX}${plan.blueprint.release}-${scenario.name.slice(0, 40)}-${alphanumeric(random, 8)}`;
        const context = { workspace: openWorkspace(), clock, runId, signal, onProgress };
        const result = await runAgainst(run, scenario, target, context).then(resultOf, (error: unknown) =>
          refusal(scenario.name, error),
        );
        results.push(result);
        if (!result.passed) return results;
      }
    }
    return results;
  };
}

/** A scenario that is wrong proves nothing; any other error leaves the release to be resumed. */
function refusal(scenario: string, error: unknown): SmokeResult {
  if (!(error instanceof HarnessError) || error.exitCode !== ExitCode.inputWrong) throw error;
  const reason = error.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
  return { scenario, passed: false, executionArns: [], endedAtMs: 0, reasons: [reason] };
}

function resultOf({ name, passed, record, verdicts }: SmokeRun): SmokeResult {
  return {
    scenario: name,
    passed,
    executionArns: record.executions.map(({ executionArn }) => executionArn),
    endedAtMs: Math.max(0, ...record.executions.map(({ stoppedAtMs = 0 }) => stoppedAtMs)),
    reasons: verdicts
      .filter(({ outcome, soft }) => outcome === 'failed' && !soft)
      .map((verdict) => `${verdict.name}: expected ${verdict.expected}, was ${verdict.actual}`),
  };
}

function readPlan(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HarnessError('plan-unreadable', `the plan ${file} cannot be read`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'write it with --plan FILE',
      cause: error,
    });
  }
}
