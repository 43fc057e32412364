import { type Content, html, type Markup } from './markup.ts';

/** Characters of a text that are shown unfolded. */
const LONG = 160;

/** Long texts fold, so that a payload does not push the next verdict off the screen. */
export function brief(text: string): Content {
  if (text.length <= LONG) return text;
  return html`<details><summary>${text.slice(0, LONG)}…</summary>${text}</details>`;
}

export function badge(text: string): Markup {
  const good = /^(passed|SUCCEEDED)$/.test(text);
  const bad = /^failed|^could not run|^(FAILED|TIMED_OUT|ABORTED)$/.test(text);
  return html`<span class="badge ${good ? 'good' : bad ? 'bad' : 'neutral'}">${text}</span>`;
}
