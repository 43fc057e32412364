/** Errors of websites are pages for people, in the form that S3's have. */
import { STATUS_CODES } from 'node:http';
import { escapeXml } from '../../../http/protocols/xml.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';

export interface SiteError {
  status: number;
  code: string;
  message: string;
  /** Beside code and message, e.g. `Key`. */
  details?: { readonly [name: string]: string };
}

const ITEM = (name: string, value: string) => `<li>${name}: ${escapeXml(value)}</li>\n`;

const itemsOf = ({ code, message, details = {} }: SiteError): string =>
  ITEM('Code', code) +
  ITEM('Message', message) +
  Object.entries(details)
    .map(([name, value]) => ITEM(name, value))
    .join('');

/** @param ofDocument why the bucket's own error document could not be shown */
export function errorPage(
  { method, requestId }: Pick<WireRequest, 'method' | 'requestId'>,
  error: SiteError,
  more: { headers?: { [name: string]: string }; ofDocument?: SiteError | undefined } = {},
): WireResponse {
  const { status, code, message, details = {} } = error;
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  const hostId = Buffer.from(requestId).toString('base64');
  const ofDocument = more.ofDocument
    ? `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n${itemsOf(more.ofDocument)}</ul>\n`
    : '';
  const body = `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${itemsOf(error)}${ITEM('RequestId', requestId)}${ITEM('HostId', hostId)}</ul>\n${ofDocument}<hr/>\n</body>\n</html>\n`;
  const shown = Object.entries(details).map(([name, value]) => [
    `x-amz-error-detail-${name}`,
    encodeURIComponent(value),
  ]);
  return {
    status,
    headers: {
      'x-amz-error-code': code,
      'x-amz-error-message': message,
      ...Object.fromEntries(shown),
      'content-type': 'text/html; charset=utf-8',
      'x-amz-request-id': requestId,
      'x-amz-id-2': hostId,
      ...more.headers,
    },
    ...(method === 'HEAD' ? {} : { body }),
  };
}
