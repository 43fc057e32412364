/**
 * How many source files one small PutObject runs through, from the listener to the disk: what a reader has to open to
 * follow it. Counted by V8's coverage on the TypeScript sources, after a warm-up: files of harness/ outside core in
 * which at least one function is called.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

/** Upper bounds: lower them when files go, never raise them. */
const MAX_FILES = { all: 20, s3: 11 };

let emulator: Emulator;
const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-files-'));

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, stateDir });
});
afterAll(async () => {
  await emulator.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const put = (path: string, body: string) =>
  new Promise<number>((done, failed) => {
    const sent = request(`${emulator.endpoint}${path}`, {
      method: 'PUT',
      headers: {
        'content-length': Buffer.byteLength(body),
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
      },
    });
    sent.once('error', failed);
    sent.once('response', (response) => response.resume().once('end', () => done(response.statusCode!)));
    sent.end(body);
  });

it('runs one PutObject through few files', async () => {
  expect(await put('/bucket', '')).toBe(200);
  for (let i = 0; i < 3; i++) expect(await put('/bucket/key', `warm ${i}`)).toBe(200);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  expect(await put('/bucket/key', 'counted')).toBe(200);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const files = result
    .filter(({ functions }) => functions.some(({ ranges }) => ranges[0]!.count > 0))
    .flatMap(({ url }) => /\/(harness\/(?!core\/).*\.ts)/.exec(url)?.[1] ?? []);
  expect(files.length, 'nothing was measured').toBeGreaterThan(5);
  const ofS3 = files.filter((file) => file.startsWith('harness/emulator/services/s3/'));
  expect(files.length, files.sort().join('\n')).toBeLessThanOrEqual(MAX_FILES.all);
  expect(ofS3.length, ofS3.join('\n')).toBeLessThanOrEqual(MAX_FILES.s3);
});
