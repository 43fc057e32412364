// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the product's own references
import { describe, expect, it } from 'vitest';
import { type Cell, describeCell, expandMatrix, matrixSchema } from '../../../harness/scenario/matrix.ts';
import { substitute, type UnknownName } from '../../../harness/scenario/substitute.ts';

describe('matrix', () => {
  it.each<[unknown, Cell[]]>([
    [{}, [{}]],
    [{ a: [1, 2] }, [{ a: 1 }, { a: 2 }]],
    [
      { a: [1, 2], b: ['x', 'y'] },
      [
        { a: 1, b: 'x' },
        { a: 1, b: 'y' },
        { a: 2, b: 'x' },
        { a: 2, b: 'y' },
      ],
    ],
    [
      { a: [1, 2], b: ['x', 'y'], exclude: [{ a: 2 }] },
      [
        { a: 1, b: 'x' },
        { a: 1, b: 'y' },
      ],
    ],
    [{ a: [1, 2], exclude: [{ a: 3 }] }, [{ a: 1 }, { a: 2 }]],
    [{ a: [1], include: [{ a: 9 }, { a: 1 }] }, [{ a: 1 }, { a: 9 }]],
    [{ include: [{ a: 5, b: 6 }] }, [{ a: 5, b: 6 }]],
    [{ a: [1], exclude: [{ a: 1 }] }, []],
  ])('%j', (matrix, cells) => expect(expandMatrix(matrixSchema.parse(matrix))).toEqual(cells));

  it('names a cell', () =>
    expect(describeCell({ partitionMB: 25, data: '1 GB' })).toBe('partitionMB=25 data=1 GB'));
});

describe('substitution', () => {
  const variables = { size: 25, name: 'x', on: true };
  it.each<[unknown, unknown]>([
    ['${size}', 25],
    ['${ size }', 25],
    ['${on}', true],
    ['${size}MB', '25MB'],
    ['${name}-${size}-${name}', 'x-25-x'],
    ['$size {size} $', '$size {size} $'],
    [{ a: ['${size}', { b: 'p${size}' }] }, { a: [25, { b: 'p25' }] }],
    [null, null],
    [3, 3],
  ])('%j becomes %j', (value, expected) => expect(substitute(value, variables, [])).toEqual(expected));

  it('collects names that are not known, with their place', () => {
    const unknown: UnknownName[] = [];
    expect(substitute({ a: ['${size}', 'to ${nowhere}', '${toString}'] }, variables, unknown)).toEqual({
      a: [25, 'to ${nowhere}', '${toString}'],
    });
    expect(unknown).toEqual([
      { name: 'nowhere', path: ['a', 1] },
      { name: 'toString', path: ['a', 2] },
    ]);
  });
});
