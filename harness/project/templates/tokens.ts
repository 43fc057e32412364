/**
 * What is only known when a template is deployed stands in its texts as a token: the name of a resource, the account,
 * the region. Texts with tokens can be joined, split and compared like any others.
 */
/** Private-use characters: no template holds them. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

export type NamedKind = 'function' | 'state-machine' | 'bucket' | 'activity' | 'role' | 'layer';
type TokenKind = NamedKind | 'pseudo';

const token = (kind: TokenKind, name: string) => `${OPEN}${kind}:${name}${CLOSE}`;

export const PARTITION = token('pseudo', 'Partition');
export const REGION = token('pseudo', 'Region');
export const ACCOUNT_ID = token('pseudo', 'AccountId');

/** The name of a resource of the template. */
export const nameToken = (kind: NamedKind, logicalId: string): string => token(kind, logicalId);

const ARN_OF: Readonly<Record<NamedKind, (name: string) => string>> = {
  function: (name) => `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`,
  'state-machine': (name) => `arn:${PARTITION}:states:${REGION}:${ACCOUNT_ID}:stateMachine:${name}`,
  activity: (name) => `arn:${PARTITION}:states:${REGION}:${ACCOUNT_ID}:activity:${name}`,
  bucket: (name) => `arn:${PARTITION}:s3:::${name}`,
  role: (name) => `arn:${PARTITION}:iam::${ACCOUNT_ID}:role/${name}`,
  layer: (name) => `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT_ID}:layer:${name}:1`,
};

/** The ARN of something that has this name. */
export const arnText = (kind: NamedKind, name: string): string => ARN_OF[kind](name);

/** The ARN of a resource of the template. */
export const arnToken = (kind: NamedKind, logicalId: string): string => ARN_OF[kind](token(kind, logicalId));

export type TextPart =
  | { kind: 'literal'; text: string }
  | { kind: 'pseudo'; name: string }
  | { kind: NamedKind; logicalId: string; attribute: 'arn' | 'name' };

const TOKEN = /\uE000([a-z-]+):([^\uE001]+)\uE001/g;
/** ARNs of resources, whole. */
const ARN = new RegExp(
  Object.values(ARN_OF)
    .map((arnOf, index) =>
      arnOf('\u0000')
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace('\u0000', `${OPEN}(?:${Object.keys(ARN_OF)[index]}):([^${CLOSE}]+)${CLOSE}`),
    )
    .join('|'),
  'g',
);
const ARN_KINDS = Object.keys(ARN_OF) as NamedKind[];

/** The text as literals and what stands between them. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ARN)) {
    parts.push(...plainParts(text.slice(end, match.index)));
    const index = match.slice(1).findIndex((one) => one !== undefined);
    parts.push({ kind: ARN_KINDS[index]!, logicalId: match[index + 1]!, attribute: 'arn' });
    end = match.index + match[0].length;
  }
  return [...parts, ...plainParts(text.slice(end))];
}

function plainParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const literal = (until: number) => {
    if (until > end) parts.push({ kind: 'literal', text: text.slice(end, until) });
  };
  for (const match of text.matchAll(TOKEN)) {
    literal(match.index);
    const [whole, kind, name] = match as unknown as [string, TokenKind, string];
    parts.push(kind === 'pseudo' ? { kind, name } : { kind, logicalId: name, attribute: 'name' });
    end = match.index + whole.length;
  }
  literal(text.length);
  return parts;
}

export const hasTokens = (text: string): boolean => text.includes(OPEN);

/** The text with values in the place of its tokens. */
export const replaceTokens = (text: string, textOfToken: (kind: string, name: string) => string): string =>
  text.replace(TOKEN, (_whole, kind: string, name: string) => textOfToken(kind, name));

/** The text that a part was read from. */
export function textOfPart(part: Exclude<TextPart, { kind: 'literal' }>): string {
  if (part.kind === 'pseudo') return token('pseudo', part.name);
  return part.attribute === 'arn'
    ? arnToken(part.kind, part.logicalId)
    : nameToken(part.kind, part.logicalId);
}
