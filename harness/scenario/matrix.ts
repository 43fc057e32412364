import { z } from 'zod';

const cellValue = z.union([z.string(), z.number(), z.boolean()]);
export type CellValue = z.infer<typeof cellValue>;

/** One combination of the matrix's values, by axis. */
export type Cell = Readonly<Record<string, CellValue>>;

const cellPattern = z.record(z.string(), cellValue);

export interface Matrix {
  axes: Record<string, CellValue[]>;
  /** Combinations to add, and patterns of combinations to take out. */
  include: Cell[];
  exclude: Cell[];
}

/** In the file, `include` and `exclude` stand beside the axes. */
export const matrixSchema: z.ZodType<Matrix> = z
  .object({
    include: z.array(cellPattern).default([]).describe('combinations to add'),
    exclude: z
      .array(cellPattern)
      .default([])
      .describe('combinations to take out: those that have all of these values'),
  })
  .catchall(
    z.array(cellValue).min(1).describe(`values of an axis; \`\${AXIS}\` stands for the value of a run`),
  )
  .meta({ keys: 'AXIS' })
  .transform(({ include, exclude, ...axes }): Matrix => {
    return { axes: axes as Record<string, CellValue[]>, include, exclude };
  });

/** More runs than these are a mistake in the matrix. */
export const MOST_CELLS = 10_000;

/** How many combinations the axes have, before any is taken out. */
export const cellCount = ({ axes }: Matrix): number =>
  Object.values(axes).reduce((product, values) => product * values.length, 1);

/**
 * All combinations, the first axis varying slowest; without those that match an `exclude` pattern, followed by
 * the `include` cells that are not there yet. A matrix without axes is one empty cell.
 */
export function expandMatrix(matrix: Matrix): Cell[] {
  let cells: Cell[] = [{}];
  for (const [axis, values] of Object.entries(matrix.axes)) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })));
  }
  const kept = cells.filter((cell) => !matrix.exclude.some((pattern) => matches(cell, pattern)));
  const onlyIncluded = Object.keys(matrix.axes).length === 0 && matrix.include.length > 0;
  const all = onlyIncluded ? [] : kept;
  for (const cell of matrix.include) {
    if (!all.some((one) => sameCell(one, cell))) all.push(cell);
  }
  return all;
}

const matches = (cell: Cell, pattern: Cell) =>
  Object.entries(pattern).every(([axis, value]) => cell[axis] === value);

const sameCell = (a: Cell, b: Cell) => Object.keys(a).length === Object.keys(b).length && matches(a, b);

/** `rows=200 data=300 MB`; empty for the empty cell. */
export function describeCell(cell: Cell): string {
  return Object.entries(cell)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(' ');
}
