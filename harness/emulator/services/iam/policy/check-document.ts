/**
 * The grammar of identity-based policies, refused in IAM's words.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { malformedPolicy } from '../errors.ts';
import { isOperator } from './conditions.ts';

const TOP_LEVEL = new Set(['Version', 'Id', 'Statement']);
const MEMBERS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
const VERSION = '2012-10-17';
const VERSIONS = new Set<unknown>([VERSION, '2008-10-17']);
const syntaxError = () => malformedPolicy('Syntax errors in policy.');

/** A policy of an identity, inline or of a session. @throws AwsError MalformedPolicyDocument */
export function checkIdentityPolicy(text: string): void {
  checkStatements(parseDocument(text));
}

/** A managed policy: of today's version. @throws AwsError MalformedPolicyDocument */
export function checkManagedPolicy(text: string): void {
  const document = parseDocument(text);
  if (document['Version'] !== VERSION) {
    throw malformedPolicy(`Policy document must be version ${VERSION} or greater.`);
  }
  checkStatements(document);
}

/** @throws AwsError MalformedPolicyDocument for what breaks the grammar */
function parseDocument(text: string): JsonObject {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw syntaxError();
  }
  if (!isJsonObject(document)) throw syntaxError();
  const { Version, Id, Statement } = document;
  if (!Object.keys(document).every((name) => TOP_LEVEL.has(name))) throw syntaxError();
  if (Version !== undefined && !VERSIONS.has(Version)) throw syntaxError();
  if (Id !== undefined && typeof Id !== 'string') throw syntaxError();
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every(isJsonObject)) throw syntaxError();
  for (const statement of statements) checkSyntax(statement);
  return document;
}

const statementsOf = ({ Statement }: JsonObject): JsonObject[] =>
  (Array.isArray(Statement) ? Statement : [Statement]) as JsonObject[];

function checkSyntax(statement: JsonObject): void {
  const names = Object.keys(statement);
  if (names.includes('Principal') || names.includes('NotPrincipal')) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  const { Effect, Condition, Sid } = statement;
  if (!names.every((name) => MEMBERS.has(name)) || typeof Effect !== 'string') throw syntaxError();
  if (!/^(?:allow|deny)$/i.test(Effect)) throw syntaxError();
  if (Sid !== undefined && typeof Sid !== 'string') throw syntaxError();
  if (Condition !== undefined) checkConditions(Condition);
  for (const [name, negated] of NEGATED) {
    if (statement[name] !== undefined && statement[negated] !== undefined) throw syntaxError();
    textsOf(statement, name, negated);
  }
}

const NEGATED = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const;

function checkConditions(conditions: Json): void {
  if (!isJsonObject(conditions)) throw syntaxError();
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!isJsonObject(keys)) throw syntaxError();
    if (!isOperator(operator) && Object.keys(keys).length > 0) throw syntaxError();
    for (const value of Object.values(keys)) {
      const values = Array.isArray(value) ? value : [value];
      if (!values.every((one) => one !== null && typeof one !== 'object')) throw syntaxError();
    }
  }
}

/** Recorded order: SIDs, then actions that are there, then the form of resources, then that of actions. */
function checkStatements(document: JsonObject): void {
  const statements = statementsOf(document);
  if (statements.some(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny')) {
    throw malformedPolicy('The policy failed legacy parsing');
  }
  const sids = statements.flatMap(({ Sid }) => (Sid === undefined || Sid === '' ? [] : [Sid]));
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid as string))) {
    throw malformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*.',
    );
  }
  if (new Set(sids).size < sids.length) {
    throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  }
  for (const statement of statements) {
    if (!textsOf(statement, 'Action', 'NotAction')?.length) {
      throw malformedPolicy('Policy statement must contain actions.');
    }
  }
  for (const statement of statements) {
    for (const resource of textsOf(statement, 'Resource', 'NotResource') ?? []) checkResource(resource);
  }
  for (const statement of statements) {
    for (const action of textsOf(statement, 'Action', 'NotAction') ?? []) checkAction(action);
    if (!textsOf(statement, 'Resource', 'NotResource')?.length) {
      throw malformedPolicy('Policy statement must contain resources.');
    }
  }
}

/** The texts of the one of two members that is there. */
function textsOf(statement: JsonObject, name: string, negated: string): string[] | undefined {
  const value = statement[name] ?? statement[negated];
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string')) throw syntaxError();
  return list as string[];
}

function checkAction(action: string): void {
  if (action === '*') return;
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0) {
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (rest.length > 1) throw malformedPolicy('Actions/Condition can contain only one colon.');
  if (!/^[a-zA-Z0-9.-]+$/.test(vendor) && vendor !== '*')
    throw malformedPolicy(`Vendor ${vendor} is not valid`);
}

const PARTITIONS = /^(?:aws(?:-cn|-us-gov|-eusc|-iso(?:-[a-z])?)?|\*)$/;
const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** Recorded: LocalStack's and moto's AWS-verified tests of policy documents. */
function checkResource(resource: string): void {
  if (resource === '*') return;
  const [prefix, partition, service, region = '', , ...path] = resource.split(':');
  // A variable or wildcard may stand for any part but the first.
  if (partition === undefined || prefix !== 'arn') {
    throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
  }
  if (!PARTITIONS.test(partition)) {
    const [first = '*', second = '*', third = '*', ...others] = resource.split(':').slice(2);
    const shown = [first, second, third, others.length > 0 ? others.join(':') : '*'].join(':');
    throw malformedPolicy(`Partition "${partition}" is not valid for resource "arn:${partition}:${shown}".`);
  }
  if (service === undefined) {
    throw malformedPolicy('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  if (service === 'iam' && region !== '' && !/[*?$]/.test(region)) {
    throw malformedPolicy(`IAM resource ${resource} cannot contain region information.`);
  }
  const name = path.join(':');
  if (service === 's3' && region !== '' && !/[*?$]/.test(region) && !name.startsWith('accesspoint/')) {
    throw malformedPolicy(`Resource ${resource} can not contain region information.`);
  }
  // A path may begin with a wildcard or a variable.
  if (service === 'iam' && path.length > 0 && !/^(?:[*?]|\$\{|root$)/.test(name)) {
    if (!IAM_PATHS.some((start) => name.startsWith(start))) {
      throw malformedPolicy(`IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`);
    }
  }
  if (service === '' || (path.length === 0 && resource.includes('::'))) {
    throw malformedPolicy('The policy failed legacy parsing');
  }
}

/**
 * Who may take a role: JSON text of an object whose statements name principals and STS actions.
 * Recorded: UpdateAssumeRolePolicy of 2026. @throws AwsError MalformedPolicyDocument
 */
export function checkTrustPolicy(text: string): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  if (!isJsonObject(document) || !('Statement' in document)) throw syntaxError();
  const statements = statementsOf(document).filter(isJsonObject);
  const excluding = statements.filter((one) => 'NotPrincipal' in one);
  if (excluding.some(({ Effect }) => Effect === 'Allow')) {
    throw malformedPolicy('Allow with NotPrincipal is not allowed.');
  }
  if (excluding.length > 0) throw malformedPolicy('AssumeRole policy must not contain NotPrincipal field.');
  for (const statement of statements) {
    if ('Resource' in statement || 'NotResource' in statement) {
      throw malformedPolicy('Has prohibited field Resource');
    }
    const actions = textsOf(statement, 'Action', 'NotAction') ?? [];
    if (!actions.every((action) => /^sts:/i.test(action))) {
      throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
}
