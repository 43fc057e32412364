import { pageOf } from '../../../http/pages.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import {
  invalidPaginationToken,
  resourceNotFound,
  stateMachineDoesNotExist,
  stateMachineTypeNotSupported,
  validationError,
} from '../errors.ts';
import { ARN_RULES, LONG_ARN_RULES, readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { machineArnOf } from '../render/describe-execution.ts';
import { seconds } from '../render/seconds.ts';
import type { Execution } from '../store/execution.ts';
import { childrenNewestFirst } from '../store/execution-store.ts';

/** In AWS's order, which its message repeats (recorded). */
const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];
const REDRIVE_FILTERS = ['REDRIVEN', 'NOT_REDRIVEN'];

interface Filters {
  stateMachineArn: string | undefined;
  mapRunArn: string | undefined;
  statusFilter: string | undefined;
  redriveFilter: string | undefined;
}

/** Newest first. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
export const listExecutions = statesOperation({
  name: 'ListExecutions',
  read: (members) => ({
    stateMachineArn: members.optionalText('stateMachineArn', ARN_RULES),
    mapRunArn: members.optionalText('mapRunArn', LONG_ARN_RULES),
    statusFilter: members.optionalText('statusFilter', { values: STATUSES }),
    redriveFilter: members.optionalText('redriveFilter', { values: REDRIVE_FILTERS }),
    ...readPage(members),
  }),
  handle(context, input) {
    const { maxResults, nextToken, statusFilter, redriveFilter } = input;
    const page = pageOf(filtered(listed(context, input), input), {
      list: `ListExecutions ${input.stateMachineArn ?? input.mapRunArn} ${statusFilter} ${redriveFilter}`,
      maxResults,
      nextToken,
      invalidToken: invalidPaginationToken,
      keyOf: (execution) => String(execution.sequence),
      isAfter: (execution, key) => execution.sequence < Number(key),
    });
    return { executions: page.entries.map(rendered), nextToken: page.nextToken };
  },
});

function listed(context: StepFunctionsContext, { stateMachineArn, mapRunArn }: Filters): Iterable<Execution> {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined))
    throw validationError('Must specify exactly one of stateMachineArn or mapRunArn');
  if (mapRunArn !== undefined) return childrenNewestFirst(context.executions.getMapRun(mapRunArn));
  return ofMachine(context, stateMachineArn!);
}

function* ofMachine(context: StepFunctionsContext, arn: string): Iterable<Execution> {
  const { machineArn, qualifier } = parseMachineArn(arn);
  const machine = context.machines.find(machineArn);
  if (!machine) throw stateMachineDoesNotExist(arn);
  if (machine.type === 'EXPRESS') throw stateMachineTypeNotSupported();
  const known =
    qualifier === undefined ||
    (isVersion(qualifier) ? machine.versions.has(Number(qualifier)) : machine.aliases.has(qualifier));
  if (!known) throw resourceNotFound();
  for (const execution of context.executions.ofMachine(machineArn))
    if (qualifier === undefined || execution.versionArn === arn || execution.aliasArn === arn)
      yield execution;
}

function* filtered(executions: Iterable<Execution>, filters: Filters): Iterable<Execution> {
  const { statusFilter, redriveFilter } = filters;
  for (const execution of executions) {
    if (statusFilter !== undefined && execution.status !== statusFilter) continue;
    if (redriveFilter !== undefined && execution.redriveCount > 0 !== (redriveFilter === 'REDRIVEN'))
      continue;
    yield execution;
  }
}

function rendered(execution: Execution): object {
  return {
    executionArn: execution.arn,
    stateMachineArn: machineArnOf(execution),
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startedAtMs),
    stopDate: execution.stoppedAtMs === undefined ? undefined : seconds(execution.stoppedAtMs),
    mapRunArn: execution.mapRun?.arn,
    itemCount: execution.itemCount,
    stateMachineVersionArn: execution.versionArn,
    stateMachineAliasArn: execution.aliasArn,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redrivenAtMs === undefined ? undefined : seconds(execution.redrivenAtMs),
  };
}
