import type { Readable } from 'node:stream';
import { defineOperation } from '../../../http/legacy-operation.ts';
import type { LambdaContext } from '../context.ts';

/** Where the package of a layer version can be downloaded. */
export const layerLocation = (endpoint: string, name: string, version: number): string =>
  `${endpoint}/2018-10-31/layers/${name}/versions/${version}/archive`;

/** Not an operation of AWS's: where the `Content.Location` of GetLayerVersion leads. */
export const getLayerArchive = defineOperation<
  LambdaContext,
  { name: string; version: number },
  { body: Readable; sizeBytes: number }
>({
  name: 'GetLayerArchive',
  http: { method: 'GET', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/archive' },
  parse: (_request, path) => ({ name: path['LayerName'] ?? '', version: Number(path['VersionNumber']) }),
  handle({ layers, code }, { name, version: number }) {
    const { version } = layers.version(name, number);
    return { body: code.read(version.codeSha256), sizeBytes: version.codeSizeBytes };
  },
  render: ({ body, sizeBytes }) => ({
    status: 200,
    headers: { 'content-type': 'application/zip', 'content-length': sizeBytes },
    body,
  }),
});
