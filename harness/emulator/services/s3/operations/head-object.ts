import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { openObject, parseReadRequest, renderRead } from '../objects/read-object.ts';
import { renderOverrides } from '../wire/object-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject = defineOperation({
  name: 'HeadObject',
  http: { method: 'HEAD', path: '/{Bucket}/{Key+}' },
  parse: (request, { Bucket, Key }) => ({
    ...parseReadRequest(request, Bucket!, Key!),
    overrides: renderOverrides(request.query),
  }),
  handle: (context: S3Context, input) => ({ read: openObject(context, input), overrides: input.overrides }),
  render({ read, overrides }) {
    const { status, headers } = renderRead(read);
    return { status, headers: { ...headers, ...overrides } };
  },
});
