import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'cloudwatch'> = {
  name: 'cloudwatch',
  signingNames: ['monitoring'],
  targets: ['GraniteServiceVersion20100801'],
  scope: 'region',
  requires: ['iam'],
  async create(env, { iam, functions }) {
    const { createCloudWatchService } = await import('./service.ts');
    const service = createCloudWatchService(env, { sessions: iam, permissions: iam });
    service.connectFunctions(functions);
    return service;
  },
};
