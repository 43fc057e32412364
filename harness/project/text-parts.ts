/** Texts with names in them, as `text` and policy files have them: `${functions.Enrich.arn}`, `${AWS::Region}`. */
import type { NamedKind, PseudoName, TextPart } from './project.ts';

const HOLE = /\$\{(!?)([^${}]+)\}/g;
const KINDS: Readonly<Record<string, NamedKind>> = {
  functions: 'function',
  stateMachines: 'state-machine',
  buckets: 'bucket',
  activities: 'activity',
  roles: 'role',
};
const PSEUDO = /^AWS::(AccountId|Region|Partition)$/;
const NAMED = new RegExp(`^(${Object.keys(KINDS).join('|')})\\.(.+)\\.(arn|name)$`);

/** The parts of a text, and what stands in `${}` in it and is no name. */
export function parseText(text: string): { parts: TextPart[]; unknown: string[] } {
  const parts: TextPart[] = [];
  const unknown: string[] = [];
  const literal = (value: string) => {
    const last = parts.at(-1);
    if (last?.kind === 'literal') last.value += value;
    else if (value !== '') parts.push({ kind: 'literal', value });
  };
  let end = 0;
  for (const match of text.matchAll(HOLE)) {
    literal(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, escaped, inner = ''] = match;
    const pseudo = PSEUDO.exec(inner)?.[1];
    const [, group, name, attribute] = NAMED.exec(inner) ?? [];
    if (escaped !== '') literal(`\${${inner}}`);
    else if (pseudo !== undefined) parts.push({ kind: 'pseudo', name: pseudo as PseudoName });
    else if (group !== undefined)
      parts.push({ kind: KINDS[group]!, name: name!, attribute: attribute as 'arn' | 'name' });
    else {
      unknown.push(inner);
      literal(whole);
    }
  }
  literal(text.slice(end));
  return { parts, unknown };
}
