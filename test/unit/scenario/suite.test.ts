import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Suite, type SuiteRequest } from '../../../harness/scenario/suite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-suite-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request: SuiteRequest = {
  paths: ['scenarios/'],
  backend: 'embedded',
  set: {},
  tags: ['quick'],
  repeat: 2,
};
const run = (key: string, passed = true) => ({ key, digest: 'd', runId: `run-${key}`, passed });

describe('a kept call of run', () => {
  it('is read back as it was asked for, with what has ended', () => {
    const suite = Suite.begin(folder, '20260101T000000-AAAA', request);
    suite.keep(run('a', false));
    suite.keep(run('b'));
    suite.keep(run('a'));
    const found = Suite.find(folder, undefined);
    expect(found.request).toEqual(request);
    expect(found.finished()).toEqual([run('a'), run('b')]);
  });

  it('loses no more than the line that the end of the process cut short', () => {
    const suite = Suite.begin(folder, '20260101T000000-AAAA', request);
    suite.keep(run('a'));
    appendFileSync(join(folder, suite.id, 'finished.jsonl'), '{"key":"b","dig');
    expect(Suite.find(folder, '2026').finished()).toEqual([run('a')]);
  });

  it('is the latest that was interrupted; what came to its end is not resumed', () => {
    Suite.begin(folder, '20260101T000000-AAAA', request);
    const latest = Suite.begin(folder, '20260102T000000-BBBB', request);
    Suite.begin(folder, '20260103T000000-CCCC', request).end();
    expect(Suite.find(folder, undefined).id).toBe(latest.id);
    latest.end();
    expect(Suite.find(folder, undefined).id).toBe('20260101T000000-AAAA');
    expect(Suite.find(folder, '20260103').id).toBe('20260103T000000-CCCC');
  });

  it('says what there is to resume, and what is damaged', () => {
    expect(() => Suite.find(folder, undefined)).toThrow(/no run that was interrupted/);
    const { id } = Suite.begin(folder, '20260101T000000-AAAA', request);
    expect(() => Suite.find(folder, 'x')).toThrow(/nothing called x/);
    writeFileSync(join(folder, id, 'suite.json'), '{');
    expect(() => Suite.find(folder, id)).toThrow(/suite\.json cannot be read/);
  });
});
