/**
 * What a partition's pickle and zip directory may cost before they are refused. A TensorDataset needs about
 * 350 bytes of pickle and 9 zip entries; a state_dict of a large model some 100 KiB.
 */
export const PT_LIMITS = {
  pickleBytes: 16 * 1024 * 1024,
  opcodes: 4_000_000,
  memoEntries: 1_000_000,
  /** Values on the stack plus values held in containers. */
  values: 4_000_000,
  marks: 1_000,
  stringBytes: 1024 * 1024,
  /** Digits of a LONG: dimensions and counts have no more than 8 bytes. */
  longBytes: 16,
  dimensions: 16,
  zipEntries: 100_000,
  zipDirectoryBytes: 16 * 1024 * 1024,
  /** A tensor whose rows are not consecutive in the file is held whole up to this size. */
  residentBytes: 512 * 1024 * 1024,
} as const;
