/** Whether an object is what its name and its content type say. */
import { isJson } from '../core/json.ts';

const GENERAL_TYPES = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'text/plain']);

/**
 * What is wrong with an object, as the end of a sentence.
 * @param bytes its content; absent of one that is too large to be read
 */
export function objectProblem(
  key: string,
  contentType: string | undefined,
  bytes: Uint8Array | undefined,
): string | undefined {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  const extension = /\.([a-z0-9]+)$/i.exec(key)?.[1]?.toLowerCase() ?? '';
  return (
    typeProblem(extension, type, bytes) ??
    (bytes && bytes.length > 0 ? contentProblem(extension, type, bytes) : undefined)
  );
}

/** Content types that say something else than the extension or the content. General ones say nothing. */
function typeProblem(extension: string, type: string, bytes: Uint8Array | undefined): string | undefined {
  if (GENERAL_TYPES.has(type)) return undefined;
  const isPage = /^(?:html?|xhtml)$/.test(extension) || (bytes !== undefined && startsWith(bytes, '<'));
  if (type === 'text/html' && !isPage && bytes !== undefined)
    return 'has the content type text/html, but is no page';
  if (/^html?$/.test(extension) && !/html/.test(type))
    return `is a page by its name, but has the content type ${type}`;
  if (/^(?:image|audio|video|font)\//.test(type) && /^(?:json|jsonl|ndjson|csv|tsv|txt)$/.test(extension))
    return `has the content type ${type}, but the extension .${extension}`;
  return undefined;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('utf8').trimStart();
  return start.startsWith(text) || start.startsWith(`\uFEFF${text}`);
}

function contentProblem(extension: string, type: string, bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return undefined;
  const text = () =>
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  if (extension === 'json' || (extension === '' && /^application\/(?:[\w.-]+\+)?json$/.test(type))) {
    const content = text();
    // Many writers call JSON lines JSON.
    return isJson(content) || areJsonLines(content) ? undefined : 'is no JSON';
  }
  if (extension === 'jsonl' || extension === 'ndjson')
    return areJsonLines(text()) ? undefined : 'has lines that are no JSON';
  if (extension === 'csv') return lastRowProblem(text());
  return undefined;
}

function areJsonLines(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 ? lines.every(isJson) : isJson(text);
}

/** A file that ends in the middle of a row: a quote is open, or cells are missing. Other rows may be comments. */
function lastRowProblem(text: string): string | undefined {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) return 'ends within a quoted cell';
  if (text.includes('"')) return undefined;
  const rows = text.split(/\r?\n/).filter((row) => row !== '');
  const cells = (row: string) => row.split(',').length;
  const [header, last] = [rows[0], rows.at(-1)];
  if (header === undefined || last === undefined || cells(last) >= cells(header)) return undefined;
  return `ends with a row of ${cells(last)} cells, its header has ${cells(header)}`;
}
