/** Columns of a FITS binary table (FITS Standard 4.0, section 7.3): their names, types and places in a row. */
import { type Dtype, ITEM_BYTES } from '../dtype.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { elementCount, type RecordField } from '../stored-array.ts';
import type { CardValue, FitsUnit } from './header.ts';

/** Types of TFORM whose elements are numbers; `L` is logical, stored as the letters T and F. */
const DTYPES: Readonly<Record<string, Dtype>> = {
  B: 'uint8',
  I: 'int16',
  J: 'int32',
  K: 'int64',
  E: 'float32',
  D: 'float64',
};
/** Bytes of one element of the types that no sample is made of. */
const OTHER_BYTES: Readonly<Record<string, number>> = { L: 1, A: 1, C: 8, M: 16, P: 8, Q: 16 };

export interface FitsColumn {
  /** TTYPE as written; empty when there is none. */
  name: string;
  tform: string;
  /** How to read it; undefined for text, bits, complex numbers and arrays in the heap. */
  field: RecordField | undefined;
}

/** The columns of a BINTABLE unit. @throws PartitionError when a TFORM is missing or the row is too short */
export function readColumns(source: RandomAccess, unit: FitsUnit): FitsColumn[] {
  const { cards, axes } = unit;
  const count = cards.get('TFIELDS');
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0 || count > 999) {
    throw new PartitionError('Malformed', `${source.name}: its binary table has no TFIELDS from 0 to 999`);
  }
  const columns: FitsColumn[] = [];
  let offsetInRecord = 0;
  for (let n = 1; n <= count; n++) {
    const tform = String(cards.get(`TFORM${n}`) ?? '').trim();
    const [, repeatText = '', type = ''] = /^(\d{0,9})([LXBIJKAEDCMPQ])/.exec(tform) ?? [];
    if (type === '') {
      throw new PartitionError(
        'Malformed',
        `${source.name}: column ${n} of its table has TFORM '${tform.slice(0, 20)}'`,
      );
    }
    const repeat = repeatText === '' ? 1 : Number(repeatText);
    const dtype = DTYPES[type];
    const elementBytes = dtype ? ITEM_BYTES[dtype] : (OTHER_BYTES[type] ?? 0);
    const field = dtype && {
      dtype,
      bigEndian: true,
      offsetInRecord,
      shape: shapeOf(cards, n, repeat),
      ...scaling(cards, n),
    };
    columns.push({ name: String(cards.get(`TTYPE${n}`) ?? ''), tform, field });
    offsetInRecord += type === 'X' ? Math.ceil(repeat / 8) : repeat * elementBytes;
  }
  if (offsetInRecord > (axes[0] ?? 0)) {
    throw new PartitionError(
      'Malformed',
      `${source.name}: the columns of its table need ${offsetInRecord} bytes a row, NAXIS1 is ${axes[0] ?? 0}`,
    );
  }
  return columns;
}

/** TDIM gives the shape with the first axis turning fastest; without it the elements are a vector. */
function shapeOf(cards: ReadonlyMap<string, CardValue>, n: number, repeat: number): readonly number[] {
  const tdim = cards.get(`TDIM${n}`);
  if (typeof tdim === 'string') {
    const shape = [...tdim.matchAll(/\d{1,9}/g)].map(([digits]) => Number(digits)).reverse();
    if (elementCount(shape) === repeat) return shape;
  }
  return repeat === 1 ? [] : [repeat];
}

function scaling(cards: ReadonlyMap<string, CardValue>, n: number): Pick<RecordField, 'decode'> {
  return decoder(cards.get(`TSCAL${n}`), cards.get(`TZERO${n}`), cards.get(`TNULL${n}`));
}

/** What stored values mean: zero + scale x stored, and NaN for the null (sections 4.4.2.5, 7.3.2). */
export function decoder(
  scale: CardValue | undefined,
  zero: CardValue | undefined,
  blank: CardValue | undefined,
): Pick<RecordField, 'decode'> {
  const factor = typeof scale === 'number' ? scale : 1;
  const offset = typeof zero === 'number' ? zero : 0;
  if (factor === 1 && offset === 0 && typeof blank !== 'number') return {};
  return { decode: (stored) => (stored === blank ? Number.NaN : offset + factor * stored) };
}
