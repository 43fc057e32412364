import type { Clock } from '../../../../core/clock.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';
import type { KnownKey } from '../../../http/authenticate.ts';
import type { Caller } from '../../../http/wire.ts';
import type { SessionCredentials, SessionIdentity, SessionOptions } from '../../ports.ts';
import type { AccessKey, User } from './entities.ts';

/** The key that clients of the account itself use, as with every local AWS; its secret is the same word. */
const ACCOUNT_KEY = 'test';

export interface Session extends SessionOptions {
  /** Absent for a session of the account itself. */
  principalArn?: string;
  arn: string;
  userId: string;
  credentials: SessionCredentials;
}

interface KeyUse {
  service: string;
  region: string;
  timeMs: number;
}

const MAX_USES = 10_000;

interface SessionsDoors {
  clock: Clock;
  random: Random;
  accountId: string;
  roleId(roleArn: string): string;
  userOfKey(accessKeyId: string): { user: User; key: AccessKey } | undefined;
}

/** Whose an access key is. Sessions live in memory: they end with the emulator, as temporary credentials may. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #uses = new Map<string, KeyUse>();
  readonly #doors: SessionsDoors;

  constructor(doors: SessionsDoors) {
    this.#doors = doors;
  }

  issueCredentials(
    roleArn: string,
    sessionName: string,
    durationSeconds: number,
    options: SessionOptions = {},
  ): SessionCredentials {
    const { accountId, roleId } = this.#doors;
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    return this.#open(durationSeconds, {
      ...options,
      principalArn: roleArn,
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId(roleArn)}:${sessionName}`,
    });
  }

  /** Temporary credentials of whoever asks for them. */
  issueOwnCredentials(
    accessKeyId: string,
    durationSeconds: number,
    federated: { policies?: readonly string[]; identity?: { arn: string; userId: string } } = {},
  ): SessionCredentials {
    const { policies, identity } = federated;
    return this.#open(durationSeconds, {
      ...this.identityOf(accessKeyId),
      ...identity,
      ...(policies ? { policies } : {}),
    });
  }

  /** The tags that a session hands on to the sessions it opens. */
  inheritedTags(accessKeyId: string): { [key: string]: string } {
    const { tags = {}, transitiveTagKeys = [] } = this.#sessions.get(accessKeyId) ?? {};
    return Object.fromEntries(transitiveTagKeys.map((key) => [key, tags[key] ?? '']));
  }

  identityOf(accessKeyId: string): SessionIdentity {
    const { accountId, userOfKey } = this.#doors;
    const session = this.#sessions.get(accessKeyId);
    if (session) {
      const { principalArn, arn, userId } = session;
      return { ...(principalArn === undefined ? {} : { principalArn }), arn, userId };
    }
    const user = userOfKey(accessKeyId)?.user;
    if (user) return { principalArn: user.arn, arn: user.arn, userId: user.id };
    return { arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  }

  /** Remembers what a user's key was used for. */
  noteUse({ accessKeyId, service, region }: Caller): void {
    // Keys of users begin so; sessions and the account's own are not asked about.
    if (!accessKeyId.startsWith('AKIA')) return;
    this.#uses.set(accessKeyId, { service, region, timeMs: this.#doors.clock.nowMs() });
    if (this.#uses.size > MAX_USES) this.#uses.delete(this.#uses.keys().next().value!);
  }

  lastUseOf(accessKeyId: string): KeyUse | undefined {
    return this.#uses.get(accessKeyId);
  }

  sessionOf(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  keyOf(accessKeyId: string): KnownKey | undefined {
    const session = this.#sessions.get(accessKeyId)?.credentials;
    if (session) return session;
    const key = this.#doors.userOfKey(accessKeyId)?.key;
    if (key) return { secretAccessKey: key.secret, isInactive: !key.isActive };
    return accessKeyId === ACCOUNT_KEY ? { secretAccessKey: ACCOUNT_KEY } : undefined;
  }

  /** The secret of a key in force. */
  secretOf(accessKeyId: string): string | undefined {
    const key = this.keyOf(accessKeyId);
    const isOver = key?.expirationMs !== undefined && key.expirationMs <= this.#doors.clock.nowMs();
    return isOver || key?.isInactive ? undefined : key?.secretAccessKey;
  }

  revoke(accessKeyId: string): void {
    this.#sessions.delete(accessKeyId);
  }

  #open(durationSeconds: number, session: Omit<Session, 'credentials'>): SessionCredentials {
    const { clock, random } = this.#doors;
    const credentials = {
      accessKeyId: `ASIA${alphanumeric(random, 16)}`,
      secretAccessKey: alphanumeric(random, 40),
      sessionToken: alphanumeric(random, 120),
      expirationMs: clock.nowMs() + durationSeconds * 1000,
    };
    this.#sessions.set(credentials.accessKeyId, { ...session, credentials });
    return credentials;
  }
}
