/**
 * The frame of every page: it asks nothing of any server (its Content-Security-Policy forbids it) and runs one
 * script, named by its hash.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.ts';
import { html, type Markup, trusted } from './markup.ts';

interface Page {
  title: string;
  heading: string;
  headline: Markup;
  /** Where the first link leads, for those who do not see the page. */
  skip: { id: string; text: string };
  nav: Markup;
  main: Markup;
}

/** The whole document. */
export function renderPage({ title, heading, headline, skip, nav, main }: Page): string {
  const client = asset('client.js');
  const scriptHash = createHash('sha256').update(client).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(asset('report.css'))}</style>
</head>
<body>
<a class="skip" href="#${skip.id}">${skip.text}</a>
<header><div><h1>${heading}</h1><p class="headline">${headline}</p></div>
<button type="button" id="theme" aria-pressed="false">Dark theme</button></header>
<nav aria-label="Parts of the report">${nav}</nav>
<main>${main}</main>
<noscript><p class="note">Long tables (children, events, logs) need this page's script; all else stands without it.</p></noscript>
<script>${trusted(client)}</script>
</body>
</html>
`.text;
}

const asset = (name: string): string =>
  readFileSync(join(packageRoot(), 'harness', 'reports', 'html', 'client', name), 'utf8');
