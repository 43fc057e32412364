import type { StatesOperation } from '../operation.ts';
import * as activities from './activities.ts';
import * as aliases from './aliases.ts';
import * as definitionTests from './definition-tests.ts';
import * as stateMachineDescriptions from './describe-state-machines.ts';
import * as executionLists from './execution-lists.ts';
import * as executions from './executions.ts';
import * as mapRuns from './map-runs.ts';
import * as stateMachines from './state-machines.ts';
import * as tags from './tags.ts';
import * as taskTokens from './task-tokens.ts';
import * as versions from './versions.ts';

/** Every operation that this service serves. */
export const operations: readonly StatesOperation[] = [
  activities,
  aliases,
  definitionTests,
  stateMachineDescriptions,
  executionLists,
  executions,
  mapRuns,
  stateMachines,
  tags,
  taskTokens,
  versions,
].flatMap((module) => Object.values(module));
