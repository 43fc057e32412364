import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { OWNER_TAG } from '../deployment-spec.ts';
import type { BucketResource } from '../plan.ts';
import { type DeployContext, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A bucket that exists is used as it is; one made here carries the owner tag, and only such are removed. */
export const bucket: ResourceDriver<BucketResource> = {
  async apply({ clients, tags }, { name }) {
    if (await exists(clients, name)) return 'unchanged';
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket: name,
        // us-east-1 must not be named (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html).
        ...(clients.region === 'us-east-1'
          ? {}
          : {
              CreateBucketConfiguration: { LocationConstraint: clients.region as BucketLocationConstraint },
            }),
      }),
    );
    const tagging = new PutBucketTaggingCommand({
      Bucket: name,
      Tagging: { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    });
    await clients.s3.send(tagging).catch((error: Error) => {
      // An emulator without bucket tags: the bucket is then nobody's and stays when the rest is removed.
      if (error.name !== 'NotImplemented') throw error;
    });
    return 'created';
  },

  async remove(context, { name }) {
    if (!(await isOurs(context, name))) return false;
    const { s3 } = context.clients;
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: name })) {
      const Objects = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (Objects.length > 0) {
        await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }));
      }
    }
    await s3.send(new DeleteBucketCommand({ Bucket: name }));
    return true;
  },
};

async function exists({ s3 }: DeployContext['clients'], name: string): Promise<boolean> {
  const head = s3.send(new HeadBucketCommand({ Bucket: name })).catch((error: Error) => {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status !== 403) throw error;
    throw new HarnessError(
      'bucket-not-ours',
      `the bucket ${name} exists and may not be used: s3:ListBucket is denied`,
      {
        exitCode: ExitCode.environmentFailed,
        remedy:
          'bucket names are shared by all accounts: choose another, or credentials that may list this one',
        cause: error,
      },
    );
  });
  return (await unlessNotFound(head)) !== undefined;
}

async function isOurs({ clients, prefix, adoptUntagged }: DeployContext, name: string): Promise<boolean> {
  const tagging = clients.s3.send(new GetBucketTaggingCommand({ Bucket: name })).catch((error: Error) => {
    if (error.name === 'NoSuchTagSet' || error.name === 'NotImplemented') return { TagSet: [] };
    throw error;
  });
  const answer = await unlessNotFound(tagging);
  if (adoptUntagged && answer?.TagSet?.length === 0) return true;
  return answer?.TagSet?.some(({ Key, Value }) => Key === OWNER_TAG && Value === prefix) ?? false;
}
