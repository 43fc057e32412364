import { RESOURCE_DRIVERS } from '../../../deploy/resources/index.ts';
import type { Step } from '../context.ts';

/** The functions' log groups, with their retention. */
export const logGroups: Step = {
  name: 'log groups',
  async run({ blueprint, deploy, plan }) {
    for (const group of blueprint.logGroups) {
      const found = plan.observed.logGroups[group.name];
      const same =
        found && (group.retentionDays === undefined || found.retentionDays === group.retentionDays);
      if (!same) await RESOURCE_DRIVERS['log-group'].apply(deploy, { kind: 'log-group', ...group });
    }
  },
};
