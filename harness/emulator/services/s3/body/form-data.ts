/**
 * A browser's upload: `multipart/form-data` whose last part that counts is the file. Fields are read whole, within
 * S3's 20 KB; the file is handed on as it arrives, and what follows it is ignored.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html, RFC 7578, RFC 2046 section 5.1
 */
import { AwsError } from '../../../../core/errors.ts';
import { invalidArgument } from '../errors.ts';

const MAX_FIELDS_BYTES = 20_480;
const CRLF = Buffer.from('\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');
const DASH = 45;

/** A field as sent; names are told apart without regard to case. */
export interface FormField {
  name: string;
  value: string;
}

export interface UploadForm {
  /** By name in lower case. */
  fields: ReadonlyMap<string, FormField>;
  /** Name of the user's file without folders; undefined when the client gave none. */
  filename: string | undefined;
  /** To be read once, to its end. @throws AwsError MalformedPOSTRequest when the body ends within it */
  content: AsyncIterable<Buffer>;
}

/** The boundary in a Content-Type. @throws AwsError PreconditionFailed, MalformedPOSTRequest */
export function parseBoundary(contentType: string | undefined): string {
  if (!/^multipart\/form-data\b/i.test(contentType ?? '')) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
      { details: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' } },
    );
  }
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType!);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed();
  return boundary;
}

/** Reads up to the file. @throws AwsError MalformedPOSTRequest, MaxPostPreDataLengthExceeded, InvalidArgument */
export async function readForm(body: AsyncIterable<Buffer>, boundary: string): Promise<UploadForm> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const reader = new Reader(body);
  const fields = new Map<string, FormField>();
  // The first delimiter may stand at the very beginning, without the line break of the others.
  await reader.takeUntil(delimiter.subarray(2));
  for (;;) {
    if (await reader.isAtEnd()) {
      throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
    }
    await reader.takeUntil(CRLF);
    const head = parseHead(await reader.takeHead());
    if (head.name.toLowerCase() === 'file') {
      return { fields, filename: head.filename, content: reader.rest(delimiter) };
    }
    const value = (await reader.takeUntil(delimiter)).toString('utf8');
    const key = head.name.toLowerCase();
    const before = fields.get(key);
    // AWS joins fields of one name.
    fields.set(key, before ? { ...before, value: `${before.value},${value}` } : { name: head.name, value });
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

/** Name and file name of a part. */
function parseHead(text: string): { name: string; filename: string | undefined } {
  const disposition = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(text)?.[1];
  const parameter = (name: string): string | undefined => {
    const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s"]*))`, 'i').exec(
      disposition ?? '',
    );
    return match?.[1]?.replace(/\\(["\\])/g, '$1') ?? match?.[2];
  };
  const name = parameter('name');
  if (name === undefined) throw malformed();
  const filename = parameter('filename');
  return {
    name,
    filename: filename?.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1),
  };
}

/** Takes a stream apart at delimiters. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);
  #taken = 0;

  constructor(body: AsyncIterable<Buffer>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  /** What comes before `delimiter`, which is taken too. */
  async takeUntil(delimiter: Buffer): Promise<Buffer> {
    let from = 0;
    for (;;) {
      const at = this.#buffer.indexOf(delimiter, from);
      if (at >= 0) return this.#take(at, delimiter.length);
      if (this.#taken + this.#buffer.length > MAX_FIELDS_BYTES + delimiter.length) throw tooLong();
      from = Math.max(0, this.#buffer.length - delimiter.length + 1);
      if (!(await this.#more())) throw malformed();
    }
  }

  /** The header lines of a part, which may have none. */
  async takeHead(): Promise<string> {
    while (this.#buffer.length < 2) if (!(await this.#more())) throw malformed();
    if (this.#buffer.indexOf(CRLF) === 0) {
      this.#take(0, CRLF.length);
      return '';
    }
    return (await this.takeUntil(HEADERS_END)).toString('utf8');
  }

  /** True after the delimiter that ends the form. */
  async isAtEnd(): Promise<boolean> {
    while (this.#buffer.length < 2) if (!(await this.#more())) throw malformed();
    return this.#buffer[0] === DASH && this.#buffer[1] === DASH;
  }

  /** Everything up to `delimiter`; what follows is read and dropped. */
  async *rest(delimiter: Buffer): AsyncIterable<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(delimiter);
      if (at >= 0) {
        if (at > 0) yield this.#buffer.subarray(0, at);
        while (await this.#more()) this.#buffer = Buffer.alloc(0);
        return;
      }
      const safe = this.#buffer.length - delimiter.length + 1;
      if (safe > 0) {
        yield this.#buffer.subarray(0, safe);
        this.#buffer = this.#buffer.subarray(safe);
      }
      if (!(await this.#more())) throw malformed();
    }
  }

  #take(length: number, delimiterLength: number): Buffer {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length + delimiterLength);
    this.#taken += length + delimiterLength;
    if (this.#taken > MAX_FIELDS_BYTES) throw tooLong();
    return taken;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return true;
  }
}
