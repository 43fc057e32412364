/** Fields that this domain adds to `expect`. */

import type { Assertion } from '../../../assertions/assertion.ts';
import type { PackExpectation } from '../../../assertions/index.ts';
import { predictions } from './predictions.ts';
import { published } from './published.ts';
import { results } from './results.ts';

export const redshiftExpectations: readonly PackExpectation[] = [
  {
    assertion: results as unknown as Assertion,
    description: 'result objects that inference wrote',
    before: 'invocations',
  },
  {
    assertion: predictions as unknown as Assertion,
    description: 'predicted redshifts, judged together',
    before: 'invocations',
  },
  {
    assertion: published as unknown as Assertion,
    description:
      "comparison with what the pipeline's authors published of AWS, by partition size and nearest data size",
  },
];
