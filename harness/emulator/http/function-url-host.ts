/**
 * How a function URL is addressed: `<id>.lambda-url.<region>.localhost:PORT` (or `...localhost.localstack.cloud`),
 * and, without any name to resolve, `http://127.0.0.1:PORT/_cosmicai/lambda-url/<id>/`. The first is rewritten to
 * the second.
 */
export const FUNCTION_URL_PATH = '/_cosmicai/lambda-url/';

const HOST =
  /^([a-z0-9]{1,64})\.lambda-url\.([a-z0-9-]+)\.(?:localhost|localhost\.localstack\.cloud|on\.aws)(?::\d+)?$/i;

/** The path of a request to a function URL by host name; nothing for any other host. */
export function functionUrlPath(host: string, path: string): string | undefined {
  const urlId = HOST.exec(host)?.[1]?.toLowerCase();
  return urlId === undefined ? undefined : `${FUNCTION_URL_PATH}${urlId}${path}`;
}

/** The region in the host name of a function URL; nothing for any other host. */
export const functionUrlRegion = (host: string): string | undefined => HOST.exec(host)?.[2]?.toLowerCase();
