/**
 * S3's errors with AWS's own codes, messages and details.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';

type Details = Record<string, string | number>;

const error = (code: string, status: number, message: string, details: Details = {}): AwsError =>
  new AwsError(code, message, status, { details });

export const noSuchBucket = (bucket: string): AwsError =>
  error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string, headers: Record<string, string> = {}): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { details: { Key: key }, headers });

export const noSuchVersion = (key: string, versionId: string): AwsError =>
  error('NoSuchVersion', 404, 'The specified version does not exist.', { Key: key, VersionId: versionId });

export const noSuchUpload = (uploadId: string): AwsError =>
  error(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

export const bucketAlreadyExists = (bucket: string): AwsError =>
  new AwsError(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    409,
    { details: { BucketName: bucket } },
  );

export const bucketAlreadyOwnedByYou = (bucket: string): AwsError =>
  error(
    'BucketAlreadyOwnedByYou',
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName: bucket },
  );

export const bucketNotEmpty = (bucket: string, versioned: boolean): AwsError =>
  error(
    'BucketNotEmpty',
    409,
    `The bucket you tried to delete is not empty${versioned ? '. You must delete all versions in the bucket.' : ''}`,
    { BucketName: bucket },
  );

export const invalidBucketName = (bucket: string): AwsError =>
  error('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: bucket });

export const invalidRange = (range: string, sizeBytes: number): AwsError =>
  error('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested: range,
    ActualObjectSize: sizeBytes,
  });

export const invalidPartNumber = (partNumber: number, count: number): AwsError =>
  error('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable', {
    PartNumberRequested: partNumber,
    ActualPartCount: count,
  });

/** `condition` names the header that did not hold. */
export const preconditionFailed = (condition: string): AwsError =>
  error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/** Answered without a body. */
export const notModified = (headers: Record<string, string>): AwsError =>
  new AwsError('NotModified', 'Not Modified', 304, { headers });

export const badDigest = (what: string): AwsError =>
  error('BadDigest', 400, `The ${what} you specified did not match the calculated checksum.`);

export const badPartDigest = (algorithm: string, number: number): AwsError =>
  error(
    'BadDigest',
    400,
    `The ${algorithm.toLowerCase()} you specified for part ${number} did not match what we received.`,
  );

/** S3 writes the digest that it expected in hex, that of a part in base64 as the other one. */
export const badMd5 = (expected: Buffer, calculated: Buffer, shownAs: 'hex' | 'base64'): AwsError =>
  error('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: expected.toString(shownAs),
    CalculatedDigest: calculated.toString('base64'),
  });

export const invalidDigest = (value: string): AwsError =>
  error('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', { 'Content-MD5': value });

export const contentSha256Mismatch = (client: string, computed: string): AwsError =>
  error(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: client, S3ComputedContentSHA256: computed },
  );

export const entityTooSmall = (
  partNumber: number,
  sizeBytes: number,
  etag: string,
  minimum: number,
): AwsError =>
  error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: sizeBytes,
    MinSizeAllowed: minimum,
    PartNumber: partNumber,
    ETag: etag,
  });

/** A file that is smaller than its upload's policy allows. */
export const fileTooSmall = (sizeBytes: number, minimum: number): AwsError =>
  error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: sizeBytes,
    MinSizeAllowed: minimum,
  });

export const missingFormField = (name: string): AwsError =>
  invalidArgument(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  );

export const entityTooLarge = (sizeBytes: number, maximum: number): AwsError =>
  error('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: sizeBytes,
    MaxSizeAllowed: maximum,
  });

export const invalidPart = (uploadId: string, partNumber: number, etag: string): AwsError =>
  error(
    'InvalidPart',
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: partNumber, ETag: etag },
  );

export const invalidPartOrder = (uploadId: string): AwsError =>
  error(
    'InvalidPartOrder',
    400,
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    { UploadId: uploadId },
  );

