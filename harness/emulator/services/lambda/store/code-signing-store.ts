/**
 * Code signing configurations of one account, in memory and in the service's journal. Functions name theirs by ARN.
 */

import { AwsError } from '../../../../core/errors.ts';
import { EntityTable } from '../../../state/entity-table.ts';
import type { Tables } from '../../../state/tables.ts';
import { lambdaArn } from '../function-name.ts';

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
  region: string;
  accountId: string;
}

export class CodeSigningStore {
  readonly #table: EntityTable<CodeSigningConfig>;
  readonly #place: Place;

  constructor(place: Place, tables: Tables) {
    this.#place = place;
    this.#table = new EntityTable(tables, 'code-signing-configs');
  }

  /** In the order of their ids. */
  list(): CodeSigningConfig[] {
    return [...this.#table.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  arnOf({ id }: CodeSigningConfig): string {
    return lambdaArn(this.#place, `code-signing-config:${id}`);
  }

  find(arn: string): CodeSigningConfig | undefined {
    const found = this.#table.get(arn.slice(arn.lastIndexOf(':') + 1));
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
    this.#table.save(config.id, config);
  }

  delete(config: CodeSigningConfig): void {
    this.#table.delete(config.id);
  }
}
