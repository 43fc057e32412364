import { defineOperation } from '../../../http/legacy-operation.ts';
import { renderXml } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';
import { parseNotifications } from '../wire/notification-document.ts';

const MAX_BODY_BYTES = 256 * 1024;

/**
 * Queues and topics are not served here: whether they exist cannot be told, and is not asked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export const putBucketNotificationConfiguration = defineOperation({
  name: 'PutBucketNotificationConfiguration',
  http: { method: 'PUT', path: '/{Bucket}', query: ['notification'] },
  parse: async (request, { Bucket }) => ({
    bucket: Bucket!,
    text: await readVerifiedBody(request, MAX_BODY_BYTES),
    skipValidation: request.headers['x-amz-skip-destination-validation']?.toLowerCase() === 'true',
  }),
  async handle(context: S3Context, { bucket: name, text, skipValidation }) {
    const bucket = context.buckets.get(name);
    const { rules, functionArns, members } = parseNotifications(text, () => context.newId());
    for (const { arn } of rules) {
      if (arn.split(':')[3] === bucket.region) continue;
      throw invalidArgument(
        'The notification destination service region is not valid for the bucket location constraint',
        arn,
      );
    }
    for (const functionArn of skipValidation ? [] : functionArns) {
      if (await context.canInvoke(functionArn)) continue;
      throw invalidArgument(
        'Unable to validate the following destination configurations',
        functionArn,
        'The destination Lambda does not exist',
      );
    }
    const xml = renderXml({ NotificationConfiguration: { '@xmlns': S3_NAMESPACE, ...members } });
    await bucket.setConfig('notification', xml.slice(xml.indexOf('<NotificationConfiguration')));
  },
  render: () => ({ status: 200 }),
});
