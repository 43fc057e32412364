/**
 * `aws-sdk:s3:*`. A Body is sent as its JSON text, also a string, with the content type of a text (recorded cases
 * test_s3_put_object); a body that comes back is a text.
 */
import { printJson } from '../../../../core/json-print.ts';
import { callSdk, type SdkService } from './aws-sdk-client.ts';
import type { Integration } from './integration.ts';

const TEXT = 'text/plain; charset=UTF-8';

const s3: SdkService = {
  errorName: 'S3',
  clientName: 'S3Client',
  extendedRequestId: true,
  load: () => import('@aws-sdk/client-s3') as Promise<{ [name: string]: unknown }>,
};

export const awsSdkS3: Integration = {
  name: 'aws-sdk:s3:*',
  serves: (resource) => resource.kind === 'aws-sdk' && resource.service === 's3',
  run: (call, context) =>
    callSdk(s3, 'action' in call.resource ? call.resource.action : '', call, context, {
      toWire: ({ Body, ...rest }) =>
        Body === undefined ? rest : { ContentType: TEXT, ...rest, Body: printJson(Body) },
      fromWire: (answer) => answer,
    }),
};
