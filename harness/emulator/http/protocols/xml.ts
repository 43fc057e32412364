/**
 * XML as AWS's services write and read it. Reading refuses document types, so that no entity can expand, and
 * anything that is not well-formed.
 */
import { lazily } from '../../../core/lazily.ts';
import { loadPackage } from '../../../core/load-package.ts';

/** What XML 1.0 has no literal for, or what a parser would normalise away, goes as a character reference. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold any character, these need escaping
const SPECIAL = /[&<>"\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');
const NAMED: { [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Most texts have nothing special: looking is cheaper than replacing nothing. */
export const escapeXml = (text: string): string =>
  SPECIAL.test(text) ? text.replace(ALL_SPECIAL, escapeCharacter) : text;

const escapeCharacter = (character: string): string =>
  NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`;

/** Elements that are rendered already, tags and all: for the many of a list, where going through members shows. */
export class RenderedXml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * An XML document: `value` has one member, the root element. Arrays repeat their element, `undefined` leaves it
 * out, members that start with `@` are attributes, `#text` is the text of an element with attributes, and
 * `RenderedXml` stands as it is, whatever its name.
 */
export function renderXml(value: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderMembers(value)}`;
}

function renderMembers(value: object): string {
  let text = '';
  for (const name of Object.keys(value)) {
    const member = (value as { readonly [name: string]: unknown })[name];
    if (Array.isArray(member)) for (const item of member) text += renderElement(name, item);
    else text += renderElement(name, member);
  }
  return text;
}

function renderElement(name: string, value: unknown): string {
  if (value === undefined || value === null || name.startsWith('@')) return '';
  if (value instanceof RenderedXml) return value.text;
  if (typeof value === 'object') {
    return `<${name}${renderAttributes(value)}>${renderMembers(value)}</${name}>`;
  }
  // Numbers and booleans have nothing to escape.
  const text = typeof value === 'string' ? escapeXml(value) : String(value);
  return name === '#text' ? text : `<${name}>${text}</${name}>`;
}

function renderAttributes(value: object): string {
  let attributes = '';
  for (const name of Object.keys(value)) {
    if (!name.startsWith('@')) continue;
    const text = (value as { readonly [name: string]: unknown })[name];
    if (text !== undefined) attributes += ` ${name.slice(1)}="${escapeXml(String(text))}"`;
  }
  return attributes;
}

/** An element: its text where it has no children, else its children by name. */
export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] };

const reader = lazily(() => {
  const { XMLParser, XMLValidator } = loadPackage('fast-xml-parser') as typeof import('fast-xml-parser');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    // Character references (`&#13;`) hide behind this name; entities of documents do not exist without DOCTYPE.
    htmlEntities: true,
  });
  return { parser, XMLValidator };
});

/** Reads a document whose root is `root`; undefined when it is not well-formed, has a DOCTYPE or another root. */
export function parseXml(text: string, root: string): XmlNode | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined;
  try {
    const { parser, XMLValidator } = reader();
    if (XMLValidator.validate(text) !== true) return undefined;
    const document = parser.parse(text) as { readonly [name: string]: XmlNode };
    return Object.hasOwn(document, root) ? document[root] : undefined;
  } catch {
    // Reserved names, nesting too deep for the stack: the parser throws plain errors.
    return undefined;
  }
}

/** The elements called `name` in `node`. */
export function xmlElements(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, name)) return [];
  const value = node[name]!;
  return Array.isArray(value) ? value : [value as XmlNode];
}

/** The first element called `name` in `node`. */
export const xmlElement = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  xmlElements(node, name)[0];

/** The text of the first element called `name`; undefined when there is none or it has children. */
export function xmlText(node: XmlNode | undefined, name: string): string | undefined {
  const found = xmlElement(node, name);
  if (found === undefined || typeof found === 'string') return found;
  const text = found['#text'];
  if (typeof text === 'string') return text;
  return Object.keys(found).every((key) => key.startsWith('@')) ? '' : undefined;
}

/** The elements' names of `node`, attributes and white space between them left out. */
export function xmlNames(node: XmlNode): string[] {
  if (typeof node === 'string') return [];
  return Object.keys(node).filter((name) => name !== '#text' && !name.startsWith('@'));
}
