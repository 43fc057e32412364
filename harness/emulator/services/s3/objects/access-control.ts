/** Access control lists: kept and returned. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
import { AwsError } from '../../../../core/errors.ts';
import { parseXml, type XmlNode, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import { readVerifiedBody } from '../body/payload.ts';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';
import type { AccessControl, Grant } from '../store/records.ts';
import { documentResponse, renderOwner, s3Response } from './list-parameters.ts';

const MAX_BODY_BYTES = 256 * 1024;
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const GROUPS = 'http://acs.amazonaws.com/groups';

const ALL = 'global/AllUsers';
const GROUP_NAMES = new Set(
  [ALL, 'global/AuthenticatedUsers', 's3/LogDelivery'].map((name) => `${GROUPS}/${name}`),
);

const CANNED: { readonly [name: string]: readonly [group: string, permission: string][] } = {
  private: [],
  'public-read': [[ALL, 'READ']],
  'public-read-write': [
    [ALL, 'READ'],
    [ALL, 'WRITE'],
  ],
  'authenticated-read': [['global/AuthenticatedUsers', 'READ']],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
  'log-delivery-write': [
    ['s3/LogDelivery', 'READ_ACP'],
    ['s3/LogDelivery', 'WRITE'],
  ],
};

/**
 * The list that a request's headers give to what it writes; nothing without such headers.
 * @throws AwsError InvalidArgument, InvalidRequest
 */
export function parseAclHeaders(input: AclInput): AccessControl | undefined {
  const canned = input.ACL;
  const grants = GRANTS.flatMap(([member, header, permission]) => {
    const value = input[member];
    return value === undefined ? [] : parseGrants(header, value, permission);
  });
  if (canned === undefined) return grants.length > 0 ? { grants } : undefined;
  if (grants.length > 0) throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  if (!Object.hasOwn(CANNED, canned)) throw invalidArgument('', 'x-amz-acl', canned);
  return { canned };
}

/** Members of an input that give access rights. */
interface AclInput {
  ACL?: string | undefined;
  GrantRead?: string | undefined;
  GrantWrite?: string | undefined;
  GrantFullControl?: string | undefined;
  GrantReadACP?: string | undefined;
  GrantWriteACP?: string | undefined;
}

const GRANTS = [
  ['GrantRead', 'x-amz-grant-read', 'READ'],
  ['GrantWrite', 'x-amz-grant-write', 'WRITE'],
  ['GrantFullControl', 'x-amz-grant-full-control', 'FULL_CONTROL'],
  ['GrantReadACP', 'x-amz-grant-read-acp', 'READ_ACP'],
  ['GrantWriteACP', 'x-amz-grant-write-acp', 'WRITE_ACP'],
] as const;

/** `id="...", uri="..."`. */
function parseGrants(name: string, header: string, permission: string): Grant[] {
  return header
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const match = /^(id|uri|emailAddress)\s*=\s*"?([^"]*)"?$/.exec(item);
      if (!match) throw invalidArgument('Argument format not recognized', name, item);
      const [, type, value = ''] = match;
      if (type === 'uri') assertGroup(value, 'uri');
      if (type === 'id') assertCanonicalId(value, 'id');
      return { type: type as Grant['type'], value, permission };
    });
}

/** True when a list gives a permission to everybody. */
export function isOpenToAll(acl: AccessControl | undefined, permission: 'READ' | 'WRITE'): boolean {
  if (acl === undefined) return false;
  const given = new Set([permission, 'FULL_CONTROL']);
  if ('canned' in acl)
    return (CANNED[acl.canned] ?? []).some(([group, is]) => group === ALL && given.has(is as 'READ'));
  if ('grants' in acl) {
    return acl.grants.some(
      ({ value, permission: is }) => value === `${GROUPS}/${ALL}` && given.has(is as 'READ'),
    );
  }
  const list = xmlElement(parseXml(acl.document, 'AccessControlPolicy'), 'AccessControlList');
  return xmlElements(list, 'Grant').some(
    (grant) =>
      xmlText(xmlElement(grant, 'Grantee'), 'URI')?.trim() === `${GROUPS}/${ALL}` &&
      given.has((xmlText(grant, 'Permission')?.trim() ?? '') as 'READ'),
  );
}

