import type { Clock } from '../../../../core/clock.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';
import type { SessionCredentials, SessionIdentity, SessionsPort } from '../../ports.ts';

/** The key that clients of the account itself use, as with every local AWS; its secret is the same word. */
const ACCOUNT_KEY = 'test';

/** Sessions of roles, in memory: they end with the emulator, as temporary credentials may. */
export class Sessions implements SessionsPort {
  readonly #identities = new Map<string, SessionIdentity & { secretAccessKey: string }>();
  readonly #options: { clock: Clock; random: Random; accountId: string; roleId(roleArn: string): string };

  constructor(options: { clock: Clock; random: Random; accountId: string; roleId(roleArn: string): string }) {
    this.#options = options;
  }

  issueCredentials(roleArn: string, sessionName: string, durationSeconds: number): SessionCredentials {
    const { clock, random, accountId, roleId } = this.#options;
    const accessKeyId = `ASIA${alphanumeric(random, 16)}`;
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const secretAccessKey = alphanumeric(random, 40);
    this.#identities.set(accessKeyId, {
      secretAccessKey,
      roleArn,
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId(roleArn)}:${sessionName}`,
    });
    return {
      accessKeyId,
      secretAccessKey,
      sessionToken: alphanumeric(random, 120),
      expirationMs: clock.nowMs() + durationSeconds * 1000,
    };
  }

  identityOf(accessKeyId: string): SessionIdentity {
    const { accountId } = this.#options;
    const known = this.#identities.get(accessKeyId);
    if (known?.roleArn !== undefined) return { roleArn: known.roleArn, arn: known.arn, userId: known.userId };
    return { arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  }

  secretOf(accessKeyId: string): string | undefined {
    return (
      this.#identities.get(accessKeyId)?.secretAccessKey ??
      (accessKeyId === ACCOUNT_KEY ? ACCOUNT_KEY : undefined)
    );
  }

  revoke(accessKeyId: string): void {
    this.#identities.delete(accessKeyId);
  }
}
