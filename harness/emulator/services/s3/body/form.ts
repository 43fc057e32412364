/**
 * A browser's upload: `multipart/form-data` whose first part called `file` is the object. The fields before it are
 * read whole, within S3's 20 KB; the file is handed on as it arrives, and what follows it is ignored.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html, RFC 7578
 */

import { AwsError } from '../../../../core/errors.ts';
import { lazily } from '../../../../core/lazily.ts';
import { loadPackage } from '../../../../core/load-package.ts';
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { FormField, FormFields } from '../context.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import { headerText } from '../objects/properties.ts';
import type { Tag } from '../store/records.ts';

const MAX_FIELDS_BYTES = 20_480;

export interface UploadForm {
  fields: FormFields;
  /** Name of the user's file without folders; undefined when the client gave none. */
  filename: string | undefined;
  /** To be read once, to its end. @throws AwsError MalformedPOSTRequest when the body ends within it */
  content: AsyncIterable<Buffer>;
}

const parserOf = lazily(() => loadPackage('@fastify/busboy') as typeof import('@fastify/busboy'));

/**
 * Reads up to the file.
 * @throws AwsError PreconditionFailed, MalformedPOSTRequest, MaxPostPreDataLengthExceeded, InvalidArgument
 */
export function readForm({ body, headers }: Pick<WireRequest, 'body' | 'headers'>): Promise<UploadForm> {
  const parser = createParser(headers['content-type'] ?? '');
  const fields = new Map<string, FormField>();
  let fieldBytes = 0;
  let receivedBytes = 0;
  let isComplete = false;
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      body.unpipe(parser);
      isComplete = true;
      reject(error);
    };
    parser.on('field', (name: string | undefined, value, _nameTruncated, valueTruncated) => {
      if (isComplete) return;
      if (name === undefined) return refuse(malformed());
      fieldBytes += name.length + Buffer.byteLength(value);
      if (valueTruncated || fieldBytes > MAX_FIELDS_BYTES) return refuse(tooLong());
      const key = name.toLowerCase();
      const before = fields.get(key);
      // AWS joins fields of one name.
      fields.set(key, before ? { ...before, value: `${before.value},${value}` } : { name, value });
    });
    parser.on('file', (_name, stream, filename: string | undefined) => {
      // Reported to who reads the content.
      stream.on('error', () => {});
      if (isComplete) return void stream.resume();
      isComplete = true;
      body.once('error', (error) => stream.destroy(error));
      resolve({ fields, filename, content: contentOf(stream) });
    });
    parser.on('finish', () =>
      refuse(invalidArgument('POST requires exactly one file upload per request.', 'file', '0')),
    );
    parser.on('error', () => refuse(receivedBytes > MAX_FIELDS_BYTES ? tooLong() : malformed()));
    body.on('data', (chunk: Buffer) => {
      // What came before this chunk held no file.
      if (!isComplete && receivedBytes > MAX_FIELDS_BYTES) refuse(tooLong());
      receivedBytes += chunk.length;
    });
    body.once('error', refuse);
    body.pipe(parser);
  });
}

/** @throws AwsError PreconditionFailed, MalformedPOSTRequest */
function createParser(contentType: string) {
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
      { details: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' } },
    );
  }
  const { Busboy } = parserOf();
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      limits: { fieldSize: MAX_FIELDS_BYTES, headerSize: MAX_FIELDS_BYTES },
    });
  } catch {
    throw malformed();
  }
}

async function* contentOf(stream: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? error : malformed();
  }
}

const malformed = () =>
  new AwsError(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  );

const tooLong = () =>
  new AwsError(
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceeding the upload file was too large.',
    400,
    { details: { MaxPostPreDataLengthBytes: MAX_FIELDS_BYTES } },
  );

const PLAIN_HEADERS = new Set([
  'cache-control',
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-md5',
  'expires',
]);

/** The fields as the headers of the PutObject that they stand for, their bytes as Latin-1 like those of a request. */
export function headersOfForm(fields: FormFields): WireRequest['headers'] {
  const headers: { [name: string]: string } = {};
  for (const [name, { value }] of fields) {
    if (name === 'acl') headers['x-amz-acl'] = value;
    else if (PLAIN_HEADERS.has(name) || name.startsWith('x-amz-')) headers[name] = headerText(name, value);
  }
  return headers;
}

/** The `tagging` field: an XML document; one without tags gives none. @throws AwsError MalformedXML */
export function tagsOfForm(field: FormField | undefined): Tag[] {
  if (field === undefined) return [];
  if (!/^\s*<[A-Za-z]/.test(field.value)) throw malformedXml();
  const set = xmlElement(parseXml(field.value, 'Tagging'), 'TagSet');
  return xmlElements(set, 'Tag').map((node) => ({
    key: xmlText(node, 'Key') ?? '',
    value: xmlText(node, 'Value') ?? '',
  }));
}
