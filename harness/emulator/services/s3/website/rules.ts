/**
 * A bucket's website configuration as requests use it: index and error documents, and redirects. Pure.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html
 */
import { parseXml, type XmlNode, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';

export interface Website {
  redirectAll?: Redirect | undefined;
  /** Name of the document of a folder. */
  indexSuffix: string;
  errorKey?: string | undefined;
  rules: readonly RoutingRule[];
}

interface RoutingRule {
  keyPrefix?: string | undefined;
  /** Status that the object's answer must have; the rule applies before the object is read where it is absent. */
  errorStatus?: number | undefined;
  redirect: Redirect;
}

interface Redirect {
  hostName?: string | undefined;
  protocol?: string | undefined;
  replaceKeyPrefix?: string | undefined;
  replaceKey?: string | undefined;
  status?: number | undefined;
}

export function parseWebsite(text: string): Website {
  const document = parseXml(text, 'WebsiteConfiguration');
  const redirectAll = xmlElement(document, 'RedirectAllRequestsTo');
  return {
    redirectAll: redirectAll === undefined ? undefined : parseRedirect(redirectAll),
    indexSuffix: xmlText(xmlElement(document, 'IndexDocument'), 'Suffix') ?? '',
    errorKey: xmlText(xmlElement(document, 'ErrorDocument'), 'Key'),
    rules: xmlElements(xmlElement(document, 'RoutingRules'), 'RoutingRule').map((rule) => {
      const condition = xmlElement(rule, 'Condition');
      const status = xmlText(condition, 'HttpErrorCodeReturnedEquals');
      return {
        keyPrefix: xmlText(condition, 'KeyPrefixEquals'),
        errorStatus: status === undefined ? undefined : Number(status),
        redirect: parseRedirect(xmlElement(rule, 'Redirect')),
      };
    }),
  };
}

function parseRedirect(node: XmlNode | undefined): Redirect {
  const status = xmlText(node, 'HttpRedirectCode');
  return {
    hostName: xmlText(node, 'HostName'),
    protocol: xmlText(node, 'Protocol')?.trim(),
    replaceKeyPrefix: xmlText(node, 'ReplaceKeyPrefixWith'),
    replaceKey: xmlText(node, 'ReplaceKeyWith'),
    status: status === undefined ? undefined : Number(status),
  };
}

/** The first rule for a key: one with the status of an error answer, or, before the object is read, one without. */
export function routingRule(
  { rules }: Website,
  key: string,
  errorStatus: number | undefined,
): RoutingRule | undefined {
  return rules.find(
    (rule) =>
      rule.errorStatus === errorStatus && (rule.keyPrefix === undefined || key.startsWith(rule.keyPrefix)),
  );
}

/** Where a redirect leads. `host` and `protocol` are the request's own. */
export function redirectTarget(
  { hostName, protocol, replaceKey, replaceKeyPrefix }: Redirect,
  request: { key: string; keyPrefix?: string | undefined; host: string; protocol: string },
): string {
  const { key, keyPrefix = '' } = request;
  const target =
    replaceKey ??
    (replaceKeyPrefix === undefined ? key : `${replaceKeyPrefix}${key.slice(keyPrefix.length)}`);
  const path = target.split('/').map(encodeURIComponent).join('/');
  return `${protocol ?? request.protocol}://${hostName ?? request.host}/${path}`;
}
