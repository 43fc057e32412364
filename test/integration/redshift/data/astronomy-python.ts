import { spawnSync } from 'node:child_process';

/**
 * A Python that has all of `modules`: COSMICAI_ASTRONOMY_PYTHON, PYTHON, or python3 on the path. When there is none, the
 * log says which are missing, and the answer is undefined.
 */
export function astronomyPython(...modules: string[]): string | undefined {
  const candidates = [process.env['COSMICAI_ASTRONOMY_PYTHON'], process.env['PYTHON'], 'python3'];
  const python = candidates.find(
    (one) => one && spawnSync(one, ['-c', `import ${modules.join(', ')}`]).status === 0,
  );
  if (python === undefined)
    console.warn(`SKIPPED: no Python has ${modules.join(', ')}; set COSMICAI_ASTRONOMY_PYTHON.`);
  return python;
}