/**
 * True when a list gives anything to everybody, or to everybody who has an AWS account.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublicAcl(acl: AccessControl): boolean {
  const isPublic = (group: string) =>
    group === `${GROUPS}/${ALL}` || group === `${GROUPS}/global/AuthenticatedUsers`;
  if ('canned' in acl) return (CANNED[acl.canned] ?? []).some(([group]) => isPublic(`${GROUPS}/${group}`));
  if ('grants' in acl) return acl.grants.some(({ value }) => isPublic(value));
  const list = xmlElement(parseXml(acl.document, 'AccessControlPolicy'), 'AccessControlList');
  return xmlElements(list, 'Grant').some((grant) =>
    isPublic(xmlText(xmlElement(grant, 'Grantee'), 'URI')?.trim() ?? ''),
  );
}

/** @throws AwsError InvalidArgument, MalformedXML */
export async function readAccessControl(request: WireRequest, input: AclInput): Promise<AccessControl> {
  const given = parseAclHeaders(input);
  const text = await readVerifiedBody(request, MAX_BODY_BYTES);
  if (given && text !== '') {
    throw new AwsError('UnexpectedContent', 'This request does not support content');
  }
  if (given) return given;
  if (text === '') {
    throw new AwsError('MissingSecurityHeader', 'Your request was missing a required header', 400, {
      details: { MissingHeaderName: 'x-amz-acl' },
    });
  }
  checkDocument(parseXml(text, 'AccessControlPolicy'));
  return { document: text.slice(text.indexOf('<AccessControlPolicy')) };
}

const PERMISSIONS = /^(?:FULL_CONTROL|READ|WRITE|READ_ACP|WRITE_ACP)$/;

/** @throws AwsError MalformedACLError, InvalidArgument */
function checkDocument(document: XmlNode | undefined): void {
  const malformed = () => new AwsError('MalformedACLError', malformedXml().message);
  const owner = xmlElement(document, 'Owner');
  const list = xmlElement(document, 'AccessControlList');
  if (owner === undefined || list === undefined) throw malformed();
  assertCanonicalId(xmlText(owner, 'ID')?.trim() ?? '', 'CanonicalUser/ID');
  for (const grant of xmlElements(list, 'Grant')) {
    if (!PERMISSIONS.test(xmlText(grant, 'Permission')?.trim() ?? '')) throw malformed();
    const grantee = xmlElement(grant, 'Grantee');
    const type = xmlText(grantee, '@type') ?? '';
    if (type === 'CanonicalUser') assertCanonicalId(xmlText(grantee, 'ID')?.trim() ?? '', 'CanonicalUser/ID');
    else if (type === 'Group') assertGroup(xmlText(grantee, 'URI')?.trim() ?? '', 'Group/URI');
    else if (type !== 'AmazonCustomerByEmail') throw malformed();
  }
}

function assertCanonicalId(id: string, argument: string): void {
  if (!/^[0-9a-f]{64}$/.test(id)) throw invalidArgument('Invalid id', argument, id);
}

function assertGroup(uri: string, argument: string): void {
  if (!GROUP_NAMES.has(uri)) throw invalidArgument('Invalid group uri', argument, uri);
}

/** The list in force; the owner alone has all rights where none was put. */
export function renderAccessControl(stored: unknown, ownerId: string): WireResponse {
  const value = (stored as AccessControl | undefined) ?? { canned: 'private' };
  if ('document' in value) {
    return documentResponse(value.document);
  }
  return s3Response('AccessControlPolicy', {
    Owner: renderOwner(ownerId),
    AccessControlList: {
      Grant:
        'grants' in value
          ? value.grants.map(({ type, value: who, permission }) => ({
              Grantee: renderGrantee(type, who),
              Permission: permission,
            }))
          : [
              { Grantee: renderGrantee('id', ownerId), Permission: 'FULL_CONTROL' },
              ...(CANNED[value.canned] ?? []).map(([group, permission]) => ({
                Grantee: renderGrantee('uri', `${GROUPS}/${group}`),
                Permission: permission,
              })),
            ],
    },
  });
}

function renderGrantee(type: Grant['type'], value: string): object {
  const of = (kind: string, members: object) => ({ '@xmlns:xsi': XSI, '@xsi:type': kind, ...members });
  if (type === 'id') return of('CanonicalUser', renderOwner(value));
  return type === 'uri' ? of('Group', { URI: value }) : of('AmazonCustomerByEmail', { EmailAddress: value });
}
