import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'iam'> = {
  name: 'iam',
  signingNames: ['iam'],
  targets: [],
  actions: /./,
  scope: 'account',
  requires: [],
  async create(env, _dependencies, { policies, verifySignatures, durability }) {
    const { createIamService } = await import('./service.ts');
    return createIamService(env, { policies, verifySignatures, durability });
  },
};
