import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { RESULTS, resultsOf } from '../evidence/results.ts';
import { SAMPLE_BITS } from '../metrics/throughput.ts';

/** Both figures come from one wall time, so only rounding may part them. */
const TOLERANCE = 0.001;

/** Catches what the seed's table got wrong: 161.98 Mbps beside 121 samples/s, which are 19.8 Mbps. */
export const throughputIsSamplesTimesBits: Invariant = {
  name: 'throughput = samples/s x bits per sample',
  evaluate({ record }) {
    const results = resultsOf(record).filter((result) => result['total_samples'] !== 0);
    if (results.length === 0) return [];
    const wrong = results.flatMap((result) => {
      const expected = result.sample_persec * SAMPLE_BITS;
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
        expected: `throughput_bps = sample_persec x ${SAMPLE_BITS}`,
        actual: wrong.length === 0 ? `holds in ${results.length} results` : showList(wrong),
        path: [],
        evidence: evidenceFile(RESULTS),
      },
    ];
  },
};
