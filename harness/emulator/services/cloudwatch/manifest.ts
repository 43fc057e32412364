import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'cloudwatch'> = {
  name: 'cloudwatch',
  signingNames: ['monitoring'],
  targets: ['GraniteServiceVersion20100801'],
  scope: 'region',
  requires: ['iam'],
  async create(env, { iam }) {
    const { createCloudWatchService } = await import('./service.ts');
    return createCloudWatchService(env, { sessions: iam, permissions: iam });
  },
};
