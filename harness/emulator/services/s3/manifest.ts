import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'s3'> = {
  name: 's3',
  signingNames: ['s3'],
  targets: [],
  scope: 'global',
  requires: ['iam'],
  async create(env, { iam, functions }) {
    const { createS3Service } = await import('./service.ts');
    const service = createS3Service(env, { access: { sessions: iam, permissions: iam } });
    service.connectFunctions(functions);
    return service;
  },
};
