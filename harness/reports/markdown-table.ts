/** Tables and texts as GitHub-flavoured Markdown. */

/** A table; the first column stands left, the others right. */
export function layOutMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(escapeMarkdown)),
    line(head.map((_, index) => (index === 0 ? '---' : '---:'))),
    // The one piece of markup in a cell is this module's own.
    ...rows.map((row) => line(row.map((cell) => (cell === '**failed**' ? cell : escapeMarkdown(cell))))),
  ].join('\n');
}

/** Text that Markdown and the HTML within it leave alone. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]<>|~#@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
