/** Plots drawn here, at report time, as SVG: Observable Plot on linkedom's document; no script in the page. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Content, html, type Markup, trusted, withoutControls } from './markup.ts';

export interface Figure {
  title: string;
  /** What the plot says, for those who do not see it. */
  description: string;
  options: Plot.PlotOptions;
  /** Further text below the plot. */
  note?: Content;
}

/** A figure element with its caption. */
export function figure({ title, description, options, note }: Figure): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({
    width: 520,
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
  return html`<figure><figcaption><strong>${title}</strong> ${note}</figcaption><svg role="img" aria-label="${label}"${svg}</figure>`;
}

/** Coordinates to two decimals: a tenth of the text for nothing that can be seen. */
function rounded(svg: string): string {
  return svg.replace(COORDINATES, (attribute) => attribute.replace(/(\.\d\d)\d+/g, '$1'));
}

const COORDINATES = / (?:d|transform|points|c?[xy][12]?|r|width|height)="[^"]*"/g;
