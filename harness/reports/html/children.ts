/**
 * What each child of a Map did with its time: waiting, cold start, S3, compute. From the child's own times, the
 * REPORT line of its invocation and, where a pack reads results, their phases. A child is tied to its invocation by
 * the request id its result carries; without one, to the first unclaimed invocation within its lifetime.
 */
import { statesOfFunctions } from '../../metrics/cost/states-of-functions.ts';
import type { ChildRecord, ExecutionRecord, InvocationRecord, RunRecord } from '../../record/run-record.ts';
import { type ChildResult, packSections } from '../pack-sections.ts';

export const SEGMENTS = ['waiting', 'cold start', 'S3', 'compute', 'other'] as const;
type SegmentKind = (typeof SEGMENTS)[number];

interface Segment {
  kind: SegmentKind;
  /** Since the first child started. */
  startMs: number;
  durationMs: number;
}

export interface ChildTime {
  child: ChildRecord;
  /** What it worked on. */
  item: string;
  result?: ChildResult;
  invocation?: InvocationRecord;
  segments: Segment[];
}

export function childTimes(record: RunRecord, execution: ExecutionRecord): ChildTime[] {
  const { children } = execution;
  if (children.length === 0) return [];
  const originMs = children.reduce(
    (first, child) => Math.min(first, child.startedAtMs),
    Number.POSITIVE_INFINITY,
  );
  const links = linkInvocations(record, children);
  return children.map((child, index) => {
    const { result, invocation } = links[index]!;
    return {
      child,
      item: result?.item ?? inputOf(child),
      ...(result ? { result } : {}),
      ...(invocation ? { invocation } : {}),
      segments: segmentsOf(child, invocation, result, originMs),
    };
  });
}

interface Link {
  result?: ChildResult | undefined;
  invocation?: InvocationRecord | undefined;
}

function linkInvocations(record: RunRecord, children: readonly ChildRecord[]): Link[] {
  const results = packSections.of(record.pack)?.childResults(record);
  const byRequest = new Map(record.invocations.map((one) => [one.requestId, one]));
  const links = children.map((child): Link => {
    const result = results?.of(child);
    const requestId = result?.requestId;
    return { result, invocation: requestId === undefined ? undefined : byRequest.get(requestId) };
  });
  const taken = new Set(links.map((link) => link.invocation?.requestId));
  // In the order of their ends the nearest free invocation is found without looking at all of them.
  const stateOf = statesOfFunctions(record);
  const free = record.invocations
    .filter((one) => stateOf(one.functionName).repeated && !taken.has(one.requestId))
    .toSorted((a, b) => a.endedAtMs - b.endedAtMs);
  for (const index of endOrder(children)) {
    const child = children[index]!;
    const link = links[index]!;
    if (link.invocation || child.stoppedAtMs === undefined) continue;
    const at = free
      .slice(0, LOOK_AHEAD)
      .findIndex((one) => startOf(one) >= child.startedAtMs - 1 && one.endedAtMs <= child.stoppedAtMs! + 1);
    if (at === -1) continue;
    link.invocation = free.splice(at, 1)[0]!;
    link.result = results?.ofRequest(link.invocation.requestId) ?? link.result;
  }
  return links;
}

const LOOK_AHEAD = 64;

const startOf = (one: InvocationRecord) => one.endedAtMs - one.durationMs - (one.initDurationMs ?? 0);

function endOrder(children: readonly ChildRecord[]): number[] {
  return children
    .map((_, index) => index)
    .sort((a, b) => (children[a]!.stoppedAtMs ?? 0) - (children[b]!.stoppedAtMs ?? 0));
}

function segmentsOf(
  child: ChildRecord,
  invocation: InvocationRecord | undefined,
  result: ChildResult | undefined,
  originMs: number,
): Segment[] {
  const segments: Segment[] = [];
  const stoppedMs = child.stoppedAtMs ?? child.startedAtMs;
  let atMs = child.startedAtMs;
  const add = (kind: SegmentKind, durationMs: number) => {
    const fittingMs = Math.min(durationMs, stoppedMs - atMs);
    if (fittingMs <= 0) return;
    const last = segments.at(-1);
    if (last?.kind === kind) last.durationMs += fittingMs;
    else segments.push({ kind, startMs: atMs - originMs, durationMs: fittingMs });
    atMs += fittingMs;
  };
  if (!invocation) {
    add('other', stoppedMs - atMs);
    return segments;
  }
  add('waiting', Math.max(0, startOf(invocation) - atMs));
  add('cold start', invocation.initDurationMs ?? 0);
  const handlerEndMs = atMs + invocation.durationMs;
  for (const { kind, durationMs } of result?.phases ?? []) add(kind, durationMs);
  add('other', handlerEndMs - atMs);
  add('other', stoppedMs - atMs);
  return segments;
}

const LONGEST_ITEM = 60;

/** What a child was given, in short. */
function inputOf({ input }: ChildRecord): string {
  if (input === undefined) return '';
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return text.length > LONGEST_ITEM ? `${text.slice(0, LONGEST_ITEM)}…` : text;
}
