/**
 * A partition as the pipeline sees it, whatever its file format. One sample is an SDSS cutout
 * float32[5,32,32] (u g r i z), five magnitudes float32[5] and, in survey data, the spectroscopic redshift z.
 */

export const BANDS = ['u', 'g', 'r', 'i', 'z'] as const;
export const IMAGE_SIDE_PX = 32;
/** Floats of one image: 5 bands of 32 x 32 pixels. */
export const IMAGE_FLOATS = BANDS.length * IMAGE_SIDE_PX * IMAGE_SIDE_PX;
/** Model input of one sample (image and magnitudes) as float32, in bits: what a text partition counts as. */
export const FLOAT32_SAMPLE_BITS = 32 * (IMAGE_FLOATS + BANDS.length);

/** Bytes that can be read by range: an S3 object, a file, a buffer. Reads past the end are a `PartitionError`. */
export interface RandomAccess {
  /** What a person would call it: `s3://bucket/key` or a path. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Exactly `lengthBytes` bytes from `offsetBytes`; the result may be kept, and is not reused unless it is released. */
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
  /** Says that nobody will look again at what a `read` answered, whose memory is this: it may be filled anew. */
  release?(memory: ArrayBufferLike): void;
}

/** `count` samples in row-major order. The arrays may be views; they are valid until the next batch is asked for. */
export interface SampleBatch {
  /** Index of the first sample within the partition. */
  offset: number;
  count: number;
  /** [count, 5, 32, 32] */
  images: Float32Array;
  /** [count, 5], AB magnitudes u g r i z */
  magnitudes: Float32Array;
  /** [count] true redshifts; absent when the partition has none. */
  redshifts?: Float32Array;
}

/** Formats a partition can be stored in. */
export const PARTITION_FORMATS = [
  'pt',
  'json',
  'safetensors',
  'npy',
  'npz',
  'fits',
  'parquet',
  'hdf5',
] as const;
export type PartitionFormat = (typeof PARTITION_FORMATS)[number];

export interface Partition {
  readonly format: PartitionFormat;
  readonly samples: number;
  readonly hasRedshifts: boolean;
  /**
   * Model input of one sample (image and magnitudes) as it is stored, in bits: the factor between samples/s and
   * throughput. 164,160 in the original's partitions, whose magnitudes are float64, 164,000 when all is float32.
   */
  readonly sampleBits: number;
  /** Samples in order, `batchSize` at a time (the last batch may be smaller). Memory is bounded by a few batches. */
  batches(
    batchSize: number,
    /** Where `redshifts` exists: the first sample. Default 0. */ first?: number,
  ): AsyncIterable<SampleBatch>;
  /** Redshifts of all samples without their images; absent where the format is read from front to back only. */
  redshifts?(): Promise<Float32Array | undefined>;
  /** Lets go of what the open partition holds outside this process's memory; present where there is something. */
  close?(): void;
}

export type PartitionErrorCode =
  | 'Empty'
  | 'Truncated'
  | 'Malformed'
  | 'WrongShape'
  | 'WrongType'
  | 'NonFinite'
  | 'HostilePickle'
  | 'UnknownFormat'
  | 'TooLarge';

/** A partition that cannot be used. The message names the file, what is wrong with it, and where. */
export class PartitionError extends Error {
  readonly code: PartitionErrorCode;
  constructor(code: PartitionErrorCode, message: string) {
    // Names from a hostile file must not steer a terminal or break a line of a log.
    super(message.replace(/\p{C}/gu, '?'));
    this.name = `PartitionError.${code}`;
    this.code = code;
  }
}
