/**
 * Executions and Map Runs that are known, those of earlier processes among them.
 */
import { parseArnOf } from '../arn.ts';
import { executionDoesNotExist, resourceNotFound } from '../errors.ts';
import { type Execution, type MapRun, withChildren } from './execution.ts';

export class ExecutionStore {
  /** STANDARD executions by ARN; children of Map Runs are found through their run. */
  readonly #executions = new Map<string, Execution>();
  /** By machine ARN, newest last. */
  readonly #byMachine = new Map<string, Execution[]>();
  readonly #mapRuns = new Map<string, MapRun>();
  /** By `Machine/Label`, oldest first. */
  readonly #mapRunsByLabel = new Map<string, MapRun[]>();
  /** By the task that started them. */
  readonly #started = new Map<string, Execution>();
  #sequence = 0;

  nextSequence(): number {
    return ++this.#sequence;
  }

  /** Numbers up to this are taken. */
  passSequence(sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** The execution that a task has started: `SEQUENCE/TASK`. */
  startedBy(task: string): Execution | undefined {
    return this.#started.get(task);
  }

  add(execution: Execution): void {
    if (execution.startedBy !== undefined) this.#started.set(execution.startedBy, execution);
    this.#executions.set(execution.arn, execution);
    const list = this.#byMachine.get(execution.machine.arn);
    if (list) list.push(execution);
    else this.#byMachine.set(execution.machine.arn, [execution]);
  }

  addMapRun(mapRun: MapRun): void {
    this.#mapRuns.set(mapRun.arn, mapRun);
    const list = this.#mapRunsByLabel.get(mapRun.machineLabel);
    if (list) list.push(mapRun);
    else this.#mapRunsByLabel.set(mapRun.machineLabel, [mapRun]);
    mapRun.parent.mapRuns ??= [];
    mapRun.parent.mapRuns.push(mapRun);
  }

  find(arn: string): Execution | undefined {
    const execution = this.#executions.get(arn);
    if (execution) return execution;
    const [machine = '', name = ''] = arn.split(':').slice(6);
    for (const mapRun of this.#mapRunsByLabel.get(machine) ?? []) {
      const child = mapRun.children.get(name);
      if (child?.arn === arn) return child;
    }
    return undefined;
  }

  /** The STANDARD execution of an ARN as a request has it; throws InvalidArn or ExecutionDoesNotExist. */
  get(arn: string): Execution {
    parseArnOf(arn, 'execution');
    const execution = this.find(arn);
    if (!execution) throw executionDoesNotExist(arn);
    return execution;
  }

  /** Like `get`, and EXPRESS children of Map Runs too: those can be described, other EXPRESS executions cannot. */
  getDescribable(arn: string): Execution {
    const child = arn.includes(':express:') ? this.find(arn) : undefined;
    return child ?? this.get(arn);
  }

  getMapRun(arn: string): MapRun {
    parseArnOf(arn, 'mapRun');
    const mapRun = this.#mapRuns.get(arn);
    if (!mapRun) throw resourceNotFound();
    return mapRun;
  }

  /** Executions of a machine, newest first. */
  *ofMachine(machineArn: string): Iterable<Execution> {
    yield* newestFirst(this.#byMachine.get(machineArn) ?? []);
  }

  /** Everything that is known, children included. */
  *known(): Iterable<Execution> {
    for (const execution of this.#executions.values()) yield* withChildren(execution);
  }

  /** All executions that are not children, newest first. */
  *all(): Iterable<Execution> {
    yield* newestFirst([...this.#executions.values()]);
  }

  /** Forgets an execution that has ended, its Map Runs and their children. */
  remove(execution: Execution): void {
    this.#executions.delete(execution.arn);
    if (execution.startedBy !== undefined) this.#started.delete(execution.startedBy);
    for (const { mapRuns = [] } of withChildren(execution))
      for (const mapRun of mapRuns) this.#removeMapRun(mapRun);
    removeFrom(this.#byMachine, execution.machine.arn, execution);
  }

  #removeMapRun(mapRun: MapRun): void {
    this.#mapRuns.delete(mapRun.arn);
    removeFrom(this.#mapRunsByLabel, mapRun.machineLabel, mapRun);
  }
}

function removeFrom<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key) ?? [];
  const index = list.indexOf(one);
  if (index >= 0) list.splice(index, 1);
  if (list.length === 0) lists.delete(key);
}

function* newestFirst(executions: readonly Execution[]): Iterable<Execution> {
  for (let i = executions.length - 1; i >= 0; i--) yield executions[i]!;
}

export function* childrenNewestFirst(mapRun: MapRun): Iterable<Execution> {
  yield* newestFirst([...mapRun.children.values()]);
}
