/** What events are called in words, the same on a terminal and in a log. */
import type { ProgressEvent } from '../../scenario/progress.ts';
import type { Stage } from '../../scenario/stages.ts';

type MapRunEvent = Extract<ProgressEvent, { kind: 'map-run' }>;

export const STAGE_TITLE: Record<Stage, string> = {
  dataset: 'preparing the data',
  start: 'starting the backend',
  deploy: 'deploying',
  upload: 'uploading the data',
  reference: 'recomputing a sample',
  execute: 'running the pipeline',
  collect: 'collecting the evidence',
  judge: 'judging',
  clean: 'cleaning up',
};

export function runTitle(event: Extract<ProgressEvent, { kind: 'run-started' }>): string {
  const name = event.label === '' ? event.scenario : `${event.scenario} ${event.label}`;
  return event.count > 1 ? `[${event.index + 1}/${event.count}] ${name}` : name;
}

/**
 * `DistributedInference`, the label in the Map Run's ARN
 * (`arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID`); of a later execution of the run with its number.
 */
export function mapRunTitle({ mapRunArn, execution }: MapRunEvent): string {
  const label = /\/([^/:]+):[^:]+$/.exec(mapRunArn)?.[1] ?? 'Map Run';
  return execution > 1 ? `${label} of execution ${execution}` : label;
}

/** Items that are done with, however they ended. */
export const settledOf = ({ succeeded, failed }: MapRunEvent): number => succeeded + failed;

export function mapRunCounts(event: MapRunEvent): string {
  return `${event.succeeded}/${event.total} items done`;
}

export function mapRunRest({ running, failed }: MapRunEvent): string {
  return `${running} running${failed > 0 ? `, ${failed} failed` : ''}`;
}
