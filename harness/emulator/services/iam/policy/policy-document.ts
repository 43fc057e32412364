/** Policy documents in one shape: single values are lists, absent members are empty. */
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';

export interface PolicyStatement {
  sid?: string;
  effect: 'Allow' | 'Deny';
  /** Patterns of `Action`, or of `NotAction` when `notActions` is set. */
  actions: string[];
  notActions: boolean;
  resources: string[];
  notResources: boolean;
  /** Of `Principal`, or of `NotPrincipal` when `notPrincipals` is set; absent in identity-based policies. */
  principals?: PrincipalPattern[];
  notPrincipals?: boolean;
  /** Operator, key, values: all must hold. */
  conditions: { operator: string; key: string; values: string[] }[];
}

/** Texts as they are, numbers and booleans as texts; anything else names nothing and is left out. */
const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item: unknown) =>
    typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean' ? [String(item)] : [],
  );

/** Whom a statement of a trust policy names: `Service`, `AWS` or `Federated`; `*` is everyone. */
export interface PrincipalPattern {
  type: string;
  value: string;
}

function principalsOf(member: unknown): PrincipalPattern[] {
  if (typeof member === 'string') return [{ type: 'AWS', value: member }];
  if (!isJsonObject(member)) return [];
  return Object.entries(member).flatMap(([type, values]) => list(values).map((value) => ({ type, value })));
}

/** Statements of a document; one that is no policy allows nothing and denies nothing. */
export function parsePolicy(text: string): PolicyStatement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isJsonObject(document)) return [];
  const statements = (document as JsonObject)['Statement'];
  return (Array.isArray(statements) ? statements : [statements]).filter(isJsonObject).map(parseStatement);
}

function parseStatement(statement: JsonObject): PolicyStatement {
  const notActions = statement['NotAction'] !== undefined;
  const notResources = statement['NotResource'] !== undefined;
  const notPrincipals = statement['NotPrincipal'] !== undefined;
  const conditions = isJsonObject(statement['Condition']) ? (statement['Condition'] as JsonObject) : {};
  return {
    ...(typeof statement['Sid'] === 'string' ? { sid: statement['Sid'] } : {}),
    ...(notPrincipals || statement['Principal'] !== undefined
      ? { principals: principalsOf(statement[notPrincipals ? 'NotPrincipal' : 'Principal']), notPrincipals }
      : {}),
    effect: statement['Effect'] === 'Allow' ? 'Allow' : 'Deny',
    actions: list(notActions ? statement['NotAction'] : statement['Action']),
    notActions,
    resources: list(notResources ? statement['NotResource'] : statement['Resource']),
    notResources,
    conditions: Object.entries(conditions).flatMap(([operator, keys]) =>
      isJsonObject(keys)
        ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) }))
        : [],
    ),
  };
}
