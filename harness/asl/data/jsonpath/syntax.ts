/**
 * The parsed form of a path. AWS evaluates paths with Jayway JsonPath, so the grammar and the meaning of each
 * part are Jayway's (https://github.com/json-path/JsonPath), restricted to what Amazon States Language allows:
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
import { type Json, memberName } from '../../../core/json.ts';

export type Root = { kind: 'input' } | { kind: 'context' } | { kind: 'variable'; name: string };

export type Segment =
  | { kind: 'property'; name: string }
  | { kind: 'properties'; names: string[] }
  | { kind: 'index'; index: number }
  | { kind: 'indices'; indices: number[] }
  | { kind: 'slice'; from: number | undefined; to: number | undefined; step: number }
  | { kind: 'wildcard' }
  /** `..`: the segments after it apply to every object and array below. */
  | { kind: 'descent' }
  | { kind: 'filter'; text: string; test: Condition }
  | { kind: 'function'; name: FunctionName };

export type FunctionName = 'length' | 'min' | 'max' | 'avg' | 'sum' | 'stddev' | 'keys';

export type Condition =
  | { kind: 'and' | 'or'; all: Condition[] }
  | { kind: 'not'; condition: Condition }
  | { kind: 'exists'; path: FilterPath }
  | { kind: 'compare'; operator: Operator; left: Operand; right: Operand };

export type Operator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'nin'
  | 'subsetof'
  | 'anyof'
  | 'noneof'
  | 'contains'
  | 'size'
  | 'empty';

export type Operand = { kind: 'literal'; value: Json } | { kind: 'path'; path: FilterPath };

/** A path inside a filter: `@` is the tested element, `$` the root of the whole path. */
export interface FilterPath {
  from: 'element' | 'root';
  segments: Segment[];
}

/** Thrown by the parser; `offset` counts characters from 0. */
export class PathSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'PathSyntaxError';
    this.offset = offset;
  }
}

/** True when a path of these segments can only ever give one value. */
export function isDefinite(segments: readonly Segment[]): boolean {
  if (segments.at(-1)?.kind === 'function') return true;
  return segments.every(
    (segment, i) =>
      segment.kind === 'property' ||
      segment.kind === 'index' ||
      // Jayway merges ['a','b'] into one object when nothing follows.
      (segment.kind === 'properties' && i === segments.length - 1),
  );
}

/** Jayway's normal form of a path, e.g. `$['a'][0][*]`, as it stands in error texts. */
export function normalForm(segments: readonly Segment[]): string {
  return `$${segments.map(segmentForm).join('')}`;
}

function segmentForm(segment: Segment): string {
  switch (segment.kind) {
    case 'property':
      return `['${memberName(segment.name)}']`;
    case 'properties':
      return `[${segment.names.map((name) => `'${memberName(name)}'`).join(',')}]`;
    case 'index':
      return `[${segment.index}]`;
    case 'indices':
      return `[${segment.indices.join(',')}]`;
    case 'slice':
      return `[${segment.from ?? ''}:${segment.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'descent':
      return '..';
    case 'filter':
      return '[?]';
    case 'function':
      return `.${segment.name}()`;
  }
}
