import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import { parseXml, xmlText } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { invalidBucketState, malformedXml } from '../errors.ts';
import { hasLock } from '../wire/object-lock.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning = defineOperation({
  name: 'PutBucketVersioning',
  http: { method: 'PUT', path: '/{Bucket}', query: ['versioning'] },
  async parse(request, { Bucket }) {
    const document = parseXml(await readVerifiedBody(request, MAX_BODY_BYTES), 'VersioningConfiguration');
    const status = xmlText(document, 'Status')?.trim();
    if (document !== undefined && status === undefined) {
      throw new AwsError(
        'IllegalVersioningConfigurationException',
        'The Versioning element must be specified',
      );
    }
    if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
    const deletion = xmlText(document, 'MfaDelete')?.trim();
    if (deletion !== undefined && deletion !== 'Enabled' && deletion !== 'Disabled') throw malformedXml();
    return { bucket: Bucket!, status };
  },
  handle(context: S3Context, { bucket: name, status }) {
    const bucket = context.buckets.get(name);
    if (status === 'Suspended' && hasLock(bucket)) {
      throw invalidBucketState(
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      );
    }
    return bucket.setConfig('versioning', status);
  },
  render: () => ({ status: 200 }),
});
