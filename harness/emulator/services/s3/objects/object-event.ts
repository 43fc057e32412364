/** A change of an object, as event notifications tell it. */
export interface ObjectEvent {
  /** e.g. `ObjectCreated:Put`. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
  name: string;
  key: string;
  sizeBytes?: number;
  etag?: string;
  versionId?: string;
}
