import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../core/package-root.ts';

/**
 * Digest of the generator's sources: a cached dataset is good as long as these are the same. The published package has
 * no sources; its version stands for them.
 */
export function generatorDigest(): string {
  const folder = join(packageRoot(), 'harness', 'packs', 'redshift', 'data');
  const hash = createHash('sha256');
  if (!existsSync(folder)) {
    const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
    return hash.update(version).digest('hex');
  }
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}
