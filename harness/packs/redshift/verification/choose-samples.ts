import type { Random } from '../../../core/random.ts';

/** Samples recomputed in a run, as far as every partition up to `MAX_PARTITIONS` gets at least one. */
const PER_RUN = 48;
/** Partitions of which samples are recomputed; chosen at random where there are more. */
const MAX_PARTITIONS = 256;

/** How many samples of each partition are recomputed: a fixed number per run, spread evenly. */
export function samplesPerPartition(partitions: number, random: Random): number[] {
  const each = Math.ceil(PER_RUN / Math.max(1, Math.min(partitions, MAX_PARTITIONS)));
  const chosen = new Set<number>();
  if (partitions <= MAX_PARTITIONS) for (let index = 0; index < partitions; index++) chosen.add(index);
  while (chosen.size < Math.min(partitions, MAX_PARTITIONS))
    chosen.add(Math.floor(random.next() * partitions));
  return Array.from({ length: partitions }, (_, index) => (chosen.has(index) ? each : 0));
}

/** `count` different indices below `samples`, ascending; all of them where there are no more. */
export function chooseSamples(samples: number, count: number, random: Random): number[] {
  if (count >= samples) return Array.from({ length: samples }, (_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(random.next() * samples));
  return [...chosen].sort((a, b) => a - b);
}
