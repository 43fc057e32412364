/** What a run depends on beside the harness itself: the files whose change makes its verdict stale. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LAMBDA_NAMES } from '../artifacts/bundle.ts';
import { handlerSources } from '../artifacts/handler-sources.ts';
import { packageRoot } from '../core/package-root.ts';
import type { DocumentSource } from '../document/source.ts';
import { handlerOverrides } from './deployment.ts';
import type { PlannedRun } from './load.ts';

/** Tells the files of runs and their digest; sources that several runs share are looked up once. */
export class Dependencies {
  readonly #sources = new Map<string, Promise<string[]>>();
  readonly #contents = new Map<string, Promise<string>>();

  /** Scenario, handlers with all they import, state machine, model, partitions of one's own, files it compares with. */
  async filesOf(plan: PlannedRun, source: DocumentSource): Promise<string[]> {
    const root = packageRoot();
    const { scenario, folder, dataset } = plan;
    const handlers = handlerOverrides(scenario.deploy, folder);
    const sources = await Promise.all(
      LAMBDA_NAMES.map((name) => this.#sourcesOf(handlers[name] ?? join(root, 'lambdas', name, 'index.ts'))),
    );
    const { model } = scenario.deploy;
    const { history, baseline, objects = [], predictions } = scenario.expect;
    const beside = [
      history?.snapshot,
      baseline?.file,
      predictions?.reference?.file,
      ...objects.map((one) => ('key' in one && typeof one.schema === 'string' ? one.schema : undefined)),
      ...scenario.steps.map(({ put }) => put?.file),
    ].filter((file) => file !== undefined);
    const files = [
      resolve(source.file),
      ...sources.flat(),
      ...filesIn(join(root, 'statemachine')),
      ...filesIn(model === undefined ? join(root, 'lambdas', 'inference', 'model') : resolve(folder, model)),
      ...(dataset.paths ?? []),
      ...beside.map((file) => resolve(folder, file)),
    ];
    return [...new Set(files)].sort();
  }

  /** One digest of the contents of all of them; a file that is not there counts as that. */
  async digestOf(plan: PlannedRun, source: DocumentSource): Promise<string> {
    const files = await this.filesOf(plan, source);
    const contents = await Promise.all(files.map((file) => this.#contentOf(file)));
    const hash = createHash('sha256');
    for (const [index, file] of files.entries()) hash.update(`${file}\0${contents[index]}\n`);
    return hash.digest('hex');
  }

  #sourcesOf(entry: string): Promise<string[]> {
    const known = this.#sources.get(entry) ?? handlerSources(packageRoot(), entry);
    this.#sources.set(entry, known);
    return known;
  }

  #contentOf(file: string): Promise<string> {
    const known = this.#contents.get(file) ?? fileDigest(file);
    this.#contents.set(file, known);
    return known;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
  } catch {
    return [];
  }
}

async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return 'absent';
  }
  return hash.digest('hex');
}
