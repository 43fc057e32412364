import type { Step } from '../context.ts';
import { putNotifications } from '../notifications.ts';

/** Buckets invoke the new versions from now on: last, once the release serves. */
export const notifications: Step = {
  name: 'notifications',
  async run({ blueprint, deploy, published }) {
    await putNotifications(deploy, blueprint, published.functions);
  },
};
