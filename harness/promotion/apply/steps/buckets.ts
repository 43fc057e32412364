import { PutBucketVersioningCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { RESOURCE_DRIVERS } from '../../../deploy/resources/index.ts';
import type { Step } from '../context.ts';

/** Buckets; that of the releases keeps old versions and is closed to the public. */
export const buckets: Step = {
  name: 'buckets',
  async run({ blueprint, deploy, plan }) {
    const { releasesBucket } = blueprint;
    const all = [{ name: releasesBucket, versioning: true }, ...blueprint.buckets];
    for (const bucket of all) {
      if (!plan.observed.buckets[bucket.name])
        await RESOURCE_DRIVERS.bucket.apply(deploy, { kind: 'bucket', ...bucket });
    }
    // The first release does this; later changes by hand are kept.
    if (plan.observed.journal.journal.entries.length > 0) return;
    await deploy.clients.s3.send(
      new PutBucketVersioningCommand({
        Bucket: releasesBucket,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    );
    await deploy.clients.s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: releasesBucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    );
  },
};
