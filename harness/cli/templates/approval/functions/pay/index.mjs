import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});

/** Writes the payment; the id as key makes a repeated call harmless. */
export async function handler({ id, amount, payee, approvedBy }) {
  const payment = { id, amount, payee, approvedBy };
  await s3.send(
    new PutObjectCommand({ Bucket: process.env.PAYMENTS, Key: `${id}.json`, Body: JSON.stringify(payment) }),
  );
  return { decision: 'paid', ...payment };
}
