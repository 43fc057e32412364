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
  /** Operator, key, values: all must hold. */
  conditions: { operator: string; key: string; values: string[] }[];
}

const list = (value: unknown): string[] =>
  value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String);

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
  const conditions = isJsonObject(statement['Condition']) ? (statement['Condition'] as JsonObject) : {};
  return {
    ...(typeof statement['Sid'] === 'string' ? { sid: statement['Sid'] } : {}),
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
