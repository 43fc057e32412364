import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'stepfunctions'> = {
  name: 'stepfunctions',
  signingNames: ['states'],
  targets: ['AWSStepFunctions'],
  scope: 'region',
  requires: ['iam', 'cloudwatch', 'logs', 's3', 'lambda'],
  async create(env, { get, iam, functions, objects }) {
    const { createStepFunctionsService } = await import('./service.ts');
    return createStepFunctionsService(env, {
      logs: await get('logs'),
      objects,
      functions,
      metrics: await get('cloudwatch'),
      roles: iam,
      permissions: iam,
    });
  },
};
