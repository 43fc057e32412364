import { lastModified } from './shapes.ts';
import type { Layer, LayerStore, LayerVersion } from './store/layer-store.ts';

/** A layer version as PublishLayerVersion and GetLayerVersion show it. */
export function layerVersionShape(
  layers: LayerStore,
  layer: Layer,
  version: LayerVersion,
  location: string,
): object {
  return {
    ...layerVersionItem(layers, layer, version),
    LayerArn: layers.arnOf(layer),
    Content: {
      Location: location,
      CodeSha256: version.codeSha256,
      CodeSize: version.codeSizeBytes,
    },
  };
}

/** A layer version as lists show it. */
export function layerVersionItem(layers: LayerStore, layer: Layer, version: LayerVersion): object {
  return {
    LayerVersionArn: `${layers.arnOf(layer)}:${version.version}`,
    Version: version.version,
    Description: version.description,
    CreatedDate: lastModified(version.createdMs),
    CompatibleRuntimes: version.compatibleRuntimes,
    CompatibleArchitectures: version.compatibleArchitectures,
    LicenseInfo: version.licenseInfo,
  };
}
