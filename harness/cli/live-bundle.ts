/**
 * The source folder of a function in TypeScript as a package: bundled anew when a file of it, or of the folder
 * `shared` beside it, has changed. Code that does not compile becomes a package whose init says so.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packageRoot } from '../core/package-root.ts';
import { folderStamp, type LiveCode, liveFolder } from '../emulator/services/lambda/code/live-folder.ts';

export interface LiveSources {
  code: LiveCode;
  /** Removes what was built. */
  close(): void;
}

/** Code from a folder: as it stands when it holds JavaScript or Python, bundled when it holds `index.ts`. */
export function liveSources(folder: string): LiveSources {
  const source = resolve(folder);
  const entry = join(source, 'index.ts');
  if (!existsSync(entry)) return { code: liveFolder(source), close: () => {} };
  const work = mkdtempSync(join(tmpdir(), 'cosmicai-live-'));
  const watched = [source, join(dirname(source), 'shared')].filter((path) => existsSync(path));
  let built: { folder: string; stamp: string } | undefined;
  let building: Promise<{ folder: string; stamp: string }> | undefined;
  const build = async () => {
    const stamp = await folderStamp(watched);
    if (built?.stamp === stamp) return built;
    const target = join(work, stamp);
    mkdirSync(target, { recursive: true });
    await writeBundle(entry, target);
    built = { folder: target, stamp };
    return built;
  };
  return {
    code: {
      current() {
        building ??= build().finally(() => {
          building = undefined;
        });
        return building;
      },
    },
    close: () => rmSync(work, { recursive: true, force: true }),
  };
}

async function writeBundle(entry: string, target: string): Promise<void> {
  const { platform, arch } = process;
  try {
    // Only who reloads code pays for loading esbuild.
    const { bundleLambda } = await import('../artifacts/bundle.ts');
    const { entries } = await bundleLambda(packageRoot(), 'init', { platform, arch }, entry);
    for (const { name, bytes } of entries) {
      mkdirSync(dirname(join(target, name)), { recursive: true });
      writeFileSync(join(target, name), bytes);
    }
  } catch (error) {
    const message = JSON.stringify((error as Error).message);
    writeFileSync(join(target, 'index.js'), `throw new SyntaxError(${message});\n`);
  }
}
