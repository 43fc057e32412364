import type { Readable } from 'node:stream';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { unrestricted } from '../../../http/permission.ts';
import type { LambdaContext } from '../context.ts';
import { codeSigningOperations } from './code-signing.ts';
import { concurrencyOperations } from './concurrency.ts';
import { eventInvokeConfigOperations } from './event-invoke-configs.ts';
import { eventSourceMappingOperations } from './event-source-mappings.ts';
import { functionSettingOperations } from './function-settings.ts';
import { functionUrlOperations } from './function-urls.ts';
import { functionOperations } from './functions.ts';
import { invokeOperations } from './invoke.ts';
import { layerOperations } from './layers.ts';
import { policyOperations } from './policies.ts';
import { tagOperations } from './tags.ts';
import { versionAndAliasOperations } from './versions-and-aliases.ts';

/** Not an operation of AWS's: where the links to packages in answers lead, as AWS's presigned URLs do. */
const getCodeArchive = defineOperation<
  LambdaContext,
  { Digest: string },
  { body: Readable; sizeBytes: number }
>({
  name: 'GetCodeArchive',
  http: { method: 'GET', path: '/2015-03-31/functions/{Digest}/code-archive' },
  isUnsigned: true,
  permission: unrestricted('The link is signed and expires: archive-links.ts.'),
  handle({ archives, code }, { Digest }, { query }) {
    return code.open(archives.open(Digest, query));
  },
  render: ({ body, sizeBytes }) => ({
    status: 200,
    headers: { 'content-type': 'application/zip', 'content-length': sizeBytes },
    body,
  }),
});

/** Every operation that this service serves. */
export const operations: readonly Operation<LambdaContext>[] = [
  ...codeSigningOperations,
  ...concurrencyOperations,
  ...eventInvokeConfigOperations,
  ...eventSourceMappingOperations,
  ...functionOperations,
  ...functionSettingOperations,
  ...functionUrlOperations,
  getCodeArchive,
  ...invokeOperations,
  ...layerOperations,
  ...policyOperations,
  ...tagOperations,
  ...versionAndAliasOperations,
];
