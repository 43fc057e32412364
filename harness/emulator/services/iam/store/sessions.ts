import type { Clock } from '../../../../core/clock.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';
import type { SessionCredentials, SessionIdentity, SessionsPort } from '../../ports.ts';

/** Sessions of roles, in memory: they end with the emulator, as temporary credentials may. */
export class Sessions implements SessionsPort {
  readonly #identities = new Map<string, SessionIdentity>();
  readonly #options: { clock: Clock; random: Random; accountId: string; roleId(roleArn: string): string };

  constructor(options: { clock: Clock; random: Random; accountId: string; roleId(roleArn: string): string }) {
    this.#options = options;
  }

  issueCredentials(roleArn: string, sessionName: string, durationSeconds: number): SessionCredentials {
    const { clock, random, accountId, roleId } = this.#options;
    const accessKeyId = `ASIA${alphanumeric(random, 16)}`;
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    this.#identities.set(accessKeyId, {
      roleArn,
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId(roleArn)}:${sessionName}`,
    });
    return {
      accessKeyId,
      secretAccessKey: alphanumeric(random, 40),
      sessionToken: alphanumeric(random, 120),
      expirationMs: clock.nowMs() + durationSeconds * 1000,
    };
  }

  identityOf(accessKeyId: string): SessionIdentity {
    const { accountId } = this.#options;
    return this.#identities.get(accessKeyId) ?? { arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  }

  revoke(accessKeyId: string): void {
    this.#identities.delete(accessKeyId);
  }
}
