import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'logs'> = {
  name: 'logs',
  signingNames: ['logs'],
  targets: ['Logs_20140328'],
  scope: 'region',
  requires: ['iam', 'cloudwatch'],
  async create(env, { get, iam, functions, objects }) {
    const { createLogsService } = await import('./service.ts');
    const service = createLogsService(
      env,
      { metrics: await get('cloudwatch') },
      { sessions: iam, permissions: iam },
    );
    service.connectFunctions(functions);
    service.connectObjects(objects);
    return service;
  },
};
