/** From the options of `cosmicai run` to the runs they mean; the same request means the same runs when resumed. */
import { findScenarioFiles } from '../scenario/find.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load.ts';
import type { CellValue } from '../scenario/matrix.ts';
import { type Selection, type Shard, selectRuns } from '../scenario/select.ts';
import type { SuiteRequest } from '../scenario/suite.ts';

/** Options that decide which runs there are, as commander hands them over. */
export interface SelectionOptions {
  backend: string;
  set?: Record<string, CellValue[]>;
  grep?: RegExp;
  tag?: string[];
  shard?: Shard;
  repeat: number;
  /** Seconds. */
  timeout?: number;
}

export function requestOf(paths: readonly string[], options: SelectionOptions): SuiteRequest {
  const { backend, set = {}, grep, tag = [], shard, repeat, timeout } = options;
  return {
    paths: [...paths],
    backend,
    set,
    tags: tag,
    repeat,
    ...(grep === undefined ? {} : { grep: grep.source }),
    ...(shard === undefined ? {} : { shard }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
  };
}

/** Reads all scenarios first, so a mistake in the last one is told before the first one runs. */
export function loadRuns(request: SuiteRequest): LoadedScenario[] {
  const loaded = findScenarioFiles(request.paths).map((file) => loadScenario(file, request.set));
  const { grep, tags, shard, timeoutSeconds } = request;
  const selection: Selection = {
    tags,
    ...(grep === undefined ? {} : { grep: new RegExp(grep) }),
    ...(shard === undefined ? {} : { shard }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
  return selectRuns(loaded, selection);
}
