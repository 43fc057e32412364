/** Branches and iterations: making them, and cutting them when a sibling has failed. */
import type { Json } from '../core/json.ts';
import { JsonText } from './data/json-text.ts';
import type { ContainerAttempt, Flow, Machine, MapItem, StateRun } from './execution.ts';
import type { HistoryEventType } from './history.ts';
import { record } from './history-writer.ts';
import { cancelRun } from './open-work.ts';
import type { CompiledGroup } from './program.ts';
import { VariableScope } from './variables.ts';

export function newContainer(startedEventId: number): ContainerAttempt {
  return {
    startedEventId,
    children: [],
    doneCount: 0,
    activeCount: 0,
    restarts: [],
    items: [],
    keys: undefined,
    maxConcurrency: 0,
    failedCount: 0,
    toleratedCount: undefined,
    toleratedPercentage: undefined,
    mapId: undefined,
  };
}

/** A new flow under `run`, ready to enter its first state. */
export function startChild(
  machine: Machine,
  run: StateRun,
  container: ContainerAttempt,
  group: CompiledGroup,
  input: JsonText,
  lastEventId: number,
  mapItem: MapItem | undefined = run.flow.mapItem,
): Flow {
  const flow: Flow = {
    group,
    parent: run,
    index: container.children.length,
    variables: new VariableScope(run.flow.variables),
    status: 'active',
    lastEventId,
    asideEventId: 0,
    next: group.startAt,
    data: input,
    run: undefined,
    mapItem,
  };
  container.children.push(flow);
  container.activeCount++;
  machine.execution.ready.push(flow);
  return flow;
}

/** Redrive: the flow goes on in the state it was in when the execution ended. */
export function restartChild(machine: Machine, container: ContainerAttempt, child: Flow): void {
  child.status = 'active';
  container.activeCount++;
  machine.execution.ready.push(child);
}

/** `[a,b,c]` of the children's outputs, their texts joined as they are. */
export function joinOutputs(children: readonly Flow[]): JsonText {
  const values: Json[] = [];
  const texts: string[] = [];
  for (const child of children) {
    if (child.status !== 'done') continue;
    values.push(child.data.value);
    texts.push(child.data.text);
  }
  return new JsonText(values, `[${texts.join(',')}]`);
}

/**
 * Ends every child still active because something under the same state has failed: calls off their work and
 * records, for each state they were in, its `...Aborted`, all pointing to the failing event. Iterations record
 * MapIterationAborted first, Distributed Maps MapRunAborted. An execution that is stopped or times out records none
 * of them: its history ends with its own last event.
 */
export function cutChildren(machine: Machine, run: StateRun, failingEventId: number): void {
  for (const child of run.container?.children ?? []) {
    if (child.status === 'active') cutFlow(machine, child, failingEventId);
  }
}

function cutFlow(machine: Machine, flow: Flow, failingEventId: number): void {
  flow.status = 'aborted';
  if (flow.parent?.state.type === 'Map')
    recordIteration(machine, flow, 'MapIterationAborted', failingEventId);
  const { run } = flow;
  if (!run) return;
  const mapRunning = run.openIds.some((id) => machine.execution.open.get(id)?.kind === 'mapRun');
  cancelRun(machine, run);
  const { type } = run.state;
  if (mapRunning) record(machine, 'MapRunAborted', failingEventId);
  if (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map') {
    record(machine, `${type}StateAborted`, failingEventId);
  }
  for (const child of run.container?.children ?? []) {
    if (child.status === 'active') cutFlow(machine, child, failingEventId);
  }
}

/** Ends flows without a word in the history: the execution itself has ended. */
export function silence(machine: Machine, flow: Flow): void {
  if (flow.status === 'active') flow.status = 'aborted';
  if (!flow.run) return;
  cancelRun(machine, flow.run);
  for (const child of flow.run.container?.children ?? []) silence(machine, child);
}

export function recordIteration(
  machine: Machine,
  flow: Flow,
  type: Extract<HistoryEventType, `MapIteration${string}`>,
  previousEventId: number,
): number {
  const detailsKey = `mapIteration${type.slice('MapIteration'.length)}EventDetails`;
  return record(machine, type, previousEventId, detailsKey, {
    name: flow.parent?.state.name ?? '',
    index: flow.index,
  });
}

/** The nearest flow around `flow`, or itself, that is an iteration of a Map with a tolerance. */
export function toleratedIteration(flow: Flow): Flow | undefined {
  for (let inner: Flow | undefined = flow; inner?.parent; inner = inner.parent.flow) {
    const { container } = inner.parent;
    if (container?.toleratedCount !== undefined || container?.toleratedPercentage !== undefined) return inner;
  }
  return undefined;
}
