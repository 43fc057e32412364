import { basename } from 'node:path';
import { removeLeftDeployments } from '../backends/aws/remove-deployment.ts';
import { removeLeftContainers } from '../backends/docker/leftovers.ts';
import { wallClock } from '../core/clock.ts';
import { HarnessError } from '../core/errors.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import {
  entriesToRemove,
  removeEntries,
  type WorkspaceEntry,
  workspaceEntries,
} from '../scenario/workspace-usage.ts';

export interface CleanupOptions {
  all: boolean;
  /** Seconds. */
  olderThan?: number;
  /** Bytes. */
  maxSize?: number;
  dryRun: boolean;
}

/** Removes leftovers of crashed runs, then old runs and caches where asked for, and prints a line for each. */
export async function removeLeftovers(options: CleanupOptions): Promise<void> {
  const workspace = openWorkspace();
  const removed = options.dryRun
    ? []
    : [
        ...(await containers(options.all)),
        ...(await removeLeftDeployments(workspace.deployments, options.all, wallClock())),
      ];
  const nowMs = wallClock().nowMs();
  const entries = await workspaceEntries(workspace, nowMs);
  const { olderThan, maxSize } = options;
  const old = entriesToRemove(entries, {
    ...(olderThan === undefined ? {} : { changedBeforeMs: nowMs - olderThan * 1000 }),
    ...(maxSize === undefined ? {} : { maxSizeBytes: maxSize }),
  });
  if (!options.dryRun) await removeEntries(workspace, old);
  removed.push(
    ...old.map(({ kind, path, sizeBytes }) => `${kind} ${basename(path)} (${megabytes(sizeBytes)})`),
  );
  for (const line of removed) process.stdout.write(`${line}\n`);
  const verb = options.dryRun ? 'would be removed' : 'removed';
  process.stdout.write(removed.length === 0 ? 'Nothing was left behind.\n' : `${removed.length} ${verb}.\n`);
  process.stdout.write(usageLine(entries.filter((one) => options.dryRun || !old.includes(one))));
}

/** `.cosmicai holds 1,234 MB: runs 1,000 MB, ...`; empty for an empty workspace. */
function usageLine(entries: readonly WorkspaceEntry[]): string {
  if (entries.length === 0) return '';
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const sizeOf = (some: readonly WorkspaceEntry[]) =>
    megabytes(some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const parts = kinds.map((kind) => {
    const some = entries.filter((one) => one.kind === kind);
    return `${some.length} ${kind}${some.length === 1 ? '' : 's'} ${sizeOf(some)}`;
  });
  return `.cosmicai holds ${sizeOf(entries)}: ${parts.join(', ')}\n`;
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;

async function containers(all: boolean): Promise<string[]> {
  try {
    const left = await removeLeftContainers(all);
    return left.map(
      ({ id, role, image, owner }) => `container ${id.slice(0, 12)} ${role} (${image}) of ${owner}`,
    );
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'no-docker') throw error;
    return [];
  }
}
