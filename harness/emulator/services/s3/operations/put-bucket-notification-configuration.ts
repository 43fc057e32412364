import { defineOperation } from '../../../http/operation.ts';
import { parseXml } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import { parseFunctionRules } from '../notifications.ts';

const MAX_BODY_BYTES = 256 * 1024;
const ROOT = 'NotificationConfiguration';
const EVENT =
  /^s3:(?:ObjectCreated|ObjectRemoved|ObjectRestore|ObjectTagging|ObjectAcl|Replication|LifecycleExpiration|LifecycleTransition|IntelligentTiering|ReducedRedundancyLostObject|TestEvent)(?::(?:\*|[A-Za-z]+))?$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
export const putBucketNotificationConfiguration = defineOperation({
  name: 'PutBucketNotificationConfiguration',
  http: { method: 'PUT', path: '/{Bucket}', query: ['notification'] },
  async parse(request, { Bucket }) {
    const text = await readVerifiedBody(request, MAX_BODY_BYTES);
    const document = parseXml(text, ROOT);
    if (document === undefined) throw malformedXml();
    return {
      bucket: Bucket!,
      text: text.slice(text.indexOf(`<${ROOT}`)),
      rules: parseFunctionRules(document),
      skipValidation: request.headers['x-amz-skip-destination-validation'] === 'true',
    };
  },
  async handle(context: S3Context, { bucket: name, text, rules, skipValidation }) {
    const bucket = context.buckets.get(name);
    for (const { functionArn, events } of rules) {
      const unknown = events.find((event) => !EVENT.test(event));
      if (events.length === 0 || functionArn === '') throw malformedXml();
      if (unknown !== undefined)
        throw invalidArgument('The event is not supported for notifications', 'Event', unknown);
      if (!skipValidation && !(await context.canInvoke(functionArn))) {
        throw invalidArgument(
          'Unable to validate the following destination configurations',
          functionArn,
          'The destination Lambda does not exist',
        );
      }
    }
    await bucket.setConfig('notification', text);
  },
  render: () => ({ status: 200 }),
});
