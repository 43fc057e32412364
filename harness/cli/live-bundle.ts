/**
 * The source folder of a function in TypeScript as a package: bundled anew when a file of it, or of the folder
 * `shared` beside it, has changed. Code that does not compile becomes a package whose init says so.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { folderStamp, type LiveCode, liveFolder } from '../emulator/services/lambda/code/live-folder.ts';
import { findProjectFile } from '../project/find-project.ts';
import { loadProject } from '../project/load-project.ts';
import type { ProjectFunction } from '../project/project.ts';

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

/** Entries and packages of the project's function that has this code, if one has. */
function declaredIn(entry: string): Pick<ProjectFunction, 'entries' | 'packages'> {
  const file = findProjectFile(entry);
  const project = file === undefined ? undefined : loadProject(file);
  const found = Object.values(project?.functions ?? {}).find(({ code }) => code.path === entry);
  return { entries: found?.entries ?? {}, packages: found?.packages ?? [] };
}

async function writeBundle(entry: string, target: string): Promise<void> {
  const { platform, arch } = process;
  try {
    // Only who reloads code pays for loading esbuild.
    const { nodeBundle } = await import('../artifacts/packaging/node-bundle.ts');
    const { entries } = await nodeBundle({
      name: basename(dirname(entry)),
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      code: { kind: 'node-bundle', path: entry },
      root: dirname(findProjectFile(entry) ?? entry),
      target: { platform, arch },
      cacheFolder: target,
      files: {},
      ...declaredIn(entry),
    });
    for (const { name, bytes } of entries) {
      mkdirSync(dirname(join(target, name)), { recursive: true });
      writeFileSync(join(target, name), bytes);
    }
  } catch (error) {
    const message = JSON.stringify((error as Error).message);
    writeFileSync(join(target, 'index.js'), `throw new SyntaxError(${message});\n`);
  }
}
