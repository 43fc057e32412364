/**
 * Stands between callers and services: evaluates a role's policies and remembers what it called. One gate for all
 * services of an emulator.
 */
import type { AuthorizedCall, PermissionsPort, SessionsPort } from '../../ports.ts';
import type { Role } from '../store/entities.ts';
import type { IamStore } from '../store/iam-store.ts';
import { deniedMessage, evaluate } from './evaluate.ts';
import { type LeastPolicy, leastPolicy } from './least-policy.ts';
import { type PolicyStatement, parsePolicy } from './policy-document.ts';

/** `off` asks nobody, `warn` says what would be denied, `enforce` denies it. */
export type PolicyEnforcement = 'off' | 'warn' | 'enforce';

/** Different calls remembered for a role; a run makes few different ones, listing objects by the thousand many. */
const MAX_CALLS = 10_000;

export class PolicyGate implements PermissionsPort {
  readonly #mode: PolicyEnforcement;
  readonly #store: IamStore;
  readonly #sessions: SessionsPort;
  readonly #log: (line: string) => void;
  readonly #calls = new Map<string, Map<string, AuthorizedCall>>();
  readonly #warned = new Set<string>();

  constructor(
    mode: PolicyEnforcement,
    doors: { store: IamStore; sessions: SessionsPort; log(line: string): void },
  ) {
    this.#mode = mode;
    this.#store = doors.store;
    this.#sessions = doors.sessions;
    this.#log = doors.log;
  }

  refusal(caller: { accessKeyId: string } | { roleArn: string }, call: AuthorizedCall): string | undefined {
    const identity =
      'accessKeyId' in caller
        ? this.#sessions.identityOf(caller.accessKeyId)
        : { roleArn: caller.roleArn, arn: caller.roleArn };
    const { roleArn, arn } = identity;
    if (roleArn === undefined) return undefined;
    this.#remember(roleArn, call);
    if (this.#mode === 'off') return undefined;
    const role = this.#store.roleByArn(roleArn);
    const decision = evaluate(role ? this.#statementsOf(role) : [], call);
    if (decision === 'allowed') return undefined;
    const message = deniedMessage(arn, call, decision);
    if (this.#mode === 'enforce') return message;
    if (!this.#warned.has(message) && this.#warned.size < MAX_CALLS) {
      this.#warned.add(message);
      this.#log(`iam: would be denied: ${message}`);
    }
    return undefined;
  }

  leastPolicyOf(roleArn: string): LeastPolicy {
    return leastPolicy([...(this.#calls.get(roleArn)?.values() ?? [])]);
  }

  #remember(roleArn: string, call: AuthorizedCall): void {
    const calls = this.#calls.get(roleArn) ?? new Map<string, AuthorizedCall>();
    if (calls.size < MAX_CALLS) calls.set(`${call.action} ${call.resource}`, call);
    this.#calls.set(roleArn, calls);
  }

  #statementsOf(role: Role): PolicyStatement[] {
    const attached = role.attachedPolicyArns.map((arn) => {
      const policy = this.#store.policy(arn);
      return policy.versions.find((version) => version.id === policy.defaultVersionId)?.document ?? '';
    });
    return [...Object.values(role.inlinePolicies), ...attached].flatMap(parsePolicy);
  }
}
