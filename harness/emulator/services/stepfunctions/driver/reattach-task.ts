/**
 * Goes on with a task that was under way when the emulator ended. Tokens stay valid, activities keep their workers, and
 * `.sync` tasks find their child again. Whether any other call was carried out is not known: it fails, and the
 * machine's Retry decides.
 */
import { isJsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import type { StepFunctionsContext } from '../context.ts';
import { TaskFailure } from '../integrations/integration.ts';
import { parseResource, shownResource } from '../integrations/resource.ts';
import { followExecution } from '../integrations/start-execution.ts';
import { awaitToken } from '../integrations/wait-for-task-token.ts';
import type { Execution } from '../store/execution.ts';
import type { TaskProgress } from './replayed-work.ts';
import { type Outlets, runTask, settleTask, taskCallOf } from './run-task.ts';

/** Never rejects: whatever goes wrong becomes the task's failure. */
export async function reattachTask(
  context: StepFunctionsContext,
  execution: Execution,
  { task, isStarted, submitted }: TaskProgress,
  outlets: Outlets,
): Promise<void> {
  const resource = parseResource(task.resource);
  const pattern = 'pattern' in resource ? resource.pattern : 'request';
  // A worker has not taken it yet; or a start that the child itself remembers.
  const isAnew = resource.kind === 'activity' ? !isStarted : isStart(resource) && submitted === undefined;
  if (isAnew || context.mocks.find(execution, task)) return runTask(context, execution, task, outlets);
  const call = taskCallOf(execution, task, outlets);
  await settleTask(context, task, outlets, async () => {
    if (resource.kind === 'activity' || (pattern === 'waitForTaskToken' && submitted !== undefined)) {
      const { outcome, inHand } = awaitToken(call, context);
      inHand();
      return outcome;
    }
    if (isStart(resource) && submitted !== undefined) {
      const child = childOf(context, submitted);
      if (child) return followExecution(call, context, child);
    }
    const isLambda = resource.kind === 'function' || ('service' in resource && resource.service === 'lambda');
    throw new TaskFailure(
      isLambda ? 'Lambda.Unknown' : 'States.TaskFailed',
      `The emulator ended while ${shownResource(resource)} was running: its outcome is unknown.`,
    );
  });
}

const isStart = (resource: ReturnType<typeof parseResource>): boolean =>
  resource.kind === 'service' && resource.service === 'states' && resource.action === 'startExecution';

function childOf(context: StepFunctionsContext, submitted: string): Execution | undefined {
  const answer = parseJson(submitted);
  const arn = isJsonObject(answer) ? answer['ExecutionArn'] : undefined;
  return typeof arn === 'string' ? context.executions.find(arn) : undefined;
}
