/**
 * Why the pipeline cannot go on. The `name` is what Step Functions shows as the error (`errorType` of the
 * function's answer), so a Catch or Retry can name it; the message names the bucket, the key and the remedy.
 */
export type PipelineErrorCode =
  /** The event does not hold the contract. */
  | 'InvalidInput'
  /** No partition under the data prefix. */
  | 'NoPartitions'
  /** A partition that was listed is gone. */
  | 'PartitionMissing'
  /** A partition was replaced while it was read. */
  | 'PartitionChanged'
  /** No model, or several, in the model folder. */
  | 'ModelNotFound'
  /** The model's inputs or outputs are not image, magnitude -> redshift. */
  | 'ModelContract'
  /** The model answered NaN or an infinity. */
  | 'NonFinitePrediction'
  /** Results of this run that were never written. */
  | 'MissingResults'
  /** Results under the run's keys that another run wrote. */
  | 'StaleResults'
  /** Results that do not hold the contract. */
  | 'InvalidResults'
  /** S3 throttles or fails after the SDK's own attempts: worth another attempt of the state. */
  | 'StorageUnavailable';

export class PipelineError extends Error {
  readonly code: PipelineErrorCode;

  constructor(code: PipelineErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = `PipelineError.${code}`;
    this.code = code;
  }
}
