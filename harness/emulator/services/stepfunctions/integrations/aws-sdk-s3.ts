/** `aws-sdk:s3:*`. A Body that is not a text is sent as its JSON text; a body that comes back is a text. */
import { callSdk, type SdkService } from './aws-sdk-client.ts';
import type { Integration } from './integration.ts';

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
      toWire: (parameters) => {
        const { Body } = parameters;
        return Body === undefined || typeof Body === 'string'
          ? parameters
          : { ...parameters, Body: JSON.stringify(Body) };
      },
      fromWire: (answer) => answer,
    }),
};
