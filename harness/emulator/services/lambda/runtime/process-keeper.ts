/**
 * No function's process outlives the harness. A small shell reads the ids of the processes from a pipe; when the
 * harness dies, however it dies, the pipe ends and the shell kills every process group it was told of. Files
 * with process id and start time catch what even that misses: they are looked at on the next start.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from '../../../state-folder.ts';

/** `kill -s KILL`, not `kill -9`: dash takes the `--` after a numbered signal for a process id. */
const SCRIPT = `pids=""
while read -r op pid; do
  case "$op" in
    +) pids="$pids $pid" ;;
    -) kept=""; for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done; pids=$kept ;;
    end) exit 0 ;;
  esac
done
for p in $pids; do kill -s KILL -- "-$p" 2>/dev/null; done`;

export class ProcessKeeper {
  readonly #folder: string;
  #shell: ChildProcess | undefined;

  constructor(stateDir: string, log: (line: string) => void) {
    this.#folder = join(stateDir, 'processes');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(this.#folder)) {
      if (killStale(join(this.#folder, file)))
        log(`lambda: ended process ${file}, left over from an earlier run.`);
    }
  }

  /** From now on the process group `pid` ends with the harness. */
  add(pid: number): void {
    this.#tell(`+ ${pid}\n`);
    writeFileSync(join(this.#folder, String(pid)), processStart(pid) ?? '');
  }

  /** The process has ended. */
  remove(pid: number): void {
    this.#tell(`- ${pid}\n`);
    rmSync(join(this.#folder, String(pid)), { force: true });
  }

  stop(): void {
    this.#shell?.stdin?.end('end\n');
    this.#shell = undefined;
  }

  #tell(line: string): void {
    if (!this.#shell) {
      // Detached: it must survive a Ctrl-C or a kill of the harness's own process group.
      const shell = spawn('/bin/sh', ['-c', SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        env: {},
      });
      shell.on('error', () => {});
      shell.stdin.on('error', () => {});
      shell.unref();
      (shell.stdin as unknown as { unref?(): void }).unref?.();
      this.#shell = shell;
    }
    writeNow(this.#shell, line);
  }
}

/**
 * Writes to the shell's pipe before it returns: a stream would keep a second line back until the next turn of the
 * event loop, and the harness may not live that long.
 */
function writeNow(shell: ChildProcess, line: string): void {
  const fd = (shell.stdin as unknown as { _handle?: { fd?: number } } | null)?._handle?.fd;
  try {
    if (fd !== undefined && fd >= 0) {
      writeSync(fd, line);
      return;
    }
  } catch {
    // The pipe is full, which a few bytes a process hardly make it.
  }
  shell.stdin?.write(line);
}

function killStale(path: string): boolean {
  const pid = Number(path.slice(path.lastIndexOf('/') + 1));
  const startTicks = readFileSync(path, 'utf8');
  rmSync(path, { force: true });
  if (!Number.isInteger(pid) || pid <= 1 || startTicks === '' || processStart(pid) !== startTicks)
    return false;
  return killGroup(pid);
}

/** Kills a process and all it started; false when there is none. */
export function killGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
