import { defineLambdaOperation } from '../context.ts';
import { validation } from '../errors.ts';
import { parseCompatibility } from '../layer-parameters.ts';
import { layerVersionShape } from '../layer-shapes.ts';
import { text } from '../parameters.ts';
import { layerLocation } from './get-layer-archive.ts';

export const publishLayerVersion = defineLambdaOperation({
  name: 'PublishLayerVersion',
  http: { method: 'POST', path: '/2018-10-31/layers/{LayerName}/versions' },
  status: 201,
  async handle({ env, layers, control }, { path, body }) {
    const name = path['LayerName'] ?? '';
    if (!/^(?:[\w-]{1,140}|arn:aws[\w-]*:lambda:[\w-]+:\d{12}:layer:[\w-]{1,140})$/.test(name)) {
      throw validation(
        name,
        'layerName',
        'Member must satisfy regular expression pattern: (arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+',
      );
    }
    const compatibility = parseCompatibility(body);
    const code = await control.storeCode(body['Content']);
    const layer = layers.obtain(name);
    const licenseInfo = text(body, 'LicenseInfo');
    const version = {
      version: layer.lastVersion + 1,
      description: text(body, 'Description') ?? '',
      createdMs: env.clock.nowMs(),
      codeSha256: code.sha256,
      codeSizeBytes: code.sizeBytes,
      unzippedBytes: code.unzippedBytes,
      ...compatibility,
      ...(licenseInfo === undefined ? {} : { licenseInfo }),
    };
    layer.lastVersion = version.version;
    layer.versions.push(version);
    layers.save(layer);
    return layerVersionShape(
      layers,
      layer,
      version,
      layerLocation(env.endpoint(), layer.name, version.version),
    );
  },
});
