/** What a function writes passes through the harness: it is not collected. */
import { expect, it } from 'vitest';
import { startLambda } from './fixture.ts';

const MB = 1024 * 1024;
const OUTPUT_MB = Number(process.env['OUTPUT_MB'] ?? 128);

it('streams the output of a function to its log', async () => {
  const fixture = await startLambda({ durability: 'kernel' });
  try {
    await fixture.deploy(
      'loud',
      `import { writeSync } from 'node:fs';
       const chunk = Buffer.alloc(64 * 1024, 'x');
       for (let i = 1023; i < chunk.length; i += 1024) chunk[i] = 10;
       const write = (left) => { while (left.length > 0) { try { left = left.subarray(writeSync(1, left)); } catch (e) { if (e.code !== 'EAGAIN') throw e; } } };
       export const handler = async ({ chunks }) => { for (let i = 0; i < chunks; i++) write(chunk); return chunks; };`,
      { Timeout: 300, MemorySize: 512 },
    );
    await fixture.invoke('loud', { chunks: 16 });
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const { payload, log } = await fixture.invoke('loud', { chunks: OUTPUT_MB * 16 });
    clearInterval(sampler);
    expect(payload).toBe(OUTPUT_MB * 16);
    expect(Buffer.byteLength(log)).toBe(4096);
    if (process.env['OUTPUT_MB'])
      console.log('peak above the start', ((peak - before) / MB).toFixed(0), 'MB');
    expect((peak - before) / MB).toBeLessThan(100);
  } finally {
    await fixture.stop();
  }
}, 300_000);
