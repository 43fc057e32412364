import type { JsonObject } from '../../core/json.ts';
import type { Blueprint } from '../release/blueprint.ts';

/** A template language. */
export interface Exporter {
  /** Name of the file it goes into. */
  file: string;
  /** The whole document. `evidence`: SHA-256 of the evidence file. */
  render(blueprint: Blueprint, evidence: string): JsonObject;
}
