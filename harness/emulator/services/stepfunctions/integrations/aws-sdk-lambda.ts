/** `aws-sdk:lambda:*`. Invoke's Payload is a JSON text both ways. */

import type { JsonObject } from '../../../../core/json.ts';
import { printJson } from '../../../../core/json-print.ts';
import { callSdk, type SdkService } from './aws-sdk-client.ts';
import type { Integration } from './integration.ts';

const lambda: SdkService = {
  errorName: 'Lambda',
  clientName: 'LambdaClient',
  load: () => import('@aws-sdk/client-lambda') as Promise<{ [name: string]: unknown }>,
};

export const awsSdkLambda: Integration = {
  name: 'aws-sdk:lambda:*',
  serves: (resource) => resource.kind === 'aws-sdk' && resource.service === 'lambda',
  run: (call, context) =>
    callSdk(lambda, 'action' in call.resource ? call.resource.action : '', call, context, {
      toWire: ({ Payload, ...rest }) =>
        Payload === undefined ? rest : { ...rest, Payload: payloadText(Payload) },
      fromWire: (answer) =>
        typeof answer['Payload'] === 'string'
          ? { ...answer, Payload: Buffer.from(answer['Payload'], 'base64').toString('utf8') }
          : answer,
    }),
};

function payloadText(payload: JsonObject[string]): string {
  return typeof payload === 'string' ? payload : printJson(payload);
}
