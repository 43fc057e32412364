/** The Map state's own fields: items, processor, reader, batcher, writer. */

import { isJsonObject, type Json } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import { findRequired } from '../data/jsonpath.ts';
import { AslFailure, type Evaluator } from '../data/scope.ts';
import type { ItemBatcher, ItemReader, MapState, ResultWriter } from '../definition.ts';
import type { CompiledItemBatcher, CompiledItemReader, CompiledResultWriter } from '../program.ts';
import type { FieldCompiler, JsonType } from './fields.ts';
import { compileNumber } from './numbers.ts';

/** The evaluator of Items or ItemsPath; it gives an array, or an object where the Map is distributed. */
export function compileItems(state: MapState, fields: FieldCompiler, distributed: boolean): Evaluator {
  const types: JsonType[] = distributed ? ['array', 'object'] : ['array'];
  const allowed = (value: Json) => Array.isArray(value) || (distributed && isJsonObject(value));
  if (fields.language === 'JSONata') {
    if (state.Items !== undefined) return fields.typed(state.Items, 'Items', types);
    return ({ input }) => {
      if (allowed(input)) return input;
      throw new AslFailure(
        'States.QueryEvaluationError',
        `Map state input must be an array but was: ${printJson(input)}`,
      );
    };
  }
  const path = fields.parse(state.ItemsPath ?? '$');
  // AWS shows a path into the context object with one dollar sign (recorded in test_state).
  const shown = path.root.kind === 'context' ? path.text.slice(1) : path.text;
  return (scope) => {
    const items = findRequired(path, scope);
    if (allowed(items)) return items;
    throw new AslFailure('States.Runtime', `Reference path "${shown}" must point to array.`);
  };
}

export function compileItemReader(reader: ItemReader, fields: FieldCompiler): CompiledItemReader {
  const { MaxItems: _maxItems, MaxItemsPath: _maxItemsPath, ...constant } = reader.ReaderConfig ?? {};
  const maxItems = compileNumber(fields, reader.ReaderConfig ?? {}, 'MaxItems', 'ItemReader/ReaderConfig/');
  return {
    resource: reader.Resource,
    arguments: serviceArguments(reader, 'ItemReader', fields) ?? (() => ({})),
    readerConfig: (scope) => (maxItems ? { ...constant, MaxItems: maxItems(scope) } : constant),
  };
}

export function compileItemBatcher(batcher: ItemBatcher, fields: FieldCompiler): CompiledItemBatcher {
  const maxItemsPerBatch = compileNumber(fields, batcher, 'MaxItemsPerBatch', 'ItemBatcher/');
  const maxInputBytesPerBatch = compileNumber(fields, batcher, 'MaxInputBytesPerBatch', 'ItemBatcher/');
  const batchInput = fields.value(batcher.BatchInput, 'ItemBatcher/BatchInput');
  return {
    ...(maxItemsPerBatch && { maxItemsPerBatch }),
    ...(maxInputBytesPerBatch && { maxInputBytesPerBatch }),
    ...(batchInput && { batchInput }),
  };
}

export function compileResultWriter(writer: ResultWriter, fields: FieldCompiler): CompiledResultWriter {
  const evaluated = serviceArguments(writer, 'ResultWriter', fields);
  return {
    ...(writer.Resource !== undefined && { resource: writer.Resource }),
    ...(evaluated && { arguments: evaluated }),
    ...(writer.WriterConfig && { writerConfig: { ...writer.WriterConfig } }),
  };
}

function serviceArguments(
  holder: ItemReader | ResultWriter,
  field: string,
  fields: FieldCompiler,
): Evaluator | undefined {
  return fields.language === 'JSONata'
    ? fields.value(holder.Arguments, `${field}/Arguments`)
    : fields.value(holder.Parameters, `${field}/Parameters`);
}
