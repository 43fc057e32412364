/**
 * From items to the inputs of a Map Run's children: ItemSelector on each item, then batches by count and bytes.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */

import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { printJson } from '../core/json-print.ts';
import type { Allowance } from '../core/jsonata/bounds.ts';
import type { AwsLimits } from '../core/limits.ts';
import type { Random } from '../core/random.ts';
import { contextItem, STATE_DATA } from './context-object.ts';
import { Deferred } from './data/deferred.ts';
import type { Evaluated, JsonataField, Scope } from './data/scope.ts';
import type { StartMapRun } from './effects.ts';
import type { MapItem } from './execution.ts';
import { dataLimitExceeded, type Failure, stateFailure } from './failure.ts';
import type { CompiledMap } from './program.ts';

/** The input of one child execution. */
export interface ChildInput {
  text: string;
  itemCount: number;
}

export interface Batcher {
  readonly start: StartMapRun;
  readonly map: CompiledMap;
  /** JSONata that may still be evaluated in this step; whatever it takes unless given. */
  allowance: Allowance | undefined;
  /** ItemSelector of the next item, when it was evaluated elsewhere. */
  evaluated: ReadonlyMap<JsonataField, Evaluated> | undefined;
  readonly random: Random;
  /** Bytes a child's input may have. */
  readonly maxBytes: number;
  readonly maxItems: number;
  /** Text before and after the items of a batch; undefined when items are not batched. */
  readonly frame: { before: string; after: string; bytes: number } | undefined;
  /** Where the items in hand come from, and whether they are members of an object. */
  source: string;
  keyed: boolean;
  /** Index of the next item. */
  nextIndex: number;
  /** Texts of the batch being filled, and their bytes with commas. */
  texts: string[];
  bytes: number;
}

export function createBatcher(
  start: StartMapRun,
  map: CompiledMap,
  random: Random,
  limits: AwsLimits,
): Batcher {
  const { itemBatcher } = start;
  const maxBytes = Math.min(
    itemBatcher?.maxInputBytesPerBatch ?? limits.sfnPayloadBytes,
    limits.sfnPayloadBytes,
  );
  return {
    start,
    map,
    allowance: undefined,
    evaluated: undefined,
    random,
    maxBytes,
    maxItems: itemBatcher ? (itemBatcher.maxItemsPerBatch ?? Number.POSITIVE_INFINITY) : 1,
    frame: itemBatcher && frameOf(itemBatcher.batchInput),
    source: STATE_DATA,
    keyed: start.keyed ?? false,
    nextIndex: 0,
    texts: [],
    bytes: 0,
  };
}

function frameOf(batchInput: Json | undefined): { before: string; after: string; bytes: number } {
  const given = batchInput === undefined ? '' : `"BatchInput":${printJson(batchInput)},`;
  const before = `{${given}"Items":[`;
  return { before, after: ']}', bytes: Buffer.byteLength(before) + 2 };
}

/**
 * Takes one item in. Answers the child inputs that are complete now, none, one or two, or the failure of the Map
 * state when ItemSelector fails or an item is larger than a child's input may be.
 * @throws Deferred when ItemSelector is to be evaluated elsewhere; the item is not taken then
 */
export function takeItem(batcher: Batcher, item: Json, nowMs: number): ChildInput[] | Failure {
  const { start, frame } = batcher;
  let text: string;
  try {
    text = printJson(select(batcher, item, nowMs));
  } catch (thrown) {
    if (thrown instanceof Deferred) throw thrown;
    return stateFailure(start.stateName, start.enteredEventId, thrown);
  }
  batcher.nextIndex++;
  batcher.evaluated = undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes + (frame?.bytes ?? 0) > batcher.maxBytes) return dataLimitExceeded(start.stateName, 'state');
  if (!frame) return [{ text, itemCount: 1 }];
  const complete: ChildInput[] = [];
  if (batcher.texts.length > 0 && frame.bytes + batcher.bytes + 1 + bytes > batcher.maxBytes) {
    complete.push(...flush(batcher));
  }
  batcher.bytes += bytes + (batcher.texts.length > 0 ? 1 : 0);
  batcher.texts.push(text);
  if (batcher.texts.length >= batcher.maxItems) complete.push(...flush(batcher));
  return complete;
}

/** The batch begun, when there is one: there are no more items. */
export function flush(batcher: Batcher): ChildInput[] {
  const { frame, texts } = batcher;
  if (!frame || texts.length === 0) return [];
  batcher.texts = [];
  batcher.bytes = 0;
  return [{ text: `${frame.before}${texts.join(',')}${frame.after}`, itemCount: texts.length }];
}

/** The item as the context object shows it. */
function mapItemOf({ nextIndex: index, source, keyed }: Batcher, item: Json): MapItem {
  if (!keyed || !isJsonObject(item)) return { index, value: item, source };
  return { index, value: item['Value'] ?? null, key: String(item['Key'] ?? ''), source };
}

function select(batcher: Batcher, item: Json, nowMs: number): Json {
  const { itemSelector } = batcher.map;
  if (!itemSelector) return item;
  const { selection } = batcher.start;
  const context = (): JsonObject => ({
    ...selection.context,
    Map: { Item: contextItem(mapItemOf(batcher, item)) },
  });
  const scope: Scope = {
    input: selection.input,
    context,
    variables: { get: (name) => selection.variables[name] },
    random: batcher.random,
    nowMs,
    allowance: batcher.allowance,
    evaluated: batcher.evaluated,
  };
  return itemSelector(scope);
}
