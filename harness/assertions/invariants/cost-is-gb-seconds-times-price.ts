import { costOf } from '../../metrics/cost/cost.ts';
import { pricesOf, usdOf } from '../../metrics/cost/price-table.ts';
import { evidenceFiles, type Invariant } from '../assertion.ts';

/** MB of /tmp that come with every function. */
const FREE_STORAGE_MB = 512;

/** The Lambda cost recomputed from the REPORT lines by the other way round: per memory size, then summed. */
export const costIsGbSecondsTimesPrice: Invariant = {
  name: 'cost = GB-s x price',
  needs: ['report-lines'],
  evaluate({ record }) {
    if (record.invocations.length === 0) return [];
    const billedMsByMemory = new Map<number, number>();
    let storageMBms = 0;
    for (const {
      memorySizeMB,
      billedDurationMs,
      ephemeralStorageMB = FREE_STORAGE_MB,
    } of record.invocations) {
      billedMsByMemory.set(memorySizeMB, (billedMsByMemory.get(memorySizeMB) ?? 0) + billedDurationMs);
      storageMBms += Math.max(0, ephemeralStorageMB - FREE_STORAGE_MB) * billedDurationMs;
    }
    const table = pricesOf();
    let expected = record.invocations.length * usdOf(table, 'lambdaRequest');
    if (storageMBms > 0) expected += (storageMBms / 1_024_000) * usdOf(table, 'lambdaStorageGbSecond');
    for (const [memoryMB, billedMs] of billedMsByMemory) {
      expected += ((memoryMB * billedMs) / 1_024_000) * usdOf(table, 'lambdaGbSecondX64');
    }
    const actual = costOf(record).lambda;
    return [
      {
        name: costIsGbSecondsTimesPrice.name,
        outcome: Math.abs(actual - expected) <= 1e-9 * Math.max(1, expected) ? 'passed' : 'failed',
        expected: `${expected.toFixed(8)} USD for Lambda`,
        actual: `${actual.toFixed(8)} USD`,
        path: [],
        evidence: evidenceFiles.invocations,
      },
    ];
  },
};
