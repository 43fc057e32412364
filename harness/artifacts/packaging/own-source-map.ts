/**
 * A source map without what packages brought in: the stack of a failing handler names the project's own files, and
 * the map stays small enough to be in every package. Format: https://tc39.es/ecma426/
 */
export interface SourceMap {
  version: number;
  sources: string[];
  names: string[];
  mappings: string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Segments of other sources become unmapped; sources are renamed, and those left out are gone. */
export function ownSourceMap(map: SourceMap, rename: (source: string) => string | undefined): SourceMap {
  const kept = map.sources.map(rename);
  const sources = kept.filter((one) => one !== undefined);
  const indexOf = kept.map((one) => (one === undefined ? -1 : sources.indexOf(one)));
  let [source, line, column] = [0, 0, 0];
  const written = { source: 0, line: 0, column: 0 };
  const mappings = map.mappings.split(';').map((text) => {
    let [generated, writtenGenerated] = [0, 0];
    let unmapped = false;
    const segments: string[] = [];
    for (const segment of text === '' ? [] : text.split(',')) {
      const [byGenerated = 0, bySource, byLine = 0, byColumn = 0] = decode(segment);
      generated += byGenerated;
      if (bySource !== undefined)
        [source, line, column] = [source + bySource, line + byLine, column + byColumn];
      const index = bySource === undefined ? -1 : indexOf[source]!;
      if (index === -1) {
        // One is enough until the next segment of a source that stays.
        if (!unmapped) segments.push(encode(generated - writtenGenerated));
        if (!unmapped) writtenGenerated = generated;
        unmapped = true;
        continue;
      }
      unmapped = false;
      segments.push(
        encode(generated - writtenGenerated) +
          encode(index - written.source) +
          encode(line - written.line) +
          encode(column - written.column),
      );
      writtenGenerated = generated;
      Object.assign(written, { source: index, line, column });
    }
    return segments.join(',');
  });
  return { version: 3, sources, names: [], mappings: mappings.join(';') };
}

/** Base64 VLQ: five bits a digit, the sixth says that more follow; the sign is the lowest bit. */
function decode(segment: string): number[] {
  const values: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = ALPHABET.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    values.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return values;
}

function encode(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>= 5;
    text += ALPHABET[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
