import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { newContainer } from '../child-flows.ts';
import { contextObject } from '../context-object.ts';
import { JsonText } from '../data/json-text.ts';
import type { Scope } from '../data/scope.ts';
import { finishWork, takeInput } from '../data-flow.ts';
import { settled } from '../defer.ts';
import type { StartMapRun } from '../effects.ts';
import { type Machine, type Outcome, PENDING, type StateRun } from '../execution.ts';
import { errorDetails, failureOf } from '../failure.ts';
import { recordAside, recordInFlow } from '../history-writer.ts';
import { closeWork, openWork } from '../open-work.ts';
import type { CompiledMap } from '../program.ts';
import type { StateHandler } from './handler.ts';
import { type Items, takeItems, takeMaxConcurrency, takeTolerance } from './map-fields.ts';

/** Iterations are executions of their own; the state waits for the Map Run (map-run.ts). */
export const mapDistributed: StateHandler = {
  start(machine, run): Outcome {
    return begin(machine, run, undefined);
  },

  onEvent(machine, run, event): Outcome {
    switch (event.kind) {
      case 'mapRunStarted':
        noteStarted(machine, run, event.mapRunArn, event.redriveCount);
        return PENDING;
      case 'mapRunSucceeded': {
        closeWork(machine, event.mapId);
        // The chain stays at MapRunStarted: MapStateExited passes both Succeeded events over.
        recordAside(machine, run.flow, 'MapRunSucceeded');
        recordAside(machine, run.flow, 'MapStateSucceeded');
        return finishWork(machine, run, JsonText.parse(event.outputText));
      }
      case 'mapRunFailed': {
        closeWork(machine, event.mapId);
        const failure = failureOf(event.error, event.cause);
        recordInFlow(machine, run.flow, 'MapRunFailed', 'mapRunFailedEventDetails', errorDetails(failure));
        return { kind: 'fail', failure };
      }
      default:
        return PENDING;
    }
  },

  redrive(machine, run): Outcome {
    return begin(machine, run, run.container?.mapId);
  },
};

/** `mapId` is that of the failed Map Run to go on with, when redriven. */
function begin(machine: Machine, run: StateRun, mapId: number | undefined): Outcome {
  const state = run.state as CompiledMap;
  const scope = takeInput(machine, run);
  const items = state.itemReader ? undefined : takeItems(machine, state, scope);
  const maxConcurrency = takeMaxConcurrency(machine, state, scope);
  const others = settled(() => ({
    tolerated: takeTolerance(machine, state, scope),
    fields: readerBatcherWriter(state, scope),
  }));
  if (mapId === undefined) {
    const startedEventId = recordInFlow(machine, run.flow, 'MapStateStarted', 'mapStateStartedEventDetails', {
      length: items?.values.length ?? 0,
    });
    run.container = newContainer(startedEventId);
  } else {
    run.flow.lastEventId = run.container?.startedEventId ?? run.enteredEventId;
  }
  const { tolerated, fields } = others();
  const redriven = mapId !== undefined;
  const id = openWork(machine, { kind: 'mapRun', run }, mapId);
  if (run.container) run.container.mapId = id;
  machine.effects.push({
    kind: 'startMapRun',
    mapId: id,
    stateName: state.name,
    label: state.label ?? state.name,
    enteredEventId: run.enteredEventId,
    retryCount: run.retryCount,
    redriven,
    executionType: state.executionType,
    ...(items ? { items: asItems(items), ...(items.keys ? { keyed: true } : {}) } : {}),
    maxConcurrency,
    ...(tolerated.count === undefined ? {} : { toleratedFailureCount: tolerated.count }),
    ...(tolerated.percentage === undefined ? {} : { toleratedFailurePercentage: tolerated.percentage }),
    ...fields,
    selection: {
      input: run.effective,
      context: contextObject(machine.execution, run),
      variables: run.flow.variables.all(),
    },
  });
  return PENDING;
}

/** The members of an object are handed on one by one, as {Key, Value}. */
function asItems(items: Items): Json[] {
  const { keys, values } = items;
  return keys ? values.map((Value, index) => ({ Key: keys[index] ?? '', Value })) : values;
}

function readerBatcherWriter(
  state: CompiledMap,
  scope: Scope,
): Pick<StartMapRun, 'itemReader' | 'itemBatcher' | 'resultWriter'> {
  const { itemReader, itemBatcher, resultWriter } = state;
  const written = resultWriter?.arguments?.(scope);
  const maxItems = itemBatcher?.maxItemsPerBatch?.(scope);
  const maxBytes = itemBatcher?.maxInputBytesPerBatch?.(scope);
  return {
    ...(itemReader && {
      itemReader: {
        resource: itemReader.resource,
        parameters: asObject(itemReader.arguments(scope)),
        readerConfig: itemReader.readerConfig(scope),
      },
    }),
    ...(itemBatcher && {
      itemBatcher: {
        ...(maxItems === undefined ? {} : { maxItemsPerBatch: maxItems }),
        ...(maxBytes === undefined ? {} : { maxInputBytesPerBatch: maxBytes }),
        ...(itemBatcher.batchInput ? { batchInput: itemBatcher.batchInput(scope) } : {}),
      },
    }),
    ...(resultWriter && {
      resultWriter: {
        ...(resultWriter.resource === undefined ? {} : { resource: resultWriter.resource }),
        ...(written === undefined ? {} : { parameters: asObject(written) }),
        ...(resultWriter.writerConfig ? { writerConfig: resultWriter.writerConfig } : {}),
      },
    }),
  };
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? (value as JsonObject) : {};
}

function noteStarted(
  machine: Machine,
  run: StateRun,
  mapRunArn: string,
  redriveCount: number | undefined,
): void {
  if (redriveCount === undefined) {
    recordInFlow(machine, run.flow, 'MapRunStarted', 'mapRunStartedEventDetails', { mapRunArn });
    return;
  }
  recordInFlow(machine, run.flow, 'MapRunRedriven', 'mapRunRedrivenEventDetails', {
    mapRunArn,
    redriveCount,
  });
}
