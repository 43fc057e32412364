/** A zip that another tool has built: deployed as it is, byte for byte. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { PackagingError } from './package-request.ts';

/** Names and sizes of the entries, from the zip's directory. @throws PackagingError when it is no zip */
export function zipDirectory(file: string, zip: Uint8Array): { name: string; sizeBytes: number }[] {
  const entries: { name: string; sizeBytes: number }[] = [];
  try {
    unzipSync(zip, {
      // Names and sizes are in the directory: nothing is unpacked.
      filter(entry) {
        if (!entry.name.endsWith('/')) entries.push({ name: entry.name, sizeBytes: entry.originalSize });
        return false;
      },
    });
  } catch (error) {
    throw new PackagingError(`${file} is no zip (${(error as Error).message})`, 'build it again', {
      cause: error,
    });
  }
  return entries;
}

/** @throws PackagingError when the handler's file is not in the zip */
export function requireHandler(
  file: string,
  { name, runtime, handler }: { name: string; runtime: string; handler: string },
): void {
  const entries = new Set(zipDirectory(file, readFileSync(file)).map((entry) => entry.name));
  const module = handler.slice(0, handler.lastIndexOf('.'));
  const wanted = runtime.startsWith('nodejs')
    ? ['.js', '.mjs', '.cjs'].map((extension) => `${module}${extension}`)
    : runtime.startsWith('python')
      ? [`${module.replaceAll('.', '/')}.py`, `${module.replaceAll('.', '/')}/__init__.py`]
      : ['bootstrap'];
  if (wanted.some((one) => entries.has(one))) return;
  throw new PackagingError(
    `the zip of the function ${name} has no ${wanted[0]}, which ${runtime.startsWith('provided') ? runtime : `the handler ${handler}`} needs`,
    'put it at the top of the zip, or correct handler',
  );
}
