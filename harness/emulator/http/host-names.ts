/**
 * What a host name says of a request. How a function URL is addressed: `<id>.lambda-url.<region>.localhost:PORT` (or `...localhost.localstack.cloud`),
 * and, without any name to resolve, `http://127.0.0.1:PORT/_cosmicai/lambda-url/<id>/`. The first is rewritten to
 * the second.
 */
export const FUNCTION_URL_PATH = '/_cosmicai/lambda-url/';

const FUNCTION_URL_HOST =
  /^([a-z0-9]{1,64})\.lambda-url\.([a-z0-9-]+)\.(?:localhost|localhost\.localstack\.cloud|on\.aws)(?::\d+)?$/i;

/** The path of a request to a function URL by host name; nothing for any other host. */
export function functionUrlPath(host: string, path: string): string | undefined {
  const urlId = FUNCTION_URL_HOST.exec(host)?.[1]?.toLowerCase();
  return urlId === undefined ? undefined : `${FUNCTION_URL_PATH}${urlId}${path}`;
}

/** The region in the host name of a function URL; nothing for any other host. */
export const functionUrlRegion = (host: string): string | undefined =>
  FUNCTION_URL_HOST.exec(host)?.[2]?.toLowerCase();

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
const VIRTUAL_HOST =
  /^(.+?)\.s3[.-](?:[a-z0-9-]+\.)*(?:amazonaws\.com|localhost|localstack\.cloud|127\.0\.0\.1)(?::\d+)?$/i;
const PLAIN_VIRTUAL_HOST = /^(.+)\.localhost(?:\.localstack\.cloud)?(?::\d+)?$/i;
/** Names below `localhost` that belong to services and to the console, not to buckets. */
const RESERVED_LABEL = /^(?:s3|s3\..*|console|(?:.*\.)?lambda-url\..*)$/i;

/** The bucket of a virtual-hosted request (`bucket.s3.localhost:4566`), if the host names one. */
export function virtualBucket(host: string): string | undefined {
  const bucket = (VIRTUAL_HOST.exec(host) ?? PLAIN_VIRTUAL_HOST.exec(host))?.[1];
  if (bucket === undefined || RESERVED_LABEL.test(bucket)) return undefined;
  // `localhost.localstack.cloud` alone, and regional names of services: `sqs.us-east-1.localhost.localstack.cloud`.
  return bucket.toLowerCase() === 'localhost' || /\.[a-z]{2}(?:-[a-z]+)+-\d$/i.test(bucket)
    ? undefined
    : bucket;
}
