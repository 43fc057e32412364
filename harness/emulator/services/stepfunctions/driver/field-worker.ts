/** The program of the worker thread behind FieldEvaluator. */
import { parentPort } from 'node:worker_threads';
import type { EvaluationData } from '../../../../asl/data/deferred.ts';
import { evaluateField } from '../../../../asl/data/evaluate-field.ts';
import type { Json } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { FieldRequest } from './field-evaluator.ts';

parentPort?.on('message', ({ name, value, data }: FieldRequest) => {
  const outcome = evaluateField(parseJson(value), name, parseJson(data) as unknown as EvaluationData);
  parentPort?.postMessage(printJson(outcome as unknown as Json));
});
