/** The lines of a text in chunks: at LF or CRLF, without them; the last line needs none. */
export async function* lines(chunks: AsyncIterable<string>): AsyncIterable<string[]> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    if (parts.length > 0) yield parts.map(withoutReturn);
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);
