import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';

/** Empty for us-east-1. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation = defineOperation({
  name: 'GetBucketLocation',
  http: { method: 'GET', path: '/{Bucket}', query: ['location'] },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle(context: S3Context, { bucket: name }) {
    const bucket = context.buckets.get(name);
    const asked = bucket.config('location-constraint');
    return { region: typeof asked === 'string' ? asked : bucket.region };
  },
  render: ({ region }) =>
    xmlResponse(200, {
      LocationConstraint: { '@xmlns': S3_NAMESPACE, ...(region === 'us-east-1' ? {} : { '#text': region }) },
    }),
});
