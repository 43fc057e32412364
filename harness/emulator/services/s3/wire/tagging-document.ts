/** The Tagging document of objects and buckets. */
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import { malformedXml } from '../errors.ts';
import type { Tag } from '../store/records.ts';
import { S3_NAMESPACE } from './list-parameters.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** @throws AwsError MalformedXML */
export async function readTagging(request: WireRequest): Promise<Tag[]> {
  const document = parseXml(await readVerifiedBody(request, MAX_BODY_BYTES), 'Tagging');
  const set = xmlElement(document, 'TagSet');
  if (set === undefined) throw malformedXml();
  return xmlElements(set, 'Tag').map((node) => {
    const key = xmlText(node, 'Key');
    const value = xmlText(node, 'Value');
    if (key === undefined || value === undefined) throw malformedXml();
    return { key, value };
  });
}

export const renderTagging = (tags: readonly Tag[]): WireResponse =>
  xmlResponse(200, {
    Tagging: {
      '@xmlns': S3_NAMESPACE,
      TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) },
    },
  });
