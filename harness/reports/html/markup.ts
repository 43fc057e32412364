/**
 * HTML as values. Whatever is put into a template is escaped unless it is Markup already, so a hostile key or log
 * line is shown, never run.
 */

/** Text that is HTML. Made by `html`, or by `trusted` from this program's own text. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | undefined | false | readonly Content[];

/** A template whose values are escaped; lists are joined, `undefined` and `false` are left out. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(
    strings.map((text, index) => (index === 0 ? text : render(values[index - 1]) + text)).join(''),
  );
}

/** Text this program made itself, such as a drawing; never anything from a run. */
export const trusted = (text: string): Markup => new Markup(text);

/** Escapes text for element content and quoted attributes alike. */
function escapeHtml(text: string): string {
  return withoutControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

// Characters HTML does not allow, whatever a log line holds.
const CONTROLS = /[^\P{Cc}\t\n\r]/gu;

/** Replaces them by the replacement character. */
export const withoutControls = (text: string): string => text.replace(CONTROLS, '\uFFFD');

function render(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(String(value));
}

/** A number, with its unit or sign: it stands right, so that digits can be compared. */
const isNumber = (cell: Content): boolean =>
  typeof cell === 'number' ||
  (typeof cell === 'string' && /^[$~-]?\d[\d,.]*(?: ?[%x]| [A-Za-z/-]+)?$|^-$/.test(cell));

/** A table with a caption; the first cell of each row is its heading. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Content[])[],
): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((text, index) => html`<th scope="col"${index > 0 && isNumber(rows[0]?.[index]) && html` class="number"`}>${text}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td${isNumber(cell) && html` class="number"`}>${cell}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}
