import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { inEuros } from './rates.mjs';

const s3 = new S3Client({});

/** Converts a batch of orders and writes it as one object; answers the ids. */
export async function handler({ Items, BatchInput }) {
  const orders = Items.map(({ order_id, customer, amount, currency }) => ({
    id: order_id,
    customer,
    amountEUR: inEuros(Number(amount), currency),
  }));
  const Key = `enriched/${BatchInput.run}/${orders[0].id}.json`;
  const Body = JSON.stringify(orders);
  await s3.send(new PutObjectCommand({ Bucket: process.env.OUT_BUCKET, Key, Body }));
  return {
    ids: orders.map(({ id }) => id),
    sumEUR: orders.reduce((sum, { amountEUR }) => sum + amountEUR, 0),
  };
}
