import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Verdict } from '../../assertions/assertion.ts';
import { describeMismatch, findMismatch } from '../../assertions/partial-match.ts';
import { show } from '../../assertions/show.ts';
import type { Json } from '../../core/json.ts';
import { jsonValue } from '../../record/json-value.ts';
import { withRealBuckets } from '../execution-input.ts';
import { defineStep } from './step.ts';

/** Invokes a function and waits for its answer. */
export const invoke = defineStep({
  description: 'invokes a function and waits for its answer',
  schema: z.strictObject({
    function: z.string().min(1).describe('name of the function in the project'),
    payload: jsonValue.optional().describe('its event; `{}` when left out'),
    output: jsonValue.optional().describe('what its answer matches partially'),
    error: z.boolean().default(false).describe('`true`: it must end in an error; otherwise it must not'),
  }),
  async carryOut({ function: name, payload = {}, output, error }, context) {
    const FunctionName = context.functionNames[name] ?? name;
    const event = JSON.stringify(withRealBuckets(payload as Json, context.buckets));
    const answer = await context.clients.lambda.send(new InvokeCommand({ FunctionName, Payload: event }));
    const value = parsed(answer.Payload);
    const failed = answer.FunctionError !== undefined;
    const verdicts: Verdict[] = [
      {
        name: `invocation of ${name}`,
        outcome: failed === error ? 'passed' : 'failed',
        expected: error ? 'an error' : 'an answer',
        actual: `${failed ? 'the error' : 'the answer'} ${show(value)}`,
        path: [],
      },
    ];
    if (output !== undefined) {
      const mismatch = findMismatch(output, value);
      verdicts.push({
        name: `answer of ${name}`,
        outcome: mismatch ? 'failed' : 'passed',
        expected: show(output),
        actual: mismatch ? describeMismatch(mismatch) : show(value),
        path: ['output'],
      });
    }
    return { verdicts };
  },
});

function parsed(payload: Uint8Array | undefined): Json {
  const text = Buffer.from(payload ?? []).toString('utf8');
  try {
    return JSON.parse(text === '' ? 'null' : text) as Json;
  } catch {
    return text;
  }
}
