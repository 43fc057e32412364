import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'iam'> = {
  name: 'iam',
  signingNames: ['iam'],
  targets: [],
  actions: /./,
  scope: 'account',
  requires: [],
  async create(env, _dependencies, { policies, verifySignatures, rootKey: kept }) {
    const { createIamService } = await import('./service.ts');
    const isKept = kept?.accountId === env.accountId;
    const rootKey = isKept
      ? { accessKeyId: kept.accessKeyId, secretAccessKey: kept.secretAccessKey }
      : undefined;
    return createIamService(env, {
      policies,
      verifySignatures,
      ...(rootKey ? { rootKey } : {}),
    });
  },
};
