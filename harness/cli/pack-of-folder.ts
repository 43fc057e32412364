import { readFileSync } from 'node:fs';
import { findProjectFile } from '../project/find-project.ts';

/**
 * The pack that the project of the working directory names. Read without a parser, for `--help` waits for it; what is
 * wrong with the file is told where the project is loaded.
 */
export function packOfFolder(): string | undefined {
  const file = findProjectFile(process.cwd());
  if (file === undefined) return undefined;
  try {
    return /^pack:\s*["']?([\w-]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
