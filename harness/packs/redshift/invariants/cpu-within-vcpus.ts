import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { visibleVcpus } from '../../../core/limits.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { RESULTS, resultsOf } from '../evidence/results.ts';

/** CPU time is accounted in ticks of up to 10 ms per thread, and wall time ends a little before it. */
const TOLERANCE = 0.05;
const TOLERANCE_S = 0.1;

/**
 * No process uses more CPU time than the wall time of all cores it can run on. It catches a profiler that counts
 * nested operators several times, as the original's did (48.8 s in 21.7 s of wall time on 2 cores).
 */
export const cpuWithinVcpus: Invariant = {
  name: 'CPU time <= wall time x vCPUs',
  evaluate({ record }) {
    const judged = resultsOf(record).filter((result) => typeof result['wall_time_s'] === 'number');
    if (judged.length === 0) return [];
    const wrong = judged.flatMap((result) => {
      const vcpus = vcpusOf(record, Number(result['memory_limit_mb'] ?? 0));
      const wallS = Number(result['wall_time_s']);
      const cpuS = result['total_cpu_time (seconds)'];
      if (cpuS <= vcpus * wallS * (1 + TOLERANCE) + TOLERANCE_S) return [];
      return [`${String(result.data_path)}: ${cpuS.toFixed(2)} s in ${wallS.toFixed(2)} s on ${vcpus} vCPUs`];
    });
    return [
      {
        name: cpuWithinVcpus.name,
        outcome: wrong.length === 0 ? 'passed' : 'failed',
        expected: 'no more CPU time than the cores could give in the wall time',
        actual: wrong.length === 0 ? `holds in ${judged.length} results` : showList(wrong),
        path: [],
        evidence: evidenceFile(RESULTS),
      },
    ];
  },
};

/** On AWS the function's memory decides; elsewhere the machine's cores are the bound. */
function vcpusOf(record: RunRecord, memoryMB: number): number {
  return record.backend.name === 'aws' ? visibleVcpus(memoryMB) : record.host.cpus;
}
