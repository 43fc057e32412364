import type { Json, JsonObject } from '../../../core/json.ts';
import type { Path } from '../../../document/source.ts';
import type { Evaluation } from '../intrinsics/intrinsic.ts';

/** What the expansion of a resource of AWS SAM has at hand. */
export interface SamContext {
  evaluation: Evaluation;
  /** Of the template: paths in it are relative to it. */
  folder: string;
  /** Everything there is so far, by logical id; expansions add to it and may change buckets. */
  resources: JsonObject;
  /** `Function.Alias` and the like, by what they stand for. */
  references: Map<string, string>;
}

/** One resource of AWS SAM. */
export interface SamResource {
  logicalId: string;
  properties: JsonObject;
  /** Condition, DependsOn, Metadata and others: what every resource made of it keeps. */
  attributes: JsonObject;
  path: Path;
}

export type SamExpansion = (resource: SamResource, context: SamContext) => JsonObject;

/** Plain copies of the fields that the target takes under the same name. */
export const pick = (from: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(
    names.flatMap((name): [string, Json][] => (from[name] === undefined ? [] : [[name, from[name]]])),
  );

/** Tags of AWS SAM are a group, those of CloudFormation a list. */
export const tagList = (tags: Json | undefined): JsonObject =>
  typeof tags === 'object' && tags !== null && !Array.isArray(tags)
    ? { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
    : {};

export const arnOf = (logicalId: string): JsonObject => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
