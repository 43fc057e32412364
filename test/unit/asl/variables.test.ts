import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { initOf, programOf, ScriptedWorld } from './scripted-world.ts';

const KIB = 1024;

/** A row of Pass states, each with its Assign; `texts` are names with sizes of the values' texts in bytes. */
function assigning(...rows: { [name: string]: number }[]): object {
  const States = Object.fromEntries(
    rows.map((row, index) => [
      `P${index}`,
      {
        Type: 'Pass',
        Assign: Object.fromEntries(Object.entries(row).map(([name, size]) => [name, 'x'.repeat(size - 2)])),
        ...(index + 1 < rows.length ? { Next: `P${index + 1}` } : { End: true }),
      },
    ]),
  );
  return { StartAt: 'P0', States };
}

function finishOf(definition: object, overrides: Parameters<typeof limitsOf>[1] = {}) {
  const limits = limitsOf('aws-default', overrides);
  const world = new ScriptedWorld(programOf(definition), initOf({}, { limits }), () => undefined);
  return world.run().finish;
}

describe('sizes of variables', () => {
  it('lets one Assign set 256 KiB together, and no byte more', () => {
    expect(finishOf(assigning({ a: 128 * KIB, b: 128 * KIB }))?.status).toBe('SUCCEEDED');
    expect(finishOf(assigning({ a: 128 * KIB, b: 128 * KIB + 1 }))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('The size of the variables assigned exceeds'),
    });
  });

  it('lets an execution store 10 MiB, and no more', () => {
    const forty = Array.from({ length: 40 }, (_, index) => ({ [`v${index}`]: 256 * KIB }));
    expect(finishOf(assigning(...forty))?.status).toBe('SUCCEEDED');
    expect(finishOf(assigning(...forty, { one: 3 }))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('all variables stored in the execution'),
    });
  });

  it('counts a variable that is set anew once', () => {
    const rows = Array.from({ length: 20 }, () => ({ same: 100 }));
    expect(finishOf(assigning(...rows), { sfnStoredVariablesBytes: 150 })?.status).toBe('SUCCEEDED');
  });

  it('counts branches as long as they run, and no longer', () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', Assign: { [name]: 'x'.repeat(58) }, End: true } },
    });
    const parallel = (names: string[], end: object) => ({
      Type: 'Parallel',
      Branches: names.map(branch),
      ...end,
    });
    const twice = {
      StartAt: 'One',
      States: { One: parallel(['a', 'b'], { Next: 'Two' }), Two: parallel(['c', 'd'], { End: true }) },
    };
    expect(finishOf(twice, { sfnStoredVariablesBytes: 120 })?.status).toBe('SUCCEEDED');
    const held = (name: string) => ({
      StartAt: name,
      States: {
        [name]: { Type: 'Pass', Assign: { [name]: 'x'.repeat(58) }, Next: `W${name}` },
        [`W${name}`]: { Type: 'Wait', Seconds: 1, End: true },
      },
    });
    const together = {
      StartAt: 'One',
      States: { One: { Type: 'Parallel', Branches: [held('a'), held('b')], End: true } },
    };
    expect(finishOf(together, { sfnStoredVariablesBytes: 119 })).toMatchObject({ status: 'FAILED' });
  });
});
