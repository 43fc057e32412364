/**
 * One deploy path for every backend, through the AWS SDK. What exists as planned is left alone, so deploying
 * twice changes nothing; `teardown` removes what carries the deployment's names and, of buckets, only those that
 * the deployment made.
 */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Clock, wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { AwsClients } from './aws-access.ts';
import type { Account, DeploymentSpec } from './deployment-spec.ts';
import { planDeployment } from './plan.ts';
import type { DeploymentPlan, Resource } from './resource.ts';
import { RESOURCE_DRIVERS } from './resources/index.ts';
import type { Change, DeployContext, ResourceDriver } from './resources/resource-driver.ts';

/** What stands after a deployment. */
export interface Deployment {
  plan: DeploymentPlan;
  /** ARN of the project's first state machine. */
  stateMachineArn: string;
  /** By name in the project. */
  stateMachineArns: DeploymentPlan['stateMachineArns'];
  functionNames: DeploymentPlan['functionNames'];
  /** Real names of the project's buckets. */
  buckets: DeploymentPlan['buckets'];
  changes: { kind: Resource['kind']; name: string; change: Change }[];
}

/**
 * Brings the account to what the spec says. `onPlan` is asked before anything is written. Errors: HarnessError, exit
 * code 2 for the spec, 3 for the place.
 */
export async function deploy(
  clients: AwsClients,
  spec: DeploymentSpec,
  clock: Clock = wallClock(),
  options: { onPlan?: (plan: DeploymentPlan) => Promise<void> } = {},
): Promise<Deployment> {
  const plan = planDeployment(spec, (await whoAmI(clients)).account);
  await options.onPlan?.(plan);
  const context = contextOf(clients, plan, clock);
  const changes: Deployment['changes'] = [];
  for (const phase of plan.phases) {
    // All of a phase is waited for, so that nothing is still being made when a failure is reported.
    const outcomes = await Promise.allSettled(
      phase.map((resource) => driverOf(resource).apply(context, resource)),
    );
    outcomes.forEach((outcome, i) => {
      const resource = phase[i]!;
      if (outcome.status === 'rejected') throw explained(outcome.reason, resource);
      changes.push({ kind: resource.kind, name: nameOf(resource), change: outcome.value });
    });
  }
  const { stateMachineArn, stateMachineArns, functionNames, buckets } = plan;
  return { plan, stateMachineArn, stateMachineArns, functionNames, buckets, changes };
}

/**
 * Removes the deployment, last things first; answers the names of what was removed. `adoptUntagged`: the names of
 * its buckets are unique to it, so a bucket that has no tags yet is removed too.
 */
export async function teardown(
  clients: AwsClients,
  plan: DeploymentPlan,
  clock: Clock = wallClock(),
  options: { adoptUntagged?: boolean } = {},
): Promise<string[]> {
  const context = { ...contextOf(clients, plan, clock), ...options };
  const removed: string[] = [];
  for (const phase of [...plan.phases].reverse()) {
    for (const resource of [...phase].reverse()) {
      if (await driverOf(resource).remove(context, resource)) removed.push(nameOf(resource));
    }
  }
  return removed;
}

/** The account that the credentials belong to, and the ARN of whom they name. */
export async function whoAmI(clients: AwsClients): Promise<{ account: Account; arn: string }> {
  const { Account, Arn } = await clients.sts.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    throw new HarnessError('no-account', `the account cannot be told: ${error.message || error.name}`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'check the endpoint and the credentials (aws sts get-caller-identity)',
      cause: error,
    });
  });
  const partition = Arn?.split(':')[1] || 'aws';
  return { account: { partition, accountId: Account ?? '', region: clients.region }, arn: Arn ?? '' };
}

const contextOf = (clients: AwsClients, plan: DeploymentPlan, clock: Clock = wallClock()): DeployContext => ({
  clients,
  clock,
  tags: plan.tags,
  prefix: plan.prefix,
  layerArns: new Map(),
});

function driverOf(resource: Resource): ResourceDriver<Resource> {
  // The registry is typed kind by kind; the union cannot be followed through the lookup.
  return RESOURCE_DRIVERS[resource.kind] as ResourceDriver<Resource>;
}

function nameOf(resource: Resource): string {
  return resource.kind === 'object' ? `s3://${resource.bucket}/${resource.key}` : resource.name;
}

function explained(error: unknown, resource: Resource): unknown {
  if (error instanceof HarnessError || !(error instanceof Error)) return error;
  return new HarnessError(
    'deploy-failed',
    `the ${resource.kind} ${nameOf(resource)} cannot be deployed: ${error.name}: ${error.message}`,
    { exitCode: ExitCode.environmentFailed, cause: error },
  );
}
