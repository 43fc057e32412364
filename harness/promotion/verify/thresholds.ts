import { describeBound, keeps, unitMistakes } from '../../metrics/bound.ts';
import { formatQuantity } from '../../metrics/quantity.ts';
import { summarizedValue } from '../evidence/metric-summary.ts';
import type { Check } from './check.ts';
import { runName } from './check.ts';
import { requiredRuns } from './requirements.ts';

/** The policy's own limits hold in every required run. */
export const thresholds: Check = {
  name: 'thresholds',
  reasons: (context) =>
    Object.entries(context.policy.thresholds).flatMap(([text, bound]) =>
      requiredRuns(context).flatMap((run) => {
        const { value, unit } = summarizedValue(run.metrics, text);
        const wanted = describeBound(bound, unit);
        if (value === undefined) return [`${runName(run)} gave no evidence for ${text} (${wanted})`];
        const [mistake] = unitMistakes(bound, unit);
        if (mistake !== undefined) return [`the limit of ${text} in the policy: ${mistake}`];
        if (bound.soft || keeps(bound, value, unit)) return [];
        return [`${text} was ${formatQuantity(value, unit)} in ${runName(run)}, not ${wanted}`];
      }),
    ),
};
