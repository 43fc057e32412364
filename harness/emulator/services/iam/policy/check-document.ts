/**
 * The grammar of identity-based policies, refused in IAM's words.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { malformedPolicy } from '../errors.ts';

const TOP_LEVEL = new Set(['Version', 'Id', 'Statement']);
const MEMBERS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
const VERSIONS = new Set(['2012-10-17', '2008-10-17']);
const syntaxError = () => malformedPolicy('Syntax errors in policy.');

/** @throws AwsError MalformedPolicyDocument */
export function checkIdentityPolicy(text: string): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw syntaxError();
  }
  if (!isJsonObject(document)) throw syntaxError();
  const { Version, Statement } = document as JsonObject;
  if (!Object.keys(document).every((name) => TOP_LEVEL.has(name))) throw syntaxError();
  if (Version !== undefined && !VERSIONS.has(Version as string)) throw syntaxError();
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every(isJsonObject)) throw syntaxError();
  for (const statement of statements as JsonObject[]) checkStatement(statement);
}

function checkStatement(statement: JsonObject): void {
  const names = Object.keys(statement);
  if (names.includes('Principal') || names.includes('NotPrincipal')) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  const { Effect, Condition } = statement;
  if (!names.every((name) => MEMBERS.has(name)) || (Effect !== 'Allow' && Effect !== 'Deny'))
    throw syntaxError();
  if (Condition !== undefined && !isJsonObject(Condition)) throw syntaxError();
  const actions = oneOf(statement, 'Action', 'NotAction');
  const resources = oneOf(statement, 'Resource', 'NotResource');
  if (actions === undefined || actions.length === 0)
    throw malformedPolicy('Policy statement must contain actions.');
  if (resources === undefined || resources.length === 0)
    throw malformedPolicy('Policy statement must contain resources.');
  for (const action of actions) checkAction(action);
  for (const resource of resources) checkResource(resource);
}

/** The texts of the one of two members that is there. */
function oneOf(statement: JsonObject, name: string, negated: string): string[] | undefined {
  if (statement[name] !== undefined && statement[negated] !== undefined) throw syntaxError();
  const value = statement[name] ?? statement[negated];
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string')) throw syntaxError();
  return list as string[];
}

function checkAction(action: string): void {
  if (action === '*') return;
  const colon = action.indexOf(':');
  if (colon < 0) {
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  const vendor = action.slice(0, colon);
  if (!/^[a-zA-Z0-9-]+$/.test(vendor)) throw malformedPolicy(`Vendor ${vendor} is not valid`);
}

function checkResource(resource: string): void {
  if (resource === '*') return;
  // A variable or wildcard may stand for any part but the first.
  if (!/^arn:/.test(resource)) throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
  if (resource.split(':').length < 6 && !resource.endsWith('*')) {
    throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
  }
}
