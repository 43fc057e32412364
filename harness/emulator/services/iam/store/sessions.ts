import type { Clock } from '../../../../core/clock.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';
import type { Caller } from '../../../http/wire.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import { Tables } from '../../../state/tables.ts';
import type { ResolvedKey, SessionCredentials, SessionIdentity, SessionOptions } from '../../ports.ts';
import type { AccessKey, RootKey, User } from './entities.ts';
import { generateSecret, generateSessionToken } from './secrets.ts';

/** The conventional key of local AWS emulators; its secret is the same word. */
const TEST_KEY = 'test';

export interface Session extends SessionOptions {
  /** Absent for a session of the account itself. */
  principalArn?: string;
  arn: string;
  userId: string;
  /** When its credentials were given, in milliseconds since the epoch. */
  issuedMs: number;
  credentials: SessionCredentials;
}

interface KeyUse {
  service: string;
  region: string;
  timeMs: number;
}

const SESSIONS = 'sessions';
const SESSIONS_FILE = 'sessions';
const MAX_USES = 10_000;
const MAX_SESSIONS = 50_000;
/** Sessions from which on ended ones are looked for. */
const FIRST_SWEEP = 1000;
/** So long a session that has ended is answered ExpiredToken; later its key is unknown. */
const KEPT_AFTER_END_MS = 3_600_000;

interface SessionsDependencies {
  clock: Clock;
  random: Random;
  accountId: string;
  /** Where sessions are kept; without it they end with the emulator. */
  state?: ServiceState;
  /** Whether `test`/`test` is the account's root: only while policies are not enforced. */
  isTestKeyRoot: boolean;
  /** The generated root access key; undefined before it was asked for. */
  rootKey(): RootKey | undefined;
  roleId(roleArn: string): string;
  userOfKey(accessKeyId: string): { user: User; key: AccessKey } | undefined;
}

