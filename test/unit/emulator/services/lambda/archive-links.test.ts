import { expect, it } from 'vitest';
import { ArchiveLinks } from '../../../../../harness/emulator/services/lambda/code/archive-links.ts';

const SHA256 = Buffer.alloc(32, 7).toString('base64');
const OTHER = Buffer.alloc(32, 8).toString('hex');

function linksAt(start: number) {
  let nowMs = start;
  const links = new ArchiveLinks({ endpoint: () => 'http://127.0.0.1:1', nowMs: () => nowMs });
  const link = new URL(links.linkTo(SHA256));
  const digest = link.pathname.split('/')[3]!;
  return { links, digest, query: link.searchParams, pass: (ms: number) => (nowMs += ms) };
}

it('opens the package that a link names', () => {
  const { links, digest, query } = linksAt(0);
  expect(links.open(digest, query)).toBe(SHA256);
});

it('refuses a link to another package, with other times or without signature', () => {
  const { links, digest, query } = linksAt(0);
  const later = new URLSearchParams({ ...Object.fromEntries(query), Expires: '99999999999' });
  expect(() => links.open(OTHER, query)).toThrow('Access Denied');
  expect(() => links.open(digest, later)).toThrow('Access Denied');
  expect(() => links.open(digest, new URLSearchParams())).toThrow('Access Denied');
});

it('refuses a link of another process, and one that has expired', () => {
  const { links, digest, query, pass } = linksAt(0);
  expect(() => linksAt(0).links.open(digest, query)).toThrow('Access Denied');
  pass(600_001);
  expect(() => links.open(digest, query)).toThrow('Request has expired');
});
