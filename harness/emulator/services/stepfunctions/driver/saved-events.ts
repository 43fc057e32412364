/**
 * Events as they lie in the log. Values of JSON are texts there: numbers keep their digits, which JSON.stringify would
 * turn into strings.
 */
import type { JsonataField } from '../../../../asl/data/scope.ts';
import type { ExecutionEvent } from '../../../../asl/effects.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import type { Json } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { Execution } from '../store/execution.ts';

/** An event for the log; `restoredEvent` gives it back. */
export function savedEvent(event: ExecutionEvent): ExecutionEvent {
  if (event.kind !== 'evaluated' || !('value' in event.outcome)) return event;
  return { ...event, outcome: { value: printJson(event.outcome.value) } };
}

export function restoredEvent(saved: ExecutionEvent): ExecutionEvent {
  if (saved.kind !== 'evaluated' || !('value' in saved.outcome)) return saved;
  return { ...saved, outcome: { value: parseJson(saved.outcome.value as string) } };
}

/** The same of a Map Run. Outputs are the children's; the field of an evaluation is the one that was asked for. */
export function savedMapRunEvent(event: MapRunEvent): MapRunEvent {
  if (event.kind === 'childSucceeded') return { ...event, outputText: '' };
  if (event.kind === 'items') return { ...event, items: [printJson(event.items)] };
  if (event.kind !== 'evaluated') return event;
  const { field: _, ...rest } = event;
  const { outcome } = event;
  return {
    ...rest,
    outcome: 'value' in outcome ? { value: printJson(outcome.value) } : outcome,
  } as MapRunEvent;
}

export function restoredMapRunEvent(saved: MapRunEvent): MapRunEvent {
  if (saved.kind === 'items') return { ...saved, items: parseJson(saved.items[0] as string) as Json[] };
  if (saved.kind !== 'evaluated' || !('value' in saved.outcome)) return saved;
  return { ...saved, outcome: { value: parseJson(saved.outcome.value as string) } };
}

/** An event with what the log leaves out: the output of a child, the field of an evaluation. */
export function wholeMapRunEvent(
  event: MapRunEvent,
  field: JsonataField | undefined,
  children: readonly Execution[],
): MapRunEvent {
  if (event.kind === 'childSucceeded')
    return { ...event, outputText: children[event.child]?.history.output ?? 'null' };
  return event.kind === 'evaluated' && field ? { ...event, field } : event;
}
