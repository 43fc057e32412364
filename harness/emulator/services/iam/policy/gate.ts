/**
 * Stands between callers and services: evaluates a role's policies and remembers what it called. One gate for all
 * services of an emulator.
 */
import { createHash } from 'node:crypto';
import type {
  AuthorizedCall,
  CallingPrincipal,
  PermissionsPort,
  ServiceEnvironment,
  SessionsPort,
} from '../../ports.ts';
import { awsManagedPolicy } from '../store/aws-managed-policies.ts';
import type { Role } from '../store/entities.ts';
import type { IamStore } from '../store/iam-store.ts';
import type { RequestContext } from './conditions.ts';
import { type AccessRequest, type Decision, type DeniedBy, deniedMessage, evaluate } from './evaluate.ts';
import { type LeastPolicy, leastPolicy } from './least-policy.ts';
import { type PolicyStatement, parsePolicy } from './policy-document.ts';
import { type TrustedPrincipal, trusts } from './trust-policy.ts';

/** `off` asks nobody, `warn` says what would be denied, `enforce` denies it. */
export type PolicyEnforcement = 'off' | 'warn' | 'enforce';

/** Different calls remembered for a role; a run makes few different ones, listing objects by the thousand many. */
const MAX_CALLS = 10_000;
/** Policies kept parsed: the same few are asked for every call. */
const MAX_PARSED = 1_000;

export class PolicyGate implements PermissionsPort {
  readonly #mode: PolicyEnforcement;
  readonly #env: Pick<ServiceEnvironment, 'clock' | 'accountId' | 'region' | 'log'>;
  readonly #store: IamStore;
  readonly #sessions: Pick<SessionsPort, 'identityOf'>;
  readonly #calls = new Map<string, Map<string, AuthorizedCall>>();
  readonly #warned = new Set<string>();
  readonly #parsed = new Map<string, PolicyStatement[]>();

  constructor(
    mode: PolicyEnforcement,
    doors: {
      env: Pick<ServiceEnvironment, 'clock' | 'accountId' | 'region' | 'log'>;
      store: IamStore;
      sessions: Pick<SessionsPort, 'identityOf'>;
    },
  ) {
    this.#mode = mode;
    this.#env = doors.env;
    this.#store = doors.store;
    this.#sessions = doors.sessions;
  }

  get isEnforced(): boolean {
    return this.#mode === 'enforce';
  }

