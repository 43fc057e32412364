import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { openObject, parseReadRequest, renderRead } from '../objects/read-object.ts';
import { readContent } from '../store/content-reader.ts';
import { renderOverrides } from '../wire/object-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject = defineOperation({
  name: 'GetObject',
  http: { method: 'GET', path: '/{Bucket}/{Key+}' },
  parse: (request, { Bucket, Key }) => ({
    ...parseReadRequest(request, Bucket!, Key!),
    overrides: renderOverrides(request.query),
  }),
  handle(context: S3Context, input) {
    const read = openObject(context, input);
    const { startBytes, endBytes } = read;
    return {
      read,
      overrides: input.overrides,
      body: readContent(context.blobs, read.version.segments, startBytes, endBytes),
    };
  },
  render({ read, overrides, body }) {
    const { status, headers } = renderRead(read);
    return { status, headers: { ...headers, ...overrides }, body };
  },
});
