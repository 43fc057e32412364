/**
 * The history of releases in an environment, one object in its releases bucket. Every change is written on the
 * condition that it was not changed since it was read, so two promotions at once cannot both go on, and one that
 * was killed leaves what it had begun for the next to finish. The alias decides what serves; the journal says why.
 */
import { z } from 'zod';

const digests = z.record(z.string(), z.string());

const entrySchema = z.object({
  /** Release id; the same release may have several entries. */
  release: z.string(),
  status: z.enum(['applying', 'live', 'superseded', 'rolled back']),
  /** Artifacts by name, hexadecimal SHA-256. */
  artifacts: digests,
  /** SHA-256 of the evidence file, under which it is kept. */
  evidence: z.string(),
  signer: z.string(),
  /** Commit that the evidence is about. */
  commit: z.string().optional(),
  /** ARN of the caller that applied it. */
  by: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Numbers of the functions' versions, by function. */
  versions: z.record(z.string(), z.string()).optional(),
  /** By state machine. */
  stateMachineVersionArns: z.record(z.string(), z.string()).optional(),
  /** Why it was rolled back. */
  reason: z.string().optional(),
  /** For a return to an earlier release: what was left. */
  rollbackFrom: z.string().optional(),
});
export type JournalEntry = z.output<typeof entrySchema>;

export const journalSchema = z.object({
  journalVersion: z.literal(2),
  /** Oldest first. At most the last one is `applying`; at most one is `live`. */
  entries: z.array(entrySchema),
});
export type Journal = z.output<typeof journalSchema>;

export const EMPTY_JOURNAL: Journal = { journalVersion: 2, entries: [] };

/** The release that all traffic goes to. */
export const liveEntry = ({ entries }: Journal): JournalEntry | undefined =>
  entries.findLast(({ status }) => status === 'live');

/** The release that was begun and neither finished nor rolled back. */
export const pendingEntry = ({ entries }: Journal): JournalEntry | undefined => {
  const last = entries.at(-1);
  return last?.status === 'applying' ? last : undefined;
};

/** Begins a release, or goes on with one that was begun. */
export function begin(journal: Journal, entry: Omit<JournalEntry, 'status'>): Journal {
  const pending = pendingEntry(journal);
  if (pending?.release === entry.release) return journal;
  return { ...journal, entries: [...journal.entries, { ...entry, status: 'applying' }] };
}

/** Writes what has come to be known of the pending release. */
export function record(
  journal: Journal,
  known: Partial<Pick<JournalEntry, 'versions' | 'stateMachineVersionArns'>>,
): Journal {
  return changeLast(journal, (entry) => ({ ...entry, ...known }));
}

/** The pending release serves now; the one before is superseded. */
export function finish(journal: Journal, endedAt: string): Journal {
  const entries = journal.entries.map(
    (entry): JournalEntry => (entry.status === 'live' ? { ...entry, status: 'superseded' } : entry),
  );
  return changeLast({ ...journal, entries }, (entry) => ({ ...entry, status: 'live', endedAt }));
}

/** Abandons the pending release. */
export function giveUp(journal: Journal, reason: string, endedAt: string): Journal {
  return changeLast(journal, (entry) => ({ ...entry, status: 'rolled back', reason, endedAt }));
}

/** An earlier release serves again: a new entry with what is known of it. */
export function returnTo(
  journal: Journal,
  target: JournalEntry,
  { by, at, reason }: { by: string; at: string; reason: string },
): Journal {
  const left = liveEntry(journal);
  const entries = journal.entries.map(
    (entry): JournalEntry => (entry.status === 'live' ? { ...entry, status: 'rolled back', reason } : entry),
  );
  const { endedAt: _ended, reason: _reason, rollbackFrom: _from, ...known } = target;
  const entry: JournalEntry = {
    ...known,
    status: 'live',
    by,
    startedAt: at,
    endedAt: at,
    ...(left === undefined ? {} : { rollbackFrom: left.release }),
  };
  return { ...journal, entries: [...entries, entry] };
}

function changeLast(journal: Journal, change: (entry: JournalEntry) => JournalEntry): Journal {
  return {
    ...journal,
    entries: journal.entries.map((entry, index) =>
      index === journal.entries.length - 1 ? change(entry) : entry,
    ),
  };
}
