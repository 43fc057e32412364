import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});

/** Stores the request with its task token for the approver's page. */
export async function handler({ token, request }) {
  const Body = JSON.stringify({ ...request, token });
  await s3.send(new PutObjectCommand({ Bucket: process.env.REQUESTS, Key: `${request.id}.json`, Body }));
}
