/**
 * Layers: named sequences of immutable versions, in memory and in the service's journal; their packages lie with the
 * functions' code.
 */
import { EntityTable } from '../../../state/entity-table.ts';
import type { Tables } from '../../../state/tables.ts';
import { invalidParameter, layerAccessDenied, resourceDoesNotExist } from '../errors.ts';
import { lambdaArn } from '../function-name.ts';

export interface LayerVersion {
  version: number;
  description: string;
  createdMs: number;
  /** Base64 SHA-256 of the zip. */
  codeSha256: string;
  codeSizeBytes: number;
  unzippedBytes: number;
  /** Absent when not given. */
  compatibleRuntimes?: string[];
  compatibleArchitectures?: string[];
  licenseInfo?: string;
  /** Functions that use it keep it; nobody else sees it any more. */
  isDeleted?: boolean;
  /** Who else may use it. */
  policy?: { revisionId: string; statements: LayerStatement[] };
}

/** A statement of a layer version's policy. */
type LayerStatement = { [member: string]: unknown; Sid: string };

export interface Layer {
  name: string;
  lastVersion: number;
  /** Oldest first, deleted ones too: numbers are never given twice. */
  versions: LayerVersion[];
}

interface Place {
  region: string;
  accountId: string;
}

const LAYER_ARN = /^arn:aws[\w-]*:lambda:([\w-]+):(\d{12}):layer:([\w-]{1,140})(?::(\d+))?$/;

export class LayerStore {
  readonly #table: EntityTable<Layer>;
  readonly #place: Place;

  constructor(place: Place, tables: Tables) {
    this.#place = place;
    this.#table = new EntityTable(tables, 'layers');
  }

  list(): Layer[] {
    return [...this.#table.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A layer by name or ARN, made if it is not there. */
  obtain(nameOrArn: string): Layer {
    const name = this.#ownName(nameOrArn, '');
    return this.#table.get(name) ?? { name, lastVersion: 0, versions: [] };
  }

  save(layer: Layer): void {
    this.#table.save(layer.name, layer);
  }

  /** A layer's versions as its owner sees them, oldest first. */
  present(layer: Layer): LayerVersion[] {
    return layer.versions.filter((version) => !version.isDeleted);
  }

  /** @throws AwsError ResourceNotFoundException, InvalidParameterValueException */
  version(nameOrArn: string, number: number): { layer: Layer; version: LayerVersion } {
    const name = this.#ownName(nameOrArn, `:${number}`);
    if (number < 1) throw invalidParameter('Layer Version Cannot be less than 1');
    const layer = this.#table.get(name);
    const version = layer?.versions.find((candidate) => candidate.version === number);
    if (!layer || !version || version.isDeleted) throw resourceDoesNotExist();
    return { layer, version };
  }

  /** The layer version an ARN names, if it is here, deleted or not. */
  findByArn(arn: string): LayerVersion | undefined {
    const [, region, accountId, name = '', version] = LAYER_ARN.exec(arn) ?? [];
    if (region !== this.#place.region || accountId !== this.#place.accountId) return undefined;
    return this.#table.get(name)?.versions.find((one) => one.version === Number(version));
  }

  arnOf(layer: Layer): string {
    return lambdaArn(this.#place, `layer:${layer.name}`);
  }

  codeInUse(): Set<string> {
    return new Set(this.list().flatMap((layer) => this.present(layer).map((version) => version.codeSha256)));
  }

  /**
   * The name of a layer of this account, given by itself or by ARN. Layers of others are not here, shared or not.
   * @throws AwsError ResourceNotFoundException, AccessDeniedException
   */
  #ownName(nameOrArn: string, suffix: string): string {
    const [, region, accountId, name] = LAYER_ARN.exec(nameOrArn) ?? [];
    if (name === undefined) return nameOrArn;
    if (region !== this.#place.region) throw resourceDoesNotExist();
    if (accountId !== this.#place.accountId) {
      throw layerAccessDenied(`arn:aws:iam::${this.#place.accountId}:root`, `${nameOrArn}${suffix}`);
    }
    return name;
  }
}
