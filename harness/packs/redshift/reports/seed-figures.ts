/**
 * The seed's table: what its authors published for 50 MB partitions (five batches of 512), per worker. Source:
 * README of Team 4, "Benchmarks".
 */
export const published = {
  secondsPerBatch: { local: 4.23, aws: 2.46 },
  throughputMbps: { local: 161.98, aws: 34.44 },
  cpuSeconds: { local: 12.7, aws: 12.5 },
  memoryGB: { local: 25.3, aws: 3.76 },
  samplesPerSecond: { local: 121, aws: 211 },
} as const;

/** Partition size the published figures stand for. */
export const PUBLISHED_PARTITION_MB = 50;
