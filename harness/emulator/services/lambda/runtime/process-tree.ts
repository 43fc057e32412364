/** Processes as /proc shows them: what descends from one, and which holds the other end of a connection. */
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** Ids of the children of a process's main thread, oldest first. */
function childrenOf(pid: number): number[] {
  try {
    return numbers(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1'));
  } catch {
    return [];
  }
}

/**
 * The process of the function below the one that was started: the second child (the first is process 1 of its
 * namespace), or with bubblewrap the child of process 1.
 */
export function functionProcess(pid: number, containment: 'bubblewrap' | 'namespaces' | 'none'): number {
  if (containment === 'none') return pid;
  const children = childrenOf(pid);
  const own = containment === 'namespaces' ? children[1] : childrenOf(children[0] ?? 0)[0];
  return own ?? pid;
}

/** A process and everything that descends from it, children of any thread. */
export async function treeOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'latin1').catch(() => '')),
  );
  const below = await Promise.all(texts.flatMap(numbers).map(treeOf));
  return [pid, ...below.flat()];
}

/**
 * True when a process of the tree below `pid` holds the client's end of a TCP connection to `serverPort`.
 * Source of the table: proc_pid_net(5).
 */
export async function holdsConnection(pid: number, clientPort: number, serverPort: number): Promise<boolean> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'latin1').catch(() => '')),
  );
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = tables
    .flatMap((table) => table.split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(
      (fields) => fields[1]?.endsWith(`:${hex(clientPort)}`) && fields[2]?.endsWith(`:${hex(serverPort)}`),
    )
    .map((fields) => `socket:[${fields[9]}]`);
  if (inodes.length === 0) return false;
  for (const one of await treeOf(pid)) {
    const descriptors = await readdir(`/proc/${one}/fd`).catch(() => []);
    const links = await Promise.all(
      descriptors.map((fd) => readlink(`/proc/${one}/fd/${fd}`).catch(() => '')),
    );
    if (links.some((link) => inodes.includes(link))) return true;
  }
  return false;
}

const numbers = (text: string): number[] => text.split(' ').filter(Boolean).map(Number);
