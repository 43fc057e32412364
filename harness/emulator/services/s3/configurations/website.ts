/** Website configurations, as they are put. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
import { type XmlNode, xmlElement, xmlElements, xmlNames, xmlText } from '../../../http/protocols/xml.ts';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';

/** @throws AwsError InvalidArgument, InvalidRequest, MalformedXML */
export function checkWebsite(document: XmlNode): void {
  const redirectAll = xmlElement(document, 'RedirectAllRequestsTo');
  if (redirectAll !== undefined) {
    if (xmlNames(document).length > 1) {
      throw invalidArgument(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        'RedirectAllRequestsTo',
        'not null',
      );
    }
    if (xmlText(redirectAll, 'HostName') === undefined) throw malformedXml();
    checkProtocol(redirectAll);
    return;
  }
  const index = xmlElement(document, 'IndexDocument');
  if (index === undefined) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      'null',
    );
  }
  const suffix = xmlText(index, 'Suffix') ?? '';
  if (suffix === '' || suffix.includes('/')) {
    throw invalidArgument(
      'The IndexDocument Suffix is not well formed',
      'IndexDocument',
      suffix === '' ? undefined : suffix,
    );
  }
  const error = xmlElement(document, 'ErrorDocument');
  if (error !== undefined && !xmlText(error, 'Key')) throw malformedXml();
  const rules = xmlElement(document, 'RoutingRules');
  if (rules === undefined) return;
  if (xmlElements(rules, 'RoutingRule').length === 0) throw malformedXml();
  for (const rule of xmlElements(rules, 'RoutingRule')) checkRule(rule);
}

function checkRule(rule: XmlNode): void {
  const redirect = xmlElement(rule, 'Redirect');
  const names = new Set(xmlNames(redirect ?? ''));
  if (names.has('ReplaceKeyPrefixWith') && names.has('ReplaceKeyWith')) {
    throw invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
  }
  const condition = xmlElement(rule, 'Condition');
  if (condition !== undefined && xmlNames(condition).length === 0) {
    throw invalidRequest(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    );
  }
  checkProtocol(redirect);
}

function checkProtocol(redirect: XmlNode | undefined): void {
  const protocol = xmlText(redirect, 'Protocol')?.trim();
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return;
  throw invalidRequest(
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  );
}
