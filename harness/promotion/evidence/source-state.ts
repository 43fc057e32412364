import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SourceState } from './statement.ts';

const run = promisify(execFile);

/** Folders in which a file that git does not know may still change what is built or run. */
const SOURCES = /^(?:lambdas|statemachine|scenarios|harness)\//;

/**
 * The commit that `folder` is at, and what differs from it: changed files anywhere, unknown files among the
 * sources. Outside a repository nothing is known, which is not clean.
 */
export async function readSourceState(folder: string): Promise<SourceState> {
  const git = async (...args: string[]) =>
    (await run('git', ['-C', folder, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout;
  try {
    const commit = (await git('rev-parse', 'HEAD')).trim();
    const status = await git('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all');
    const changed = status
      .split('\0')
      .filter((entry) => entry !== '')
      .filter((entry) => !entry.startsWith('??') || SOURCES.test(entry.slice(3)))
      .map((entry) => entry.slice(3));
    return { commit, clean: changed.length === 0, changed };
  } catch {
    return { clean: false, changed: [] };
  }
}
