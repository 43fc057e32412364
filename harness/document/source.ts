/**
 * A scenario's text with the positions of its parts. Owns the way from a field's path to file:line:column;
 * knows nothing of what the fields mean.
 */
import {
  isAlias,
  isMap,
  isPair,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  YAMLMap,
  Pair as YamlPair,
} from 'yaml';
import { nearestName } from '../core/nearest-name.ts';
import type { Diagnostic } from './diagnostics.ts';
import { InvalidDocument } from './diagnostics.ts';

export type Path = readonly (string | number)[];

export interface DocumentSource {
  readonly file: string;
  readonly text: string;
  /** The YAML as plain values; of fields given twice the later one. */
  readonly value: unknown;
  /** Fields given twice, unless they were thrown already. */
  readonly duplicates: readonly Diagnostic[];
  /** A diagnostic at the field's key (or, with `value`, at its value); the nearest parent that exists otherwise. */
  diagnose(path: Path, message: string, options?: { at?: 'key' | 'value'; hint?: string }): Diagnostic;
}

/**
 * Parses YAML text; syntax errors are an `InvalidDocument` with their position. With `collectDuplicates` fields given
 * twice are answered, so that they can be told beside other mistakes.
 */
export function parseSource(
  file: string,
  text: string,
  {
    collectDuplicates = false,
    longFormOf,
  }: {
    collectDuplicates?: boolean;
    /** The field that a local tag such as `!Sub` abbreviates (`Fn::Sub`); absent: tags are ignored. */
    longFormOf?: (tag: string) => string | undefined;
  } = {},
): DocumentSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: !collectDuplicates,
    merge: longFormOf !== undefined,
  });
  const lines = text.split('\n');
  if (text.includes('\0') || text.includes('\uFFFD'))
    throw new InvalidDocument([
      {
        file,
        line: 1,
        column: 1,
        field: '',
        message: 'the file is no text in UTF-8',
        sourceLine: '',
        hint: 'It is YAML; "cosmicai init" writes a first one.',
      },
    ]);
  const diagnosticAt = (offset: number, path: Path, message: string, hint?: string): Diagnostic => {
    const { line, col } = lineCounter.linePos(Math.min(offset, text.length));
    return {
      file,
      line,
      column: col,
      field: fieldName(path),
      message,
      sourceLine: lines[line - 1] ?? '',
      ...(hint === undefined ? {} : { hint }),
    };
  };
  const [error] = document.errors;
  // The first alone: what the parser finds after a mistake in the syntax follows from it.
  if (error) {
    throw new InvalidDocument([
      error.code === 'MULTIPLE_DOCS'
        ? diagnosticAt(
            error.pos[0],
            [],
            'the file holds several documents, and only one is read',
            'Put the others into files of their own.',
          )
        : diagnosticAt(error.pos[0], [], `the YAML is malformed: ${firstLine(error.message)}`),
    ]);
  }
  if (longFormOf) {
    const unknown = expandTags(document, longFormOf);
    if (unknown.length > 0)
      throw new InvalidDocument(
        unknown.map(({ tag, offset }) => diagnosticAt(offset, [], `the tag ${tag} is no intrinsic function`)),
      );
  }
  return {
    file,
    text,
    value: toValue(document, diagnosticAt),
    duplicates: collectDuplicates
      ? duplicateFields(document).map(({ path, offset, firstOffset }) =>
          diagnosticAt(
            offset,
            path,
            `${fieldName(path.slice(0, -1)) || 'the file'} has two entries named ${path.at(-1)}; the other is on line ${lineCounter.linePos(firstOffset).line}`,
            'Rename or remove one.',
          ),
        )
      : [],
    diagnose(path, message, options = {}) {
      const offset = offsetOf(document.contents as Node | null, path, options.at ?? 'key');
      return diagnosticAt(offset, path, message, options.hint);
    },
  };
}