export const malformedXml = (): AwsError =>
  error(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const malformedPolicy = (
  message = "Policies must be valid JSON and the first byte must be '{'",
): AwsError => error('MalformedPolicy', 400, message);

export const invalidArgument = (message: string, name?: string, value?: string): AwsError =>
  error('InvalidArgument', 400, message, {
    ...(name === undefined ? {} : { ArgumentName: name }),
    ...(value === undefined ? {} : { ArgumentValue: value }),
  });

/** An object that lies in an archive, or one that does not and should. */
export const invalidObjectState = (message: string, storageClass: string): AwsError =>
  error('InvalidObjectState', 403, message, { StorageClass: storageClass });

export const protectedByLock = (): AwsError =>
  error('AccessDenied', 403, 'Access Denied because object protected by object lock.');

export const crossLocationLogging = (source: string, target: string): AwsError =>
  error('CrossLocationLoggingProhibitted', 403, 'Cross S3 location logging not allowed. ', {
    ...(source === 'us-east-1' ? {} : { SourceBucketLocation: source }),
    TargetBucketLocation: target,
  });

export const invalidTargetBucket = (bucket: string): AwsError =>
  error('InvalidTargetBucketForLogging', 400, 'The target bucket for logging does not exist', {
    TargetBucket: bucket,
  });

export const noSuchObjectLock = (): AwsError =>
  error(
    'NoSuchObjectLockConfiguration',
    404,
    'The specified object does not have a ObjectLock configuration',
  );

export const invalidStorageClass = (requested: string): AwsError =>
  error('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
    StorageClassRequested: requested,
  });

export const invalidRequest = (message: string): AwsError => error('InvalidRequest', 400, message);

export const invalidTag = (message: string, details: { TagKey?: string; TagValue?: string } = {}): AwsError =>
  error('InvalidTag', 400, message, details);

/** A conditional write that another change of the key has overtaken. */
export const conditionalRequestConflict = (condition: string, key: string): AwsError =>
  error(
    'ConditionalRequestConflict',
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: condition, Key: key },
  );

/** A header, or its value, that S3 does not take in this operation. */
export const headerNotImplemented = (header: string, additionalMessage?: string): AwsError =>
  error('NotImplemented', 501, 'A header you provided implies functionality that is not implemented', {
    Header: header,
    ...(additionalMessage === undefined ? {} : { additionalMessage }),
  });

export const invalidVersionId = (versionId: string): AwsError =>
  invalidArgument('Invalid version id specified', 'versionId', versionId);

export const invalidBucketState = (message: string): AwsError => error('InvalidBucketState', 409, message);

export const keyTooLong = (sizeBytes: number, maximum: number): AwsError =>
  error('KeyTooLongError', 400, 'Your key is too long', { Size: sizeBytes, MaxSizeAllowed: maximum });

export const metadataTooLarge = (sizeBytes: number, maximum: number): AwsError =>
  error('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', {
    Size: sizeBytes,
    MaxSizeAllowed: maximum,
  });

export const incompleteBody = (
  message = 'You did not provide the number of bytes specified by the Content-Length HTTP header',
): AwsError => error('IncompleteBody', 400, message);

export const malformedTrailer = (): AwsError =>
  error(
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );

export const missingContentLength = (): AwsError =>
  error('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');

export const methodNotAllowed = (
  method: string,
  resourceType: string,
  headers: Record<string, string> = {},
): AwsError =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
    details: { Method: method, ResourceType: resourceType },
    headers,
  });

/** What a bucket has no configuration of: code, message and AWS's status. */
export const noSuchConfiguration = (code: string, message: string, bucket: string): AwsError =>
  error(code, 404, message, { BucketName: bucket });

/** Recorded (B7): it names no bucket. */
export const noNamedConfiguration = (): AwsError =>
  error('NoSuchConfiguration', 404, 'The specified configuration does not exist.');

export const tooManyConfigurations = (noun: string): AwsError =>
  error('TooManyConfigurations', 400, `Too many ${noun} configurations`);

export const idMismatch = (): AwsError =>
  error('IdMismatch', 400, 'Document ID does not match the specified configuration ID.');

export const invalidS3DestinationBucket = (): AwsError =>
  error('InvalidS3DestinationBucket', 400, 'Invalid bucket ARN.');
