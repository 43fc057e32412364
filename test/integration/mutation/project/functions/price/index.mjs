import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});

/** Writes and answers the total of one order. */
export async function handler({ id, price, quantity }) {
  const priced = { id, quantity, total: price * quantity };
  const put = { Bucket: process.env.OUT, Key: `orders/${id}.json`, ContentType: 'application/json' };
  await s3.send(new PutObjectCommand({ ...put, Body: JSON.stringify(priced) }));
  return priced;
}
