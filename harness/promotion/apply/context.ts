import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import type { Clock } from '../../core/clock.ts';
import type { AwsClients } from '../../deploy/aws-access.ts';
import type { DeployContext } from '../../deploy/resources/resource-driver.ts';
import type { PromotionPlan } from '../plan/plan.ts';
import type { Environment } from '../policy.ts';
import type { Blueprint } from '../release/blueprint.ts';
import type { Journal } from '../release/journal.ts';
import type { OpenJournal, ReleaseStore } from '../release/store.ts';
import type { SmokeRunner } from '../smoke.ts';

export interface ApplyRequest {
  clients: AwsClients;
  clock: Clock;
  environment: Environment;
  plan: PromotionPlan;
  artifacts: ArtifactSet;
  evidenceText: string;
  smoke: SmokeRunner;
  /** Time that IAM takes to make new rights known everywhere; none in an emulator. */
  rightsSettleMs: number;
  /** Ends it between two steps. */
  signal: AbortSignal;
  /** Told before each step. */
  onStep(step: { name: string; index: number; count: number }): void;
  /** What a step has found or done, one line each. */
  onProgress(line: string): void;
}

/** What the steps share; each adds what it has learnt. */
export interface ApplyContext extends ApplyRequest {
  blueprint: Blueprint;
  deploy: DeployContext;
  store: ReleaseStore;
  journal: OpenJournal;
  /** RevisionId of each function as this release has left it. */
  revisions: Record<string, string>;
  /** Versions that this release has published, by name in the project. */
  published: { functions: Record<string, string>; stateMachines: Record<string, string> };
  /** When the last execution of a smoke scenario ended; those before it, nested ones among them, are no user's. */
  smokeEndedAtMs: number;
}

/** One step. Repeating it after it was interrupted anywhere leads to the same state. */
export interface Step {
  name: string;
  run(context: ApplyContext): Promise<void>;
}

/** The new version has proven bad: what serves now goes on serving. */
export class ReleaseFailed extends Error {}

/** Writes the journal, unless it was written since it was read. */
export async function changeJournal(
  context: ApplyContext,
  change: (journal: Journal) => Journal,
): Promise<void> {
  const changed = change(context.journal.journal);
  if (changed === context.journal.journal) return;
  context.journal = await context.store.writeJournal(context.journal, changed);
}

export const nowText = ({ clock }: Pick<ApplyContext, 'clock'>): string =>
  new Date(clock.nowMs()).toISOString();
