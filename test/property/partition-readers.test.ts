import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatePartition } from '../../harness/packs/redshift/data/generate.ts';
import { printDecimal } from '../../harness/packs/redshift/data/write-json.ts';
import { JsonScanner } from '../../lambdas/shared/partition/json/json-scanner.ts';
import { readNumberRow } from '../../lambdas/shared/partition/json/number-row.ts';
import { TextWindow } from '../../lambdas/shared/partition/json/text-window.ts';
import { openPartition } from '../../lambdas/shared/partition/open-partition.ts';
import { PARTITION_FORMATS, PartitionError } from '../../lambdas/shared/partition/partition.ts';
import { unpickle } from '../../lambdas/shared/partition/pt/pickle.ts';
import { PickleEnds } from '../../lambdas/shared/partition/pt/pickle-reader.ts';
import { FIXTURES, memoryAccess } from '../unit/lambdas/shared/partition/fixtures.ts';

const fixtureBytes = (name: string) => readFileSync(join(FIXTURES, name));

/** A few changed bytes, a cut, or both. */
const mutation = (length: number) =>
  fc.record({
    edits: fc.array(fc.tuple(fc.nat(length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    end: fc.option(fc.nat(length), { nil: length }),
  });

function mutate(bytes: Uint8Array, { edits, end }: { edits: [number, number][]; end: number }): Uint8Array {
  const copy = Uint8Array.from(bytes.subarray(0, end));
  for (const [at, value] of edits) if (at < copy.length) copy[at] = value;
  return copy;
}

/** Reads a partition to its end; anything but success or a PartitionError of one sentence fails the test. */
async function readsOrRefuses(bytes: Uint8Array): Promise<void> {
  try {
    const partition = await openPartition(memoryAccess(bytes, 'file'));
    expect(partition.samples).toBeLessThanOrEqual(bytes.length);
    for await (const batch of partition.batches(7)) expect(batch.images.length).toBe(batch.count * 5_120);
  } catch (error) {
    expect(error).toBeInstanceOf(PartitionError);
    expect((error as Error).message).toMatch(/^file: \P{C}+$/u);
  }
}

describe('torch files', () => {
  const pickle = fixtureBytes('tiny_half_int.pt').subarray(64, 64 + 378);
  it('the pickle machine ends on any bytes, with a value or a refusal', () => {
    const tryAll = (bytes: Uint8Array) => {
      try {
        unpickle(bytes, { file: 'file' });
      } catch (error) {
        if (!(error instanceof PickleEnds)) expect(error).toBeInstanceOf(PartitionError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), tryAll), { numRuns: 3_000 });
    fc.assert(
      fc.property(mutation(pickle.length), (change) => tryAll(mutate(pickle, change))),
      { numRuns: 5_000 },
    );
  });

  it('no opcode sequence yields a name outside the allow-list', () => {
    const word = fc.stringMatching(/^[a-z_]{1,8}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('c', 'i', 'stack'), (module, name, form) => {
        const bytes =
          form === 'stack'
            ? Buffer.concat([
                Buffer.from([0x8c, module.length]),
                Buffer.from(module),
                Buffer.from([0x8c, name.length]),
                Buffer.from(name),
                Buffer.from([0x93, 0x2e]),
              ])
            : Buffer.from(`${form}${module}\n${name}\n.`);
        expect(() => unpickle(bytes, { file: 'file' })).toThrow(`\`${module}.${name}\``);
      }),
    );
  });

  for (const name of [
    'tiny_half_int.pt',
    'tiny_storage_shared.pt',
    'tiny_noncontiguous.pt',
    'tiny_legacy.pt',
    'model_state.pt',
  ]) {
    const bytes = fixtureBytes(name);
    // Changes that matter sit in the pickle at the front and the zip directory at the end.
    const edges = [...Array(1_024).keys(), ...Array.from({ length: 1_024 }, (_, i) => bytes.length - 1 - i)];
    it(`${name}, damaged anywhere, is read or refused`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...edges), fc.integer({ min: 0, max: 255 })), {
            minLength: 1,
            maxLength: 4,
          }),
          (edits) => readsOrRefuses(mutate(bytes, { edits, end: bytes.length })),
        ),
        { numRuns: 150 },
      );
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length), (end) => readsOrRefuses(bytes.subarray(0, end))),
        { numRuns: 60 },
      );
    });
  }

  it('a hostile pickle cannot make the machine work without bound', () => {
    // Doubling by memo: each tuple holds the one before it twice. A reader that walks or copies it never ends.
    const doubling = Buffer.concat([
      Buffer.from(')q\x00', 'latin1'),
      ...Array.from({ length: 1_000 }, () => Buffer.from('0h\x00h\x00\x86q\x00', 'latin1')),
      Buffer.from('.'),
    ]);
    expect(unpickle(doubling, { file: 'file' }).value).toMatchObject({ kind: 'tuple' });
    // Copying one list over and over.
    const copying = Buffer.concat([
      Buffer.from('](', 'latin1'),
      Buffer.alloc(200_000, 'N'),
      Buffer.from('eq\x00', 'latin1'),
      ...Array.from({ length: 2_000 }, () => Buffer.from('cbuiltins\nset\nh\x00\x85R', 'latin1')),
      Buffer.from('.'),
    ]);
    expect(() => unpickle(copying, { file: 'file' })).toThrow(/more than 4000000 values/);
  });
});

