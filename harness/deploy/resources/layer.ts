import { readFileSync } from 'node:fs';
import {
  DeleteLayerVersionCommand,
  GetLayerVersionCommand,
  PublishLayerVersionCommand,
  paginateListLayerVersions,
  type Runtime,
} from '@aws-sdk/client-lambda';
import type { LayerResource } from '../resource.ts';
import { requireDirectSize } from './direct-size.ts';
import { type DeployContext, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A layer: the same zip is not published twice, and functions get the version that holds it. */
export const layer: ResourceDriver<LayerResource> = {
  async apply(context, planned) {
    const known = await publishedLayerVersion(context.clients, planned.name, planned.artifact.sha256);
    const arn = known ?? (await publish(context, planned));
    context.layerArns.set(planned.name, arn);
    return known === undefined ? 'created' : 'unchanged';
  },

  async remove({ clients: { lambda } }, { name }) {
    let removed = false;
    for await (const page of paginateListLayerVersions({ client: lambda }, { LayerName: name })) {
      for (const { Version } of page.LayerVersions ?? []) {
        await unlessNotFound(
          lambda.send(new DeleteLayerVersionCommand({ LayerName: name, VersionNumber: Version })),
        );
        removed = true;
      }
    }
    return removed;
  },
};

/** ARN of the newest version that has this content. */
export async function publishedLayerVersion(
  { lambda }: Pick<DeployContext['clients'], 'lambda'>,
  name: string,
  codeSha256: string,
): Promise<string | undefined> {
  const pages = paginateListLayerVersions({ client: lambda }, { LayerName: name });
  for await (const page of pages) {
    for (const { Version } of page.LayerVersions ?? []) {
      const { Content, LayerVersionArn } = await lambda.send(
        new GetLayerVersionCommand({ LayerName: name, VersionNumber: Version }),
      );
      if (Content?.CodeSha256 === codeSha256) return LayerVersionArn;
    }
  }
  return undefined;
}

async function publish(
  { clients: { lambda } }: Pick<DeployContext, 'clients'>,
  { name, artifact, code, runtimes, architecture }: LayerResource,
): Promise<string> {
  if (!code) requireDirectSize(`the layer ${name}`, artifact);
  const { LayerVersionArn } = await lambda.send(
    new PublishLayerVersionCommand({
      LayerName: name,
      Content: code
        ? { S3Bucket: code.bucket, S3Key: code.key }
        : { ZipFile: readFileSync(artifact.zipFile) },
      CompatibleArchitectures: [architecture],
      ...(runtimes.length === 0 ? {} : { CompatibleRuntimes: [...runtimes] as Runtime[] }),
    }),
  );
  return LayerVersionArn ?? '';
}
