/**
 * Cross-origin requests to a function URL, answered by Lambda itself.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
 */
import type { Cors } from '@aws-sdk/client-lambda';

type Headers = { readonly [name: string]: string | undefined };

/** Headers for every answer to a request with an Origin; none when the origin is not allowed. */
export function corsHeaders(cors: Cors | undefined, headers: Headers): { [name: string]: string } {
  const origin = headers['origin'];
  if (!cors || origin === undefined) return {};
  const origins = cors.AllowOrigins ?? [];
  const any = origins.includes('*');
  if (!any && !origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': any && !cors.AllowCredentials ? '*' : origin,
    ...(any ? {} : { vary: 'Origin' }),
    ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.ExposeHeaders?.length ? { 'access-control-expose-headers': cors.ExposeHeaders.join(',') } : {}),
  };
}

/** True for a preflight request that the configuration answers itself. */
export const isPreflight = (cors: Cors | undefined, method: string, headers: Headers): boolean =>
  cors !== undefined &&
  method === 'OPTIONS' &&
  headers['origin'] !== undefined &&
  headers['access-control-request-method'] !== undefined;

/** The further headers of the answer to a preflight request. */
export function preflightHeaders(cors: Cors): { [name: string]: string } {
  return {
    ...(cors.AllowMethods?.length ? { 'access-control-allow-methods': cors.AllowMethods.join(',') } : {}),
    ...(cors.AllowHeaders?.length ? { 'access-control-allow-headers': cors.AllowHeaders.join(',') } : {}),
    ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
  };
}
