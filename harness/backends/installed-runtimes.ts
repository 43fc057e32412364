/** Whether this machine has what a project's functions run on: another version of Python is another runtime. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Diagnostic, InvalidDocument } from '../document/diagnostics.ts';
import { Interpreters } from '../emulator/services/lambda/runtime/interpreters.ts';
import type { Project } from '../project/project.ts';
import { PROJECT_RUNTIMES } from '../project/runtimes.ts';

const run = promisify(execFile);
const VERSION = 'import sys; print("python%d.%d" % sys.version_info[:2])';

/**
 * @throws InvalidDocument naming every function whose runtime is not installed. Node.js runtimes run on the Node.js of
 * the harness, and `provided` runtimes bring their own program.
 */
export async function requireRuntimes(
  { functions, source }: Project,
  interpreters = new Interpreters(),
): Promise<void> {
  const installed = new Map<string, Promise<boolean>>();
  const has = (runtime: string): Promise<boolean> => {
    const known = installed.get(runtime) ?? isInstalled(runtime, interpreters);
    installed.set(runtime, known);
    return known;
  };
  const mistakes: Diagnostic[] = [];
  for (const { name, runtime } of Object.values(functions)) {
    if (!runtime.startsWith('python') || (await has(runtime))) continue;
    const others = await Promise.all(
      PROJECT_RUNTIMES.filter((one) => one.startsWith('python')).map(async (one) =>
        (await has(one)) ? [one] : [],
      ),
    );
    mistakes.push(
      source.diagnose(
        ['functions', name, 'runtime'],
        `the runtime ${runtime} of the function ${name} is not installed: there is no ${runtime} on the PATH`,
        {
          at: 'value',
          hint: `install it, or run on a backend with containers; installed are ${others.flat().join(', ') || 'no versions of Python'}`,
        },
      ),
    );
  }
  if (mistakes.length > 0) throw new InvalidDocument(mistakes);
}

async function isInstalled(runtime: string, interpreters: Interpreters): Promise<boolean> {
  const { program } = await interpreters.of(runtime);
  if (program === undefined) return false;
  const answer = await run(program, ['-c', VERSION], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
  return answer.stdout.trim() === runtime;
}