describe('JSON', () => {
  const scannerOf = (text: string) => {
    const scanner = new JsonScanner('file');
    const bytes = Buffer.from(text);
    scanner.bytes = Uint8Array.from([...bytes, 0]);
    scanner.end = bytes.length;
    scanner.isLast = true;
    return scanner;
  };

  it('numbers equal JSON.parse bit for bit', () => {
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => JSON.stringify(x)),
      fc.tuple(fc.integer(), fc.nat(99_999)).map(([a, b]) => `${a}.${b}`),
      fc
        .tuple(
          fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
          fc.nat(9),
          fc.integer({ min: -330, max: 310 }),
        )
        .map(([a, b, e]) => `${a}.${b}e${e}`),
      fc.constantFrom(
        '-0',
        '0.1',
        '1e22',
        '1e23',
        '123456789012345678',
        '0.000000000000000000000001',
        '9007199254740993',
      ),
    );
    fc.assert(
      fc.property(text, (number) => {
        expect(Object.is(scannerOf(number).number(), JSON.parse(number))).toBe(true);
        const row = new Float32Array(2);
        expect(readNumberRow(scannerOf(`[${number},${number} ]`), row, 0, 2)).toBe(true);
        expect(Object.is(row[0], Math.fround(JSON.parse(number) as number))).toBe(true);
        expect(Object.is(row[1], row[0])).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('passes over exactly what JSON.parse accepts', () => {
    const accepts = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const check = (text: string) => {
      const scanner = scannerOf(text);
      let passed = true;
      try {
        scanner.skipValue();
        passed = scanner.atEnd();
      } catch (error) {
        expect(error).toBeInstanceOf(PartitionError);
        passed = false;
      }
      // NaN and Infinity are let through to be reported by name.
      if (!/NaN|Infinity/.test(text)) expect([text, passed]).toEqual([text, accepts(text)]);
    };
    fc.assert(fc.property(fc.json(), check), { numRuns: 1_000 });
    fc.assert(fc.property(fc.stringMatching(/^[[\]{},:"0-9.eE+\-truefalsn \\]{0,12}$/), check), {
      numRuns: 5_000,
    });
  });

  it('gives the same wherever the chunks end', async () => {
    const texts = fc.array(fc.json(), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (values, step) => {
        const text = `[${values.join(',')}]`;
        const bytes = Buffer.from(text);
        // A source whose every read ends after `step` bytes at the latest, as seen by the window: sizes lie.
        const scanner = new JsonScanner('file');
        let ends = 0;
        const ranges: string[] = [];
        const grow = () => {
          ends = Math.min(bytes.length, ends + step);
          scanner.bytes = Uint8Array.from([...bytes.subarray(0, ends), 0]);
          scanner.end = ends;
          scanner.isLast = ends === bytes.length;
        };
        grow();
        const run = <T>(parse: () => T): T => {
          for (;;) {
            const start = scanner.position;
            try {
              return parse();
            } catch (error) {
              if (scanner.isLast) throw error;
              scanner.position = start;
              grow();
            }
          }
        };
        run(() => scanner.expect(0x5b));
        for (let i = 0; i < values.length; i++) {
          if (i > 0) run(() => scanner.expect(0x2c));
          run(() => scanner.peek());
          const start = scanner.position;
          run(() => scanner.skipValue());
          ranges.push(bytes.subarray(start, scanner.position).toString());
        }
        expect(ranges.map((range) => JSON.parse(range))).toEqual(values.map((value) => JSON.parse(value)));
      }),
      { numRuns: 300 },
    );
  });

  it('a window over a source sees all of it', async () => {
    const bytes = Buffer.from(JSON.stringify(Array.from({ length: 200_000 }, (_, i) => i / 7)));
    const window = new TextWindow(memoryAccess(bytes));
    await window.run((scanner) => scanner.skipValue());
    expect(window.offsetBytes).toBe(bytes.length);
  });

  it('printed decimals parse to the quotient', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(10_000, 1_000_000), (units, perOne) => {
        const text = Buffer.alloc(32);
        const printed = text.toString('latin1', 0, printDecimal(text, 0, units, perOne));
        expect(printed).toMatch(/^-?(0|[1-9]\d*)\.\d+$/);
        expect(JSON.parse(printed)).toBe(units / perOne);
      }),
    );
  });
});

describe('partitions of every format', () => {
  it.each(PARTITION_FORMATS)('%s, damaged anywhere, is read or refused', async (format) => {
    const parts: Buffer[] = [];
    await generatePartition(
      { seed: 1, samples: 2, format },
      { write: async (b) => void parts.push(Buffer.from(b)) },
    );
    const bytes = Buffer.concat(parts);
    await fc.assert(
      fc.asyncProperty(mutation(bytes.length), (change) => readsOrRefuses(mutate(bytes, change))),
      { numRuns: 150 },
    );
    // Headers, directories and catalogues stand at either end.
    const edges = [...Array(600).keys(), ...Array.from({ length: 600 }, (_, i) => bytes.length - 1 - i)];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...edges), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 5,
        }),
        (edits) => readsOrRefuses(mutate(bytes, { edits, end: bytes.length })),
      ),
      { numRuns: 300 },
    );
  });
});
