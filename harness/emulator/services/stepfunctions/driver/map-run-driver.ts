import type { StartMapRun } from '../../../../asl/effects.ts';
import type { StepFunctionsContext } from '../context.ts';
import type { Execution } from '../store/execution.ts';
import type { Feed } from './events.ts';

export class MapRunDriver {
  readonly #feed: Feed;

  constructor(_context: StepFunctionsContext, _parent: Execution, feed: Feed) {
    this.#feed = feed;
  }

  start(effect: StartMapRun): void {
    this.#feed({ kind: 'mapRunFailed', mapId: effect.mapId, error: 'States.Runtime' });
  }

  abort(): void {}
}
