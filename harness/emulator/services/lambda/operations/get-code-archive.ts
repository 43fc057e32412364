import type { Readable } from 'node:stream';
import { defineOperation } from '../../../http/legacy-operation.ts';
import type { LambdaContext } from '../context.ts';
import { functionReference } from '../function-name.ts';

/** Not an operation of AWS's: where the `Code.Location` of GetFunction leads, as AWS's presigned URL does. */
export const getCodeArchive = defineOperation<
  LambdaContext,
  ReturnType<typeof functionReference>,
  { body: Readable; sizeBytes: number }
>({
  name: 'GetCodeArchive',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/code-archive' },
  parse: (request, path) =>
    functionReference(path['FunctionName'] ?? '', request.query.get('Qualifier') ?? undefined),
  handle({ store, code }, reference) {
    const { codeSha256, codeSizeBytes } = store.version(reference);
    return { body: code.read(codeSha256), sizeBytes: codeSizeBytes };
  },
  render: ({ body, sizeBytes }) => ({
    status: 200,
    headers: { 'content-type': 'application/zip', 'content-length': sizeBytes },
    body,
  }),
});
