/**
 * Headers of a FITS file (FITS Standard 4.0, https://fits.gsfc.nasa.gov/fits_standard.html: sections 3, 4.1, 4.4):
 * cards of 80 characters in blocks of 2,880 bytes. Owns: finding the header and data units. Every size is
 * checked against the file before it is used.
 */
import { PartitionError, type RandomAccess } from '../partition.ts';

const BLOCK_BYTES = 2880;
const CARD_BYTES = 80;
/** 36,000 cards; a table of 999 columns with all their keywords has some 10,000. */
const MAX_HEADER_BLOCKS = 1000;
const MAX_UNITS = 1000;
const MAX_AXES = 999;

export type CardValue = string | number | boolean;

/** One header and data unit. */
export interface FitsUnit {
  /** PRIMARY, or the extension's XTENSION: IMAGE, BINTABLE, TABLE. */
  kind: string;
  cards: ReadonlyMap<string, CardValue>;
  /** NAXIS1, NAXIS2, ...: the first axis turns fastest. */
  axes: readonly number[];
  /** BITPIX: 8, 16, 32, 64, -32 or -64. */
  bitpix: number;
  dataOffsetBytes: number;
  dataBytes: number;
}

/** All units of the file. @throws PartitionError */
export async function readUnits(source: RandomAccess): Promise<FitsUnit[]> {
  const units: FitsUnit[] = [];
  for (let at = 0; at < source.sizeBytes && units.length < MAX_UNITS; ) {
    const header = await readHeader(source, at, units.length);
    // What follows the last unit may be anything the standard calls special records; they hold no samples.
    if (!header) break;
    const unit = describeUnit(source, header.cards, header.endBytes, units.length);
    const padded = Math.ceil(unit.dataBytes / BLOCK_BYTES) * BLOCK_BYTES;
    if (unit.dataOffsetBytes + unit.dataBytes > source.sizeBytes) {
      throw new PartitionError(
        'Truncated',
        `${source.name}: its unit ${units.length + 1} needs ${unit.dataBytes.toLocaleString('en')} bytes of data, ${(source.sizeBytes - unit.dataOffsetBytes).toLocaleString('en')} are there; it is incomplete`,
      );
    }
    units.push(unit);
    at = unit.dataOffsetBytes + padded;
  }
  return units;
}

async function readHeader(
  source: RandomAccess,
  startBytes: number,
  index: number,
): Promise<{ cards: Map<string, CardValue>; endBytes: number } | undefined> {
  const cards = new Map<string, CardValue>();
  for (let block = 0; block < MAX_HEADER_BLOCKS; block++) {
    const at = startBytes + block * BLOCK_BYTES;
    if (at + BLOCK_BYTES > source.sizeBytes) {
      if (block === 0 && index > 0) return undefined;
      throw new PartitionError(
        'Truncated',
        `${source.name}: the file ends within a FITS header; it is incomplete`,
      );
    }
    const text = Buffer.from(await source.read(at, BLOCK_BYTES)).toString('latin1');
    if (block === 0 && index > 0 && !text.startsWith('XTENSION=')) return undefined;
    for (let card = 0; card < BLOCK_BYTES; card += CARD_BYTES) {
      const keyword = text.slice(card, card + 8).trimEnd();
      if (keyword === 'END') return { cards, endBytes: at + BLOCK_BYTES };
      if (text.slice(card + 8, card + 10) !== '= ' || cards.has(keyword)) continue;
      const value = parseValue(text.slice(card + 10, card + CARD_BYTES));
      if (value !== undefined) cards.set(keyword, value);
    }
  }
  throw new PartitionError(
    'TooLarge',
    `${source.name}: a FITS header has no END within ${MAX_HEADER_BLOCKS} blocks`,
  );
}

/** The value of a card; undefined when it has none (sections 4.2.1 to 4.2.4). Complex numbers are left out. */
function parseValue(field: string): CardValue | undefined {
  const quoted = /^ *'((?:[^']|'')*)'/.exec(field);
  if (quoted) return quoted[1]!.replaceAll("''", "'").trimEnd();
  const bare = field.split('/', 1)[0]!.trim();
  if (bare === 'T') return true;
  if (bare === 'F') return false;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[ED][+-]?\d+)?$/.test(bare)) return undefined;
  return Number(bare.replace('D', 'E'));
}

function describeUnit(
  source: RandomAccess,
  cards: Map<string, CardValue>,
  dataOffsetBytes: number,
  index: number,
): FitsUnit {
  const malformed = (what: string) =>
    new PartitionError('Malformed', `${source.name}: the header of its unit ${index + 1} ${what}`);
  const whole = (keyword: string, most = Number.MAX_SAFE_INTEGER) => {
    const value = cards.get(keyword);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
    throw malformed(`has ${keyword} = ${String(value ?? 'nothing').slice(0, 30)}, expected a whole number`);
  };
  const bitpix = cards.get('BITPIX');
  if (typeof bitpix !== 'number' || ![8, 16, 32, 64, -32, -64].includes(bitpix)) {
    throw malformed(`has BITPIX = ${String(bitpix ?? 'nothing').slice(0, 30)}`);
  }
  const axes = Array.from({ length: whole('NAXIS', MAX_AXES) }, (_, i) => whole(`NAXIS${i + 1}`));
  const extension = cards.get('XTENSION');
  const groups = index === 0 ? 1 : cards.has('GCOUNT') ? whole('GCOUNT') : 1;
  const heapBytes = index === 0 ? 0 : cards.has('PCOUNT') ? whole('PCOUNT') : 0;
  const elements = axes.length === 0 ? 0 : axes.reduce((product, axis) => product * axis, 1);
  const dataBytes = (Math.abs(bitpix) / 8) * groups * (heapBytes + elements);
  if (!Number.isSafeInteger(dataBytes)) throw malformed('describes more data than any file holds');
  return {
    kind: index === 0 ? 'PRIMARY' : String(extension ?? ''),
    cards,
    axes,
    bitpix,
    dataOffsetBytes,
    dataBytes,
  };
}
