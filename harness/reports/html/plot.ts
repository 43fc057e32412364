/** Plots drawn here, at report time, as SVG: Observable Plot on linkedom's document; no script in the page. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Content, html, type Markup, trusted, withoutControls } from './markup.ts';

export interface Figure {
  title: string;
  /** What the plot says, for those who do not see it. */
  description: string;
  options: Plot.PlotOptions;
  /** As wide as the page: scrolls on a narrow screen instead of shrinking beyond reading. */
  wide?: boolean;
  /** Further text below the plot. */
  note?: Content;
}

/** Three beside one another: drawn at about the size they are shown at, so that letters stay readable. */
export const SMALL = { width: 400, height: 280, marginLeft: 52 } as const;

/** A figure element with its caption. */
export function figure({ title, description, options, note, wide }: Figure): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({
    width: wide ? WIDE : 520,
    height: 340,
    marginLeft: 56,
    marginBottom: 40,
    style: { background: 'none', fontSize: '12px' },
    ...options,
    document: document as never,
  });
  // The drawing speaks through its label; its parts would only be noise.
  for (const part of drawn.querySelectorAll('[aria-label]')) {
    part.removeAttribute('aria-label');
  }
  // The label is written here: linkedom leaves < and > in attributes as they are.
  const svg = trusted(withoutControls(rounded(drawn.toString())).slice('<svg'.length));
  const label = `${title}. ${description}`;
  // What scrolls must be reached by keyboard.
  const attributes = wide ? html` class="wide" tabindex="0" aria-label="${title}"` : undefined;
  return html`<figure${attributes}><figcaption><strong>${title}</strong> ${note}</figcaption><svg role="img" aria-label="${label}"${svg}</figure>`;
}

const WIDE = 1060;

/** Coordinates to two decimals: a tenth of the text for nothing that can be seen. */
function rounded(svg: string): string {
  return svg.replace(COORDINATES, (attribute) => attribute.replace(/(\.\d\d)\d+/g, '$1'));
}

const COORDINATES = / (?:d|transform|points|c?[xy][12]?|r|width|height)="[^"]*"/g;
