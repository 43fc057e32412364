import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

interface Input {
  run: string;
  plan: { rows: number };
  map: { ResultWriterDetails: { Bucket: string; Key: string } };
}

interface Manifest {
  ResultFiles: { SUCCEEDED: { Key: string }[] };
}

const s3 = new S3Client({});

async function readJson<T>(Bucket: string, Key: string): Promise<T> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse(await Body!.transformToString()) as T;
}

/** Sums up what the Map wrote: {orders, sumEUR}. */
export async function handler({ run, plan, map }: Input): Promise<{ orders: number; sumEUR: number }> {
  const { Bucket, Key } = map.ResultWriterDetails;
  const manifest = await readJson<Manifest>(Bucket, Key);
  let orders = 0;
  let sumEUR = 0;
  for (const file of manifest.ResultFiles.SUCCEEDED) {
    for (const { Output } of await readJson<{ Output: string }[]>(Bucket, file.Key)) {
      const batch = JSON.parse(Output) as { ids: string[]; sumEUR: number };
      orders += batch.ids.length;
      sumEUR += batch.sumEUR;
    }
  }
  if (orders !== plan.rows) throw new Error(`${orders} of ${plan.rows} orders were saved`);
  const report = { orders, sumEUR: Math.round(sumEUR * 100) / 100 };
  const Body = JSON.stringify(report);
  await s3.send(
    new PutObjectCommand({ Bucket: process.env['OUT_BUCKET'], Key: `reports/${run}.json`, Body }),
  );
  return report;
}
