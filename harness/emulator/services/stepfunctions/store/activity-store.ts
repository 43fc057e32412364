/** Activities, the tasks scheduled for them, and the workers that poll for tasks. */
import { type EntityCodec, EntityTable } from '../../../state/entity-table.ts';
import type { Tables } from '../../../state/tables.ts';
import { activityDoesNotExist } from '../errors.ts';
import type { EncryptionConfiguration } from './machine.ts';

export interface Activity {
  readonly arn: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly tags: Map<string, string>;
  readonly encryption: EncryptionConfiguration;
}

interface Worker {
  readonly name: string | undefined;
  /** Not a machine of this very service. */
  readonly outside: boolean;
}

/** A task that a worker may take. */
export interface ScheduledTask {
  readonly taskToken: string;
  readonly input: string;
  /** Called once, when a worker takes it. */
  taken(worker: Worker): void;
}

interface Poller {
  readonly worker: Worker;
  give(task: ScheduledTask | undefined): void;
}

interface Queue {
  tasks: ScheduledTask[];
  pollers: Poller[];
}

/** Tags as a list of pairs. */
const activityCodec: EntityCodec<Activity> = {
  save: (activity) => ({ ...activity, tags: [...activity.tags] }),
  restore(saved) {
    const { tags, ...rest } = saved as Omit<Activity, 'tags'> & { tags: [string, string][] };
    return { ...rest, tags: new Map(tags) };
  },
};

export class ActivityStore {
  readonly #activities: EntityTable<Activity>;
  readonly #queues = new Map<string, Queue>();

  constructor(tables: Tables) {
    this.#activities = new EntityTable(tables, 'activities', { codec: activityCodec });
  }

  find(arn: string): Activity | undefined {
    return this.#activities.get(arn);
  }

  get(arn: string): Activity {
    const activity = this.#activities.get(arn);
    if (!activity) throw activityDoesNotExist(arn);
    return activity;
  }

  /** Adds or writes an activity. */
  save(activity: Activity): void {
    this.#activities.save(activity.arn, activity);
  }

  remove(arn: string): void {
    this.#activities.delete(arn);
    for (const poller of this.#queues.get(arn)?.pollers ?? []) poller.give(undefined);
    this.#queues.delete(arn);
  }

  all(): Iterable<Activity> {
    return this.#activities.values();
  }

  /** Hands a task to the worker that has waited longest, or keeps it; the result takes it back. */
  schedule(arn: string, task: ScheduledTask): () => void {
    const queue = this.#queue(arn);
    const poller = queue.pollers.shift();
    if (poller) {
      poller.give(task);
      task.taken(poller.worker);
      return () => {};
    }
    queue.tasks.push(task);
    return () => {
      const index = queue.tasks.indexOf(task);
      if (index >= 0) queue.tasks.splice(index, 1);
    };
  }

  /**
   * Waits for a task, first come first served. The result's `cancel` ends the wait with nothing.
   */
  poll(arn: string, worker: Worker): { task: Promise<ScheduledTask | undefined>; cancel: () => void } {
    const queue = this.#queue(arn);
    const waiting = queue.tasks.shift();
    if (waiting) {
      waiting.taken(worker);
      return { task: Promise.resolve(waiting), cancel: () => {} };
    }
    let cancel = () => {};
    const task = new Promise<ScheduledTask | undefined>((resolve) => {
      const poller: Poller = { worker, give: resolve };
      queue.pollers.push(poller);
      cancel = () => {
        const index = queue.pollers.indexOf(poller);
        if (index >= 0) queue.pollers.splice(index, 1);
        resolve(undefined);
      };
    });
    return { task, cancel };
  }

  #queue(arn: string): Queue {
    let queue = this.#queues.get(arn);
    if (!queue) {
      queue = { tasks: [], pollers: [] };
      this.#queues.set(arn, queue);
    }
    return queue;
  }
}
