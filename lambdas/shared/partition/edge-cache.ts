import type { RandomAccess } from './partition.ts';

/** Bytes fetched from either end at once: enough for torch's pickle, small storages and zip directory. */
const EDGE_BYTES = 128 * 1024;

/**
 * `source` with its first and last bytes at hand, both fetched in one go: over S3 that is two requests for
 * everything but the large storages. Reads across the edges go to the source.
 */
export async function withEdges(source: RandomAccess): Promise<RandomAccess> {
  const { sizeBytes } = source;
  const edgeBytes = Math.min(EDGE_BYTES, sizeBytes);
  const tailStart = Math.max(edgeBytes, sizeBytes - EDGE_BYTES);
  const [head, tail] = await Promise.all([
    source.read(0, edgeBytes),
    tailStart < sizeBytes ? source.read(tailStart, sizeBytes - tailStart) : new Uint8Array(0),
  ]);
  return {
    name: source.name,
    sizeBytes,
    read: async (offsetBytes, lengthBytes) => {
      const end = offsetBytes + lengthBytes;
      if (end <= head.length) return head.subarray(offsetBytes, end);
      if (offsetBytes >= tailStart && end <= sizeBytes)
        return tail.subarray(offsetBytes - tailStart, end - tailStart);
      return source.read(offsetBytes, lengthBytes);
    },
    release: (memory) => source.release?.(memory),
  };
}
