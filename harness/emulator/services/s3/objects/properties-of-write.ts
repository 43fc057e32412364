import type { WireRequest } from '../../../http/wire.ts';
import type { S3Context } from '../context.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties } from '../store/records.ts';
import { encryptionOfWrite } from '../wire/encryption.ts';
import { parseProperties } from '../wire/object-headers.ts';
import { lockOfWrite } from '../wire/object-lock.ts';

/**
 * What a request says of the object it writes, completed by the bucket's defaults.
 * @throws AwsError MetadataTooLarge, InvalidArgument, InvalidRequest, InvalidStorageClass ...
 */
export function propertiesOfWrite(
  context: S3Context,
  request: WireRequest,
  bucket: Bucket,
  options: { isCopy?: boolean } = {},
): ObjectProperties {
  return {
    ...parseProperties(request, context.limits),
    ...encryptionOfWrite(context, request, bucket, options),
    ...lockOfWrite(request, bucket, context.env.clock.nowMs()),
  };
}
