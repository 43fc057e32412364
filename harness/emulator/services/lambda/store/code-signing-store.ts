/**
 * Code signing configurations of one account, in memory and one JSON file each, replaced by rename. Functions name
 * theirs by ARN.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';

/** What happens to code that is not signed by an allowed publisher. */
type UntrustedArtifactPolicy = 'Warn' | 'Enforce';

export interface CodeSigningConfig {
  /** `csc-` and 17 hexadecimal digits. */
  id: string;
  description: string;
  signingProfileVersionArns: string[];
  untrusted: UntrustedArtifactPolicy;
  lastModifiedMs: number;
  tags: { [key: string]: string };
}

interface Place {
  stateDir: string;
  region: string;
  accountId: string;
  warn(line: string): void;
}

export class CodeSigningStore {
  readonly #folder: string;
  readonly #place: Place;
  readonly #configs = new Map<string, CodeSigningConfig>();

  constructor(place: Place) {
    this.#place = place;
    this.#folder = join(place.stateDir, 'code-signing-configs');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(this.#folder)) {
      if (file.endsWith('.json')) this.#load(join(this.#folder, file));
    }
  }

  /** In the order of their ids. */
  list(): CodeSigningConfig[] {
    return [...this.#configs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  arnOf({ id }: CodeSigningConfig): string {
    return `arn:aws:lambda:${this.#place.region}:${this.#place.accountId}:code-signing-config:${id}`;
  }

  find(arn: string): CodeSigningConfig | undefined {
    const found = this.#configs.get(arn.slice(arn.lastIndexOf(':') + 1));
    return found && this.arnOf(found) === arn ? found : undefined;
  }

  save(config: CodeSigningConfig): void {
    this.#configs.set(config.id, config);
    const path = this.#pathOf(config);
    writeFileSync(`${path}.tmp`, JSON.stringify(config), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  }

  delete(config: CodeSigningConfig): void {
    this.#configs.delete(config.id);
    rmSync(this.#pathOf(config), { force: true });
  }

  #pathOf({ id }: CodeSigningConfig): string {
    return join(this.#folder, `${id}.json`);
  }

  #load(path: string): void {
    try {
      const saved: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (!isJsonObject(saved) || typeof saved['id'] !== 'string') {
        throw new Error('it does not hold a code signing configuration');
      }
      this.#configs.set(saved['id'], saved as unknown as CodeSigningConfig);
    } catch (error) {
      this.#place.warn(
        `lambda: ${path} is damaged (${(error as Error).message}); the configuration is left out, the file is kept as ${path}.damaged.`,
      );
      renameSync(path, `${path}.damaged`);
    }
  }
}