  refusal(caller: CallingPrincipal, call: AuthorizedCall): string | undefined {
    const identity =
      'accessKeyId' in caller
        ? this.#sessions.identityOf(caller.accessKeyId)
        : { roleArn: caller.roleArn, arn: this.#serviceSession(caller.roleArn, caller.sessionName) };
    const { roleArn, arn } = identity;
    if (roleArn === undefined) return undefined;
    this.#remember(roleArn, call);
    if (this.#mode === 'off') return undefined;
    const request = { ...call, context: { ...this.#contextOf(roleArn, arn), ...call.context } };
    const { decision, by } = this.#decide(this.#store.roleByArn(roleArn), request);
    if (decision === 'allowed') return undefined;
    const message = deniedMessage(arn, call, decision, by);
    return this.#refuses(message) ? message : undefined;
  }

  refusesTrust(
    roleArn: string,
    by: { service: string; sourceArn?: string } | { accessKeyId: string },
  ): boolean {
    if (this.#mode === 'off') return false;
    const role = this.#store.roleByArn(roleArn);
    const { accountId } = this.#env;
    const principal: TrustedPrincipal =
      'service' in by ? { service: by.service } : { accountId, arns: this.#arnsOf(by.accessKeyId) };
    const source = 'service' in by ? by.sourceArn : undefined;
    const context = {
      ...this.#timeContext(),
      // AWS fills these when one of its services takes a role on somebody's behalf.
      ...('service' in by ? { 'aws:SourceAccount': accountId, 'aws:SourceArn': source } : {}),
    };
    if (role && trusts(role.trustPolicy, principal, context)) return false;
    const who = 'service' in principal ? principal.service : principal.arns[0];
    return this.#refuses(
      `${who} cannot assume ${roleArn}: ${role ? 'its trust policy does not allow it' : 'there is no such role'}`,
    );
  }

  leastPolicyOf(roleArn: string): LeastPolicy {
    return leastPolicy([...(this.#calls.get(roleArn)?.values() ?? [])]);
  }

  /** The least policy of every role that has called something, by the role's ARN. */
  leastPolicies(): { [roleArn: string]: LeastPolicy } {
    return Object.fromEntries([...this.#calls.keys()].sort().map((arn) => [arn, this.leastPolicyOf(arn)]));
  }

  /** True in `enforce`; in `warn` the operator is told, once, what would have been denied. */
  #refuses(message: string): boolean {
    if (this.#mode === 'enforce') return true;
    if (!this.#warned.has(message) && this.#warned.size < MAX_CALLS) {
      this.#warned.add(message);
      this.#env.log(`iam: would be denied: ${message}`);
    }
    return false;
  }

  #decide(role: Role | undefined, request: AccessRequest): { decision: Decision; by: DeniedBy } {
    const decision = evaluate(role ? this.#statementsOf(role) : [], request);
    if (decision !== 'allowed' || role?.permissionsBoundary === undefined) {
      return { decision, by: 'identity-based policy' };
    }
    const boundary = evaluate(this.#managed(role.permissionsBoundary), request);
    return { decision: boundary, by: 'permissions boundary' };
  }

  /** Services name the sessions they open with 32 letters; here always the same ones for a role. */
  #serviceSession(roleArn: string, sessionName: string | undefined): string {
    const letters = createHash('sha512')
      .update(roleArn)
      .digest('base64')
      .replace(/[^A-Za-z]/g, '');
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    return `arn:aws:sts::${this.#env.accountId}:assumed-role/${roleName}/${sessionName ?? letters.slice(0, 32)}`;
  }

  #arnsOf(accessKeyId: string): string[] {
    const { arn, roleArn } = this.#sessions.identityOf(accessKeyId);
    return roleArn === undefined ? [arn] : [arn, roleArn];
  }

  /** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
  #contextOf(roleArn: string, sessionArn: string): RequestContext {
    const { accountId, region } = this.#env;
    const id = this.#store.roleByArn(roleArn)?.id;
    return {
      ...this.#timeContext(),
      'aws:PrincipalArn': roleArn,
      'aws:PrincipalAccount': accountId,
      'aws:PrincipalType': 'AssumedRole',
      'aws:ResourceAccount': accountId,
      'aws:RequestedRegion': region,
      'aws:userid':
        id === undefined ? undefined : `${id}:${sessionArn.slice(sessionArn.lastIndexOf('/') + 1)}`,
    };
  }

  #timeContext(): RequestContext {
    const nowMs = this.#env.clock.nowMs();
    return {
      'aws:CurrentTime': new Date(nowMs).toISOString(),
      'aws:EpochTime': String(Math.floor(nowMs / 1000)),
      // Loopback needs no TLS, but policies that insist on it must hold here as they will on AWS.
      'aws:SecureTransport': 'true',
      'aws:SourceIp': '127.0.0.1',
    };
  }

  #remember(roleArn: string, call: AuthorizedCall): void {
    const calls = this.#calls.get(roleArn) ?? new Map<string, AuthorizedCall>();
    if (calls.size < MAX_CALLS) calls.set(`${call.action} ${call.resource}`, call);
    this.#calls.set(roleArn, calls);
  }

  #statementsOf(role: Role): PolicyStatement[] {
    return [
      ...Object.values(role.inlinePolicies).flatMap((text) => this.#parse(text)),
      ...role.attachedPolicyArns.flatMap((arn) => this.#managed(arn)),
    ];
  }

  #managed(arn: string): PolicyStatement[] {
    const policy = this.#store.policies.get(arn) ?? awsManagedPolicy(arn);
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersionId);
    return version ? this.#parse(version.document) : [];
  }

  #parse(text: string): PolicyStatement[] {
    const known = this.#parsed.get(text);
    if (known) return known;
    const statements = parsePolicy(text);
    if (this.#parsed.size < MAX_PARSED) this.#parsed.set(text, statements);
    return statements;
  }
}
