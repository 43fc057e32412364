/** A mocked attempt: the events of the real integration with the mock's result. */

import { createHash } from 'node:crypto';
import { uuid } from '../../../../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { Random } from '../../../../core/random.ts';
import { type TaskCall, TaskFailure } from '../integrations/integration.ts';
import type { Mock } from './mocks.ts';

/** The result's text, or the mock's failure. */
export async function runMock(mock: Mock, call: TaskCall, random: Random): Promise<string> {
  const { response } = mock;
  const { resource, task } = call;
  if (!response)
    throw new TaskFailure(
      'States.Runtime',
      `The test case has no mocked response for invocation ${mock.invocation} of state '${task.stateName}'.`,
      'run',
      true,
    );
  const result = 'Return' in response ? response.Return : undefined;
  if ('pattern' in resource && resource.pattern !== 'request')
    call.submitted(printJson({ ...accepted(call, random), ...submission(result) }));
  if ('Throw' in response) throw new TaskFailure(response.Throw.Error, response.Throw.Cause);
  return printJson(completed(call, response.Return));
}

/** How a service acknowledges a request that waits for its token, before any result is known. */
function accepted({ resource, task }: TaskCall, random: Random): JsonObject {
  if (resource.kind !== 'service' || resource.pattern !== 'waitForTaskToken') return {};
  if (resource.service === 'sqs') {
    const body = isJsonObject(task.parameters) ? task.parameters['MessageBody'] : undefined;
    const text = typeof body === 'string' ? body : printJson(body ?? null);
    return { MD5OfMessageBody: createHash('md5').update(text).digest('hex'), MessageId: uuid(random) };
  }
  return resource.service === 'sns' ? { MessageId: uuid(random) } : {};
}

/** What the service answered when it took the job: the members of the result that such an answer has. */
function submission(result: Json | undefined): JsonObject {
  const members: JsonObject = {};
  if (!isJsonObject(result)) return members;
  for (const name of ['ExecutionArn', 'StartDate', 'MessageId', 'MD5OfMessageBody'])
    if (result[name] !== undefined) members[name] = result[name];
  return members;
}

/** A mock tells what matters; AWS's answers carry more. */
function completed(call: TaskCall, result: Json): Json {
  const { resource } = call;
  if (!isJsonObject(result)) return result;
  if (resource.kind === 'function') return result['Payload'] ?? result;
  if (resource.kind !== 'service') return result;
  if (resource.service === 'lambda' && resource.action === 'invoke')
    return { ExecutedVersion: '$LATEST', ...result };
  if (resource.service === 'states' && resource.pattern.startsWith('sync'))
    return {
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: `Execution is ${String(result['Status'])} and cannot be redriven`,
      ...result,
    };
  return result;
}
