import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { isJsonObject } from '../../../core/json.ts';
import { type InferenceResult, RESULTS, resultsOf } from '../evidence/results.ts';
import { PUBLISHED_SAMPLE_BITS } from '../published/sample-bits.ts';

/** Both figures come from one wall time, so they differ by rounding only. */
const TOLERANCE = 1e-6;

/** Catches what the seed's table got wrong: 161.98 Mbps beside 121 samples/s, which are 19.9 Mbps. */
export const throughputIsSamplesTimesBits: Invariant = {
  name: 'throughput = samples/s x bits per sample',
  evaluate({ record }) {
    const results = resultsOf(record).filter((result) => result['total_samples'] !== 0);
    if (results.length === 0) return [];
    const wrong = results.flatMap((result) => {
      const expected = result.sample_persec * sampleBitsOf(result);
      const off = Math.abs(result.throughput_bps - expected);
      if (off <= TOLERANCE * expected) return [];
      const mbps = (bps: number) => (bps / 1e6).toFixed(2);
      return [
        `${String(result.data_path)}: ${mbps(result.throughput_bps)} Mbps instead of ${mbps(expected)}`,
      ];
    });
    return [
      {
        name: throughputIsSamplesTimesBits.name,
        outcome: wrong.length === 0 ? 'passed' : 'failed',
        expected: `throughput_bps = sample_persec x bits per sample`,
        actual: wrong.length === 0 ? `holds in ${results.length} results` : showList(wrong),
        path: [],
        evidence: evidenceFile(RESULTS),
      },
    ];
  },
};

/** The 5,120 pixels and 5 magnitudes of a sample in elements of 16 to 64 bits. */
const PLAUSIBLE_BITS = { least: 5_125 * 16, most: 5_125 * 64 } as const;

/**
 * Mean over the samples of a result. A result that records no plausible number has the original's partitions, so an
 * overstated number cannot hide an overstated throughput.
 */
function sampleBitsOf(result: InferenceResult): number {
  let samples = 0;
  let bits = 0;
  for (const partition of Array.isArray(result['partitions']) ? result['partitions'] : []) {
    if (!isJsonObject(partition)) continue;
    const perSample = Number(partition['bits_per_sample']);
    if (!(perSample >= PLAUSIBLE_BITS.least && perSample <= PLAUSIBLE_BITS.most)) continue;
    samples += Number(partition['samples']);
    bits += Number(partition['samples']) * perSample;
  }
  return samples > 0 ? bits / samples : PUBLISHED_SAMPLE_BITS;
}
