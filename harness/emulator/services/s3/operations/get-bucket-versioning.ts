import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';

/** Empty until versioning was ever set. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning = defineOperation({
  name: 'GetBucketVersioning',
  http: { method: 'GET', path: '/{Bucket}', query: ['versioning'] },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle: (context: S3Context, { bucket }) => context.buckets.get(bucket).versioning,
  render: (status) =>
    xmlResponse(200, { VersioningConfiguration: { '@xmlns': S3_NAMESPACE, Status: status } }),
});
