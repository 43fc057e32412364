import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseXml, type XmlNode, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { deleteCall } from '../authorization.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../checksums/algorithms.ts';
import type { S3Context } from '../context.ts';
import { headerNotImplemented, invalidRequest, malformedXml, noSuchVersion } from '../errors.ts';
import { type Deletion, deleteVersion } from '../objects/delete-version.ts';
import { assertKey } from '../objects/names.ts';
import { isVersionId } from '../objects/version-ids.ts';
import type { Bucket } from '../store/bucket.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';
import { parseBypass } from '../wire/object-lock.ts';

/** 1,000 keys of 1,024 bytes, each escaped, with version ids. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

interface Item {
  key: string;
  versionId: string | undefined;
  ifMatch: string | undefined;
  /** A condition that buckets for general purposes do not take. */
  refused: string | undefined;
}

type Outcome = Item & ({ deletion: Deletion } | { error: AwsError });

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects = defineOperation({
  name: 'DeleteObjects',
  http: { method: 'POST', path: '/{Bucket}', query: ['delete'] },
  async parse(request, { Bucket }) {
    if (!hasDigest(request)) {
      throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
    }
    const text = await readVerifiedBody(request, MAX_BODY_BYTES);
    const node = parseXml(text, 'Delete');
    if (node === undefined) throw malformedXml();
    return {
      bucket: Bucket!,
      quiet: xmlText(node, 'Quiet')?.trim() === 'true',
      items: xmlElements(node, 'Object').map(parseItem),
    };
  },
  async handle(context: S3Context, { bucket: name, quiet, items }, request) {
    const bucket = context.buckets.get(name);
    if (items.length === 0 || items.length > context.limits.s3DeleteObjectsKeys) throw malformedXml();
    const bypassGovernance = parseBypass(request, bucket);
    // All at once: their records share a flush.
    const outcomes = await Promise.all(
      items.map((item) =>
        deleteItem(context, bucket, item, bypassGovernance, () =>
          context.permit(request.caller.accessKeyId, deleteCall(name, item.key, item.versionId)),
        ),
      ),
    );
    return { quiet, outcomes };
  },
  render: ({ quiet, outcomes }) =>
    xmlResponse(200, {
      DeleteResult: {
        '@xmlns': S3_NAMESPACE,
        Deleted: quiet
          ? undefined
          : outcomes.flatMap((outcome) => ('deletion' in outcome ? [renderDeleted(outcome)] : [])),
        Error: outcomes.flatMap((outcome) => ('error' in outcome ? [renderFailed(outcome)] : [])),
      },
    }),
});

/** A list of what to delete must not arrive garbled: AWS insists on a digest. */
const hasDigest = ({ headers }: WireRequest): boolean =>
  headers['content-md5'] !== undefined ||
  headers['x-amz-trailer'] !== undefined ||
  CHECKSUM_ALGORITHMS.some((algorithm) => headers[checksumHeader(algorithm)] !== undefined);

function parseItem(node: XmlNode): Item {
  const key = xmlText(node, 'Key');
  if (key === undefined || key === '') throw malformedXml();
  return {
    key,
    versionId: xmlText(node, 'VersionId') || undefined,
    ifMatch: xmlText(node, 'ETag'),
    refused: ['LastModifiedTime', 'Size'].find((name) => xmlText(node, name) !== undefined),
  };
}

async function deleteItem(
  context: S3Context,
  bucket: Bucket,
  item: Item,
  bypassGovernance: boolean,
  admit: () => void,
): Promise<Outcome> {
  try {
    admit();
    if (item.refused !== undefined) throw headerNotImplemented(item.refused);
    assertKey(item.key, context.limits);
    const { key, versionId } = item;
    // What DeleteObject calls an invalid argument is a version like any other here.
    if (versionId !== undefined && !isVersionId(versionId) && !bucket.find(key, versionId)) {
      throw noSuchVersion(key, versionId);
    }
    const conditions =
      item.ifMatch === undefined ? undefined : { ifMatch: item.ifMatch, ifNoneMatch: undefined };
    const deletion = await deleteVersion(context, bucket, key, versionId, { conditions, bypassGovernance });
    return { ...item, deletion };
  } catch (error) {
    if (error instanceof AwsError) return { ...item, error };
    throw error;
  }
}

function renderDeleted({ key, versionId, deletion }: Item & { deletion: Deletion }) {
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: deletion.deleteMarker,
    DeleteMarkerVersionId: deletion.deleteMarker ? deletion.versionId : undefined,
  };
}

const renderFailed = ({ key, versionId, error }: Item & { error: AwsError }) => ({
  Key: key,
  VersionId: versionId,
  Code: error.code,
  Message: error.message,
});
