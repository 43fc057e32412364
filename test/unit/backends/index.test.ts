import { describe, expect, it } from 'vitest';
import { backendNamed } from '../../../harness/backends/index.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { seededRandom } from '../../../harness/core/random.ts';

const options = { clock: wallClock(), random: seededRandom(1), stateFolder: '/nonexistent' };

describe('backendNamed', () => {
  it('knows backends by name', () => {
    expect(backendNamed('embedded').name).toBe('embedded');
    expect(backendNamed('endpoint=http://127.0.0.1:4566').name).toBe('endpoint');
  });

  it('proposes the name that was meant', () => {
    expect(() => backendNamed('embeded')).toThrow(
      expect.objectContaining({ code: 'unknown-backend', exitCode: 2, remedy: 'did you mean embedded?' }),
    );
    expect(() => backendNamed('embedded=x')).toThrow(expect.objectContaining({ code: 'bad-backend' }));
  });

  it('says which endpoint is no URL, and which one does not answer', async () => {
    expect(() => backendNamed('endpoint')).toThrow(
      expect.objectContaining({ code: 'bad-endpoint', exitCode: 2 }),
    );
    await expect(backendNamed('endpoint=http://127.0.0.1:1').start(options)).rejects.toMatchObject({
      code: 'endpoint-not-ready',
      exitCode: 3,
      message: expect.stringContaining('http://127.0.0.1:1'),
    });
  });
});
