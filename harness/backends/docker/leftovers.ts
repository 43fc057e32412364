/** Containers that runs of the past left behind: theirs is a process that is no more. */
import { hostname } from 'node:os';
import { containerEngine, LABELS } from './engine.ts';

export interface LeftContainer {
  id: string;
  /** `localstack`, `stepfunctions-local`. */
  role: string;
  image: string;
  /** `HOST/PID` of the process that started it. */
  owner: string;
}

/** True of `HOST/PID` when that process is gone; of another machine's processes nothing can be told. */
export function isGone(owner: string): boolean {
  const [host, pid] = owner.split('/');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Removes the containers whose process is gone, or all that any harness started; answers those removed.
 * @throws HarnessError `no-docker` (exit code 3)
 */
export async function removeLeftContainers(all: boolean): Promise<LeftContainer[]> {
  const { container } = await containerEngine();
  const found = await container.dockerode.listContainers({
    all: true,
    filters: { label: [LABELS.owner] },
  });
  const left = found
    .map(({ Id, Image, Labels }) => ({
      id: Id,
      role: Labels[LABELS.role] ?? '',
      image: Image,
      owner: Labels[LABELS.owner] ?? '',
    }))
    .filter(({ owner }) => all || isGone(owner));
  for (const { id } of left) {
    await container.dockerode.getContainer(id).remove({ force: true, v: true });
  }
  return left;
}