/** Writes `!Sub x` as `{Fn::Sub: x}`, keeping positions; answers the tags that have no long form. */
function expandTags(
  document: ReturnType<typeof parseDocument>,
  longFormOf: (tag: string) => string | undefined,
): { tag: string; offset: number }[] {
  const unknown: { tag: string; offset: number }[] = [];
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || !node.tag?.startsWith('!')) return undefined;
      const { tag, range } = node;
      delete node.tag;
      const field = longFormOf(tag);
      if (field === undefined) {
        unknown.push({ tag, offset: range?.[0] ?? 0 });
        return undefined;
      }
      const key = document.createNode(field) as Node;
      key.range = range ?? null;
      const group = new YAMLMap();
      group.range = range ?? null;
      group.items.push(new YamlPair(key, node));
      return group;
    },
  });
  return unknown;
}

function toValue(
  document: ReturnType<typeof parseDocument>,
  diagnosticAt: (offset: number, path: Path, message: string, hint?: string) => Diagnostic,
): unknown {
  const unresolved = unresolvedAliases(document);
  if (unresolved.length > 0)
    throw new InvalidDocument(
      unresolved.map(({ offset, name, anchors }) => {
        const near = nearestName(name, anchors);
        const hint = `${near ? `Did you mean *${near}? ` : ''}Anchors before it: ${anchors.map((one) => `&${one}`).join(', ') || 'none'}.`;
        return diagnosticAt(offset, [], `*${name} names no anchor`, hint);
      }),
    );
  try {
    // Aliases are bounded: a "billion laughs" file is refused instead of eating the memory.
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new InvalidDocument([diagnosticAt(0, [], `the YAML is refused: ${(error as Error).message}`)]);
  }
}

/** Aliases without an anchor before them, and the anchors there are. */
function unresolvedAliases(
  document: ReturnType<typeof parseDocument>,
): { offset: number; name: string; anchors: string[] }[] {
  const anchors: string[] = [];
  const found: { offset: number; name: string; anchors: string[] }[] = [];
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        if (!anchors.includes(node.source))
          found.push({ offset: node.range?.[0] ?? 0, name: node.source, anchors: [...anchors] });
      } else if (node.anchor !== undefined) anchors.push(node.anchor);
    },
  });
  return found;
}

interface DuplicateField {
  path: Path;
  offset: number;
  firstOffset: number;
}

/** Keys that stand twice in one group. */
function duplicateFields(document: ReturnType<typeof parseDocument>): DuplicateField[] {
  const found: DuplicateField[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    if (!isMap(node)) return;
    const seen = new Map<string, number>();
    for (const { key, value } of node.items) {
      const name = String((key as { value?: unknown })?.value);
      const offset = (key as Node).range?.[0] ?? 0;
      const firstOffset = seen.get(name);
      if (firstOffset === undefined) seen.set(name, offset);
      else found.push({ path: [...path, name], offset, firstOffset });
      walk(value, [...path, name]);
    }
  };
  walk(document.contents, []);
  return found;
}

/** Each mistake once: the parser repeats itself at the end of a file. */
export function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map(diagnostics.map((one) => [`${one.line}:${one.column}:${one.message}`, one]));
  return [...byPlace.values()];
}

/** `a.b[2]["c d"]` for ['a', 'b', 2, 'c d']. */
export function fieldName(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${text}["${part}"]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

function offsetOf(root: Node | null, path: Path, at: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = (root?.range?.[0] as number | undefined) ?? 0;
  for (const [index, part] of path.entries()) {
    const child = childOf(node, part);
    if (!child) return offset;
    const last = index === path.length - 1;
    const wanted = isPair(child) ? (last && at === 'value' ? (child.value ?? child.key) : child.key) : child;
    offset = (wanted as Node).range?.[0] ?? offset;
    node = isPair(child) ? child.value : child;
  }
  return offset;
}

function childOf(node: unknown, part: string | number): Pair | Node | undefined {
  if (isMap(node)) {
    return node.items.find((pair) => String((pair.key as { value?: unknown })?.value) === String(part));
  }
  if (isSeq(node)) return node.items[Number(part)] as Node | undefined;
  return undefined;
}

const firstLine = (text: string) => text.split('\n')[0]!.replace(/:$/, '');
