import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/core/random.ts';
import { traceOf } from '../../../../../harness/emulator/services/lambda/invoke/trace-header.ts';

const at = (functionArn: string, incoming?: string, isActive = false) =>
  traceOf({ incoming, functionArn, isActive, nowMs: 1_700_000_000_000, random: seededRandom('trace') });

describe('the trace header', () => {
  it('begins a trace where there is none, sampled where tracing is active', () => {
    expect(at('f').header).toMatch(
      /^Root=1-6553f100-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/,
    );
    expect(at('f', undefined, true).header).toContain(';Sampled=1;');
  });

  it('goes on with the trace of the caller', () => {
    const { header } = at('f', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');
    expect(header).toMatch(/^Root=1-5759e988-bd862e3fe1be46a994272793;Parent=(?!53995c3f42cd8ad8)/);
    expect(header).toContain('Sampled=1');
    expect(at('f', 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0', true).header).toContain('Sampled=0');
  });

  it('counts the runs of each function in a chain', () => {
    const first = at('f');
    expect(first.runsBefore).toBe(0);
    const other = at('g', first.header);
    expect(other.runsBefore).toBe(0);
    const second = at('f', other.header);
    expect(second.runsBefore).toBe(1);
    expect(at('g', second.header).runsBefore).toBe(1);
    expect(at('f', at('f', second.header).header).runsBefore).toBe(3);
  });

  it('takes any text for a header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Root=1-a;Lineage=1:${text}`),
        ),
        (text) => {
          expect(at('f', text).header).toMatch(/^Root=[^;]*;Parent=[0-9a-f]{16};Sampled=[01];Lineage=1:/);
        },
      ),
    );
  });
});