/** Whose an access key is. Sessions survive a restart where the state folder does. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  /** Where they are kept. */
  readonly #tables: Tables | undefined;
  #sweepAt = FIRST_SWEEP;
  readonly #uses = new Map<string, KeyUse>();
  readonly #dependencies: SessionsDependencies;

  constructor(dependencies: SessionsDependencies) {
    this.#dependencies = dependencies;
    const { state } = dependencies;
    this.#tables = state?.isKept ? new Tables(state, SESSIONS_FILE) : undefined;
    for (const [id, session] of this.#tables?.take<Session>(SESSIONS) ?? []) this.#sessions.set(id, session);
  }

  issueCredentials(
    roleArn: string,
    sessionName: string,
    durationSeconds: number,
    options: SessionOptions = {},
  ): SessionCredentials {
    const { accountId, roleId } = this.#dependencies;
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    return this.#open(durationSeconds, {
      ...options,
      principalArn: roleArn,
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId(roleArn)}:${sessionName}`,
    });
  }

  /** Temporary credentials of the caller: GetSessionToken, GetFederationToken. */
  issueOwnCredentials(
    accessKeyId: string,
    durationSeconds: number,
    federated: { policies?: readonly string[]; identity?: { arn: string; userId: string } } = {},
  ): SessionCredentials {
    const { policies, identity } = federated;
    const caller = this.identityOf(accessKeyId);
    return this.#open(durationSeconds, {
      ...caller,
      ...identity,
      // Session policies narrow the root user too: such a session is not root.
      ...(policies ? { policies, principalArn: caller.principalArn ?? caller.arn } : {}),
    });
  }

  /** The tags that a session hands on to the sessions it opens. */
  inheritedTags(accessKeyId: string): { [key: string]: string } {
    const { tags = {}, transitiveTagKeys = [] } = this.#sessions.get(accessKeyId) ?? {};
    return Object.fromEntries(transitiveTagKeys.map((key) => [key, tags[key] ?? '']));
  }

  identityOf(accessKeyId: string): SessionIdentity {
    const { userOfKey } = this.#dependencies;
    const session = this.#sessions.get(accessKeyId);
    if (session) {
      const { principalArn, arn, userId } = session;
      return { ...(principalArn === undefined ? {} : { principalArn }), arn, userId };
    }
    const user = userOfKey(accessKeyId)?.user;
    if (user) return { principalArn: user.arn, arn: user.arn, userId: user.id };
    return this.#root();
  }

  /** Remembers what a user's key was used for. */
  noteUse({ accessKeyId, service, region }: Caller): void {
    // Keys of users begin so; sessions and the account's own are not asked about.
    if (!accessKeyId.startsWith('AKIA')) return;
    this.#uses.set(accessKeyId, { service, region, timeMs: this.#dependencies.clock.nowMs() });
    if (this.#uses.size > MAX_USES) this.#uses.delete(this.#uses.keys().next().value!);
  }

  lastUseOf(accessKeyId: string): KeyUse | undefined {
    return this.#uses.get(accessKeyId);
  }

  sessionOf(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  /**
   * Whose an access key is, and what its signatures are verified against. Deleted, deactivated and invented keys are
   * `unknown`, never root. A session that has ended is still a session: AWS answers ExpiredToken.
   */
  resolve(accessKeyId: string): ResolvedKey {
    const { isTestKeyRoot, rootKey, userOfKey } = this.#dependencies;
    const session = this.#sessions.get(accessKeyId);
    if (session) return { kind: 'session', identity: this.identityOf(accessKeyId), key: session.credentials };
    const found = userOfKey(accessKeyId);
    if (found) {
      if (!found.key.isActive) return { kind: 'unknown' };
      return {
        kind: 'user',
        identity: this.identityOf(accessKeyId),
        key: { secretAccessKey: found.key.secret },
      };
    }
    const root = rootKey();
    if (root && accessKeyId === root.accessKeyId)
      return { kind: 'root', identity: this.#root(), key: { secretAccessKey: root.secretAccessKey } };
    if (accessKeyId === TEST_KEY && isTestKeyRoot)
      return { kind: 'root', identity: this.#root(), key: { secretAccessKey: TEST_KEY } };
    return { kind: 'unknown' };
  }

  #root(): SessionIdentity {
    const { accountId } = this.#dependencies;
    return { arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  }

  revoke(accessKeyId: string): void {
    this.#forget([accessKeyId]);
  }

  #forget(accessKeyIds: readonly string[]): void {
    const known = accessKeyIds.filter((id) => this.#sessions.has(id));
    this.#tables?.commit(known.map((key) => ({ table: SESSIONS, key })));
    for (const id of known) this.#sessions.delete(id);
  }

  /** Forgets sessions that ended long ago, and the oldest where too many are in force. */
  #sweep(): void {
    const endedBeforeMs = this.#dependencies.clock.nowMs() - KEPT_AFTER_END_MS;
    const ended: string[] = [];
    const inForce: string[] = [];
    for (const [id, { credentials }] of this.#sessions)
      (credentials.expirationMs < endedBeforeMs ? ended : inForce).push(id);
    this.#forget([...ended, ...inForce.slice(0, Math.max(inForce.length - MAX_SESSIONS, 0))]);
    this.#sweepAt = Math.max(FIRST_SWEEP, Math.min(2 * this.#sessions.size, MAX_SESSIONS));
  }

  #open(durationSeconds: number, session: Omit<Session, 'credentials' | 'issuedMs'>): SessionCredentials {
    const { clock, random } = this.#dependencies;
    const credentials = {
      accessKeyId: `ASIA${alphanumeric(random, 16)}`,
      secretAccessKey: generateSecret(),
      sessionToken: generateSessionToken(),
      expirationMs: clock.nowMs() + durationSeconds * 1000,
    };
    const opened: Session = { ...session, issuedMs: clock.nowMs(), credentials };
    this.#tables?.commit([{ table: SESSIONS, key: credentials.accessKeyId, value: opened }]);
    this.#sessions.set(credentials.accessKeyId, opened);
    if (this.#sessions.size > this.#sweepAt) this.#sweep();
    return credentials;
  }
}
