import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});

/** Counts the words of an object: {key, words}. */
export async function handler({ bucket, key }: { bucket: string; key: string }) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const text = await Body!.transformToString();
  return { key, words: text.split(/\s+/).filter((word) => word !== '').length };
}
