import { RESOURCE_DRIVERS } from '../../../deploy/resources/index.ts';
import type { Step } from '../context.ts';

/** Activities; one that exists is left as it is. */
export const activities: Step = {
  name: 'activities',
  async run({ blueprint, deploy }) {
    for (const activity of blueprint.activities)
      await RESOURCE_DRIVERS.activity.apply(deploy, { kind: 'activity', ...activity });
  },
};
