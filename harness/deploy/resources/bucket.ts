import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { OWNER_TAG } from '../deployment-spec.ts';
import type { BucketResource } from '../resource.ts';
import { type DeployContext, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A bucket that exists is used as it is; one made here carries the owner tag, and only such are removed. */
export const bucket: ResourceDriver<BucketResource> = {
  async apply({ clients, tags }, { name, versioning }) {
    if (await exists(clients, name)) {
      return versioning && (await enableVersioning(clients, name)) ? 'updated' : 'unchanged';
    }
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
      // An emulator without bucket tags: the bucket has no owner then and stays when the rest is removed.
      if (error.name !== 'NotImplemented') throw error;
    });
    if (versioning) await enableVersioning(clients, name);
    return 'created';
  },

  async remove(context, { name }) {
    if (!(await isOurs(context, name))) return false;
    const { s3 } = context.clients;
    await empty(context.clients, name);
    await s3.send(new DeleteBucketCommand({ Bucket: name }));
    return true;
  },
};

/** False when versions are kept already. */
async function enableVersioning({ s3 }: DeployContext['clients'], name: string): Promise<boolean> {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: name }));
  if (Status === 'Enabled') return false;
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  return true;
}

/** Every object, and every version where versions are kept. */
async function empty({ s3 }: DeployContext['clients'], name: string): Promise<void> {
  const remove = async (objects: { Key: string; VersionId?: string }[]) => {
    if (objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: objects, Quiet: true } }));
  };
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: name })) {
    await remove((page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }])));
  }
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: name }));
  if (Status === undefined) return;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: name }),
    );
    const left = [...Versions, ...DeleteMarkers].flatMap(({ Key, VersionId }) =>
      Key === undefined || VersionId === undefined ? [] : [{ Key, VersionId }],
    );
    if (left.length === 0) return;
    await remove(left);
  }
}

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
