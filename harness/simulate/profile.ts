/**
 * A profile: what runs of a pipeline say about the durations of its functions, in a small file that a prediction
 * reads. Durations are those of the machine and the backend named in it.
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../core/json.ts';

const number = z.number();
const sample = z.object({
  /** Bytes of the partition, or number of partitions of the run, by the function's `variable`. */
  x: number,
  durationMs: number,
});

const functionProfile = z.object({
  name: z.string(),
  memorySizeMB: number,
  /** What its duration depends on: the bytes of one partition (a Map's task), or the number of partitions. */
  variable: z.enum(['partitionBytes', 'partitions']),
  /** Invocations in warm environments. */
  warm: z.array(sample),
  /** Invocations in new environments, with their initialisation. */
  cold: z.array(sample.extend({ initMs: number })),
  maxMemoryUsedMB: number,
});

export const profileSchema = z.object({
  kind: z.literal('Profile'),
  version: z.literal(1),
  /** Where the durations were measured. */
  source: z.object({
    backend: z.string(),
    clock: z.enum(['wall', 'virtual', 'modelled']),
    cpuModel: z.string(),
    cpus: number,
    runs: z.array(z.string()),
  }),
  definition: z.record(z.string(), z.unknown()).transform((value) => value as JsonObject),
  type: z.enum(['STANDARD', 'EXPRESS']),
  input: z.unknown().transform((value) => value as Json),
  /** Per state: its function when it invokes one, durations of its tasks otherwise, and the text of a result. */
  states: z.record(
    z.string(),
    z.object({
      functionName: z.string().optional(),
      durationsMs: z.array(number),
      outputText: z.string(),
    }),
  ),
  functions: z.array(functionProfile),
  /** Per label of a Distributed Map: children for each partition, and inputs that children had. */
  maps: z.record(
    z.string(),
    z.object({
      childrenPerPartition: number,
      inputs: z.array(z.unknown()).transform((value) => value as Json[]),
    }),
  ),
  /** Sizes of partitions that were run, bytes, smallest first. */
  partitionBytes: z.array(number),
});

export type Profile = z.infer<typeof profileSchema>;
export type FunctionProfile = z.infer<typeof functionProfile>;
export type Sample = z.infer<typeof sample>;
