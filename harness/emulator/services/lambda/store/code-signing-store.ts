/**
 * Code signing configurations of one account, in memory and one JSON file each, replaced by rename. Functions name
 * theirs by ARN.
 */
import { join } from 'node:path';
import { AwsError } from '../../../../core/errors.ts';
import { lambdaArn } from '../function-name.ts';
import { JsonFiles } from './json-files.ts';

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
  readonly #files: JsonFiles<CodeSigningConfig>;
  readonly #place: Place;
  readonly #configs = new Map<string, CodeSigningConfig>();

  constructor(place: Place) {
    this.#place = place;
    this.#files = new JsonFiles({
      folder: join(place.stateDir, 'code-signing-configs'),
      what: 'a code signing configuration',
      noun: 'configuration',
      isOne: (saved) => typeof saved['id'] === 'string',
      warn: (line) => place.warn(line),
    });
    for (const kept of this.#files.readAll()) this.#configs.set(kept.id, kept);
  }

  /** In the order of their ids. */
  list(): CodeSigningConfig[] {
    return [...this.#configs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  arnOf({ id }: CodeSigningConfig): string {
    return lambdaArn(this.#place, `code-signing-config:${id}`);
  }

  find(arn: string): CodeSigningConfig | undefined {
    const found = this.#configs.get(arn.slice(arn.lastIndexOf(':') + 1));
    return found && this.arnOf(found) === arn ? found : undefined;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(arn = ''): CodeSigningConfig {
    const found = this.find(arn);
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `The Lambda code signing configuration ${arn} can not be found.`,
      404,
    );
  }

  /** The configuration that a function is to have. @throws AwsError CodeSigningConfigNotFoundException */
  attachable(arn: string): CodeSigningConfig {
    const found = this.find(arn);
    if (found) return found;
    throw new AwsError(
      'CodeSigningConfigNotFoundException',
      `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
      404,
      { details: { Type: 'User' } },
    );
  }

  save(config: CodeSigningConfig): void {
    this.#configs.set(config.id, config);
    this.#files.write(config.id, config);
  }

  delete(config: CodeSigningConfig): void {
    this.#configs.delete(config.id);
    this.#files.remove(config.id);
  }
}
