import { z } from 'zod';
import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { RESULTS, resultsOf } from '../evidence/results.ts';

const figure = z.number().nonnegative();

/** What every reader of the original's results relies on; written down apart from the function that writes it. */
const resultSchema = z.object({
  'total_cpu_time (seconds)': figure,
  'total_cpu_memory (MB)': figure,
  'execution_time (seconds/batch)': figure,
  num_batches: z.int().nonnegative(),
  batch_size: z.int().positive(),
  device: z.string().min(1),
  throughput_bps: figure,
  sample_persec: figure,
  result_path: z.string().min(1),
  data_path: z.union([z.string(), z.array(z.string()), z.null()]),
  rank: z.int().nonnegative(),
  data_prefix: z.string(),
  data_bucket: z.string(),
  total_samples: z.int().nonnegative(),
});

export const resultsFollowSchema: Invariant = {
  name: 'results follow the schema',
  evaluate({ record }) {
    if (resultsOf(record).length === 0) return [];
    const wrong = resultsOf(record).flatMap((result) => {
      const issue = resultSchema.safeParse(result).error?.issues[0];
      return issue ? [`${String(result.data_path)}: ${issue.path.join('.')}: ${issue.message}`] : [];
    });
    return [
      {
        name: resultsFollowSchema.name,
        outcome: wrong.length === 0 ? 'passed' : 'failed',
        expected: "the seed's keys with their types, no negative and no infinite figure",
        actual: wrong.length === 0 ? `${resultsOf(record).length} results` : showList(wrong),
        path: [],
        evidence: evidenceFile(RESULTS),
      },
    ];
  },
};
