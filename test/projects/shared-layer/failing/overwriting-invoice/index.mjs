import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});

export async function handler({ bucket, key }) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const { id } = JSON.parse(await Body.transformToString());
  await s3.send(
    new PutObjectCommand({ Bucket: process.env.INVOICES, Key: 'invoice.json', Body: JSON.stringify({ id }) }),
  );
  return { id };
}
