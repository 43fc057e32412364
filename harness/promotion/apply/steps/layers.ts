import { PublishLayerVersionCommand, type Runtime } from '@aws-sdk/client-lambda';
import { publishedLayerVersion } from '../../../deploy/resources/layer.ts';
import { hexadecimal } from '../../evidence/subjects.ts';
import { artifactKey } from '../../release/store.ts';
import type { Step } from '../context.ts';

/** One version of each layer with the attested content; one that is published already is used again. */
export const layers: Step = {
  name: 'layers',
  async run({ blueprint, clients, deploy }) {
    for (const { name, codeSha256, runtimes, architecture } of Object.values(blueprint.layers)) {
      const known = await publishedLayerVersion(clients, name, codeSha256);
      const publish = new PublishLayerVersionCommand({
        LayerName: name,
        Content: { S3Bucket: blueprint.releasesBucket, S3Key: artifactKey(hexadecimal(codeSha256)) },
        CompatibleArchitectures: [architecture],
        ...(runtimes.length === 0 ? {} : { CompatibleRuntimes: [...runtimes] as Runtime[] }),
        Description: `cosmicai ${blueprint.release}`,
      });
      const arn = known ?? (await clients.lambda.send(publish)).LayerVersionArn;
      deploy.layerArns.set(name, arn ?? '');
    }
  },
};
