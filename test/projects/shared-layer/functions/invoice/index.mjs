import { createRequire } from 'node:module';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

// Node finds packages of layers through NODE_PATH, which only `require` reads.
const { formatCents } = createRequire(import.meta.url)('pricing');
const s3 = new S3Client({});

/** Writes the invoice of one priced order; answers its id. */
export async function handler({ bucket, key }) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const { id, item, quantity, cents } = JSON.parse(await Body.transformToString());
  const text = `${quantity} x ${item}: ${formatCents(cents)}`;
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.INVOICES,
      Key: `${id}.json`,
      Body: JSON.stringify({ id, text }),
    }),
  );
  return { id };
}
