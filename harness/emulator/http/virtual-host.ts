/** Buckets in host names: `bucket.s3.localhost:4566`. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
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
