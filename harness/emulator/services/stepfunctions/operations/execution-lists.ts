/** Lists of executions and of their events. */
import type { GetExecutionHistoryCommandInput, ListExecutionsCommandInput } from '@aws-sdk/client-sfn';
import { defineOperation } from '../../../http/operation.ts';
import { openToken, sealToken } from '../../../http/pages.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import {
  invalidPaginationToken,
  resourceNotFound,
  stateMachineDoesNotExist,
  stateMachineTypeNotSupported,
  validationError,
} from '../errors.ts';
import { pageSize, statesCall, statesPage } from '../operation.ts';
import { machineArnOf } from '../render/describe-execution.ts';
import { renderedEvent } from '../render/history-event.ts';
import { seconds } from '../render/seconds.ts';
import type { Execution } from '../store/execution.ts';
import { childrenNewestFirst } from '../store/execution-store.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const getExecutionHistory = defineOperation<StepFunctionsContext, GetExecutionHistoryCommandInput>({
  name: 'GetExecutionHistory',
  permission: ({ executionArn }) => [statesCall('GetExecutionHistory', executionArn)],
  handle(context, { executionArn, reverseOrder = false, includeExecutionData = true, ...input }) {
    const events = context.executions.get(executionArn).history.events();
    const list = `GetExecutionHistory ${executionArn} ${reverseOrder}`;
    const maxResults = pageSize(input.maxResults);
    // Ids are gapless from 1: the token holds the id of the page's first event.
    const first =
      input.nextToken === undefined
        ? undefined
        : Number(openToken(list, input.nextToken, invalidPaginationToken));
    const start = first ?? (reverseOrder ? events.length : 1);
    const page = reverseOrder
      ? events.slice(Math.max(0, start - maxResults), start).reverse()
      : events.slice(start - 1, start - 1 + maxResults);
    const next = reverseOrder ? start - maxResults : start + maxResults;
    const more = reverseOrder ? next >= 1 : next <= events.length;
    return {
      events: page.map((event) => renderedEvent(event, includeExecutionData)),
      nextToken: more ? sealToken(list, String(next)) : undefined,
    };
  },
});

/** Newest first. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
export const listExecutions = defineOperation<StepFunctionsContext, ListExecutionsCommandInput>({
  name: 'ListExecutions',
  permission: ({ stateMachineArn, mapRunArn }) => {
    const named = [stateMachineArn, mapRunArn].filter((arn) => arn !== undefined);
    return (named.length === 0 ? ['*'] : named).map((arn) => statesCall('ListExecutions', arn));
  },
  handle(context, input) {
    const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = input;
    const page = statesPage(filtered(listed(context, input), input), input, {
      list: `ListExecutions ${stateMachineArn ?? mapRunArn} ${statusFilter} ${redriveFilter}`,
      keyOf: (execution) => String(execution.sequence),
      isAfter: (execution, key) => execution.sequence < Number(key),
    });
    return { executions: page.entries.map(rendered), nextToken: page.nextToken };
  },
});

function listed(
  context: StepFunctionsContext,
  { stateMachineArn, mapRunArn }: ListExecutionsCommandInput,
): Iterable<Execution> {
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

function* filtered(
  executions: Iterable<Execution>,
  { statusFilter, redriveFilter }: ListExecutionsCommandInput,
): Iterable<Execution> {
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
