/** Evaluates the policies of roles and users for every service of an account, and records the calls of each role. */
import { createHash } from 'node:crypto';
import type {
  AuthorizedCall,
  CallingPrincipal,
  CallingService,
  GuardedResource,
  PermissionsPort,
  ServiceEnvironment,
  SessionIdentity,
  TrustedCaller,
  TrustedService,
  TrustedWebIdentity,
} from '../../ports.ts';
import type { Principal } from '../store/entities.ts';
import type { IamStore } from '../store/iam-store.ts';
import type { Session, Sessions } from '../store/sessions.ts';
import type { RequestContext } from './conditions.ts';
import { type AccessRequest, type Decision, type DeniedBy, deniedMessage, evaluate } from './evaluate.ts';
import { type LeastPolicy, leastPolicy } from './least-policy.ts';
import { type PolicyStatement, parsePolicy } from './policy-document.ts';
import { networkContext, principalContext } from './request-context.ts';
import { evaluateResourcePolicy } from './resource-policy.ts';
import { type TrustedPrincipal, trusts } from './trust-policy.ts';

/** `off` evaluates no policy, `warn` logs what would be denied, `enforce` denies it. */
export type PolicyEnforcement = 'off' | 'warn' | 'enforce';

/** The access key of requests that carry no signature. */
const ANONYMOUS = 'anonymous';

/** Different calls recorded for a role. */
const MAX_CALLS = 10_000;
/** Policies kept parsed. */
const MAX_PARSED = 1_000;

type TrustBy = TrustedService | TrustedCaller | TrustedWebIdentity;

const UNKNOWN_KEY = 'The security token included in the request is invalid.';

const isRootArn = (arn: string): boolean => /^arn:[^:]+:iam::\d{12}:root$/.test(arn);

export class PolicyGate implements PermissionsPort {
  readonly #mode: PolicyEnforcement;
  readonly #env: Pick<ServiceEnvironment, 'clock' | 'accountId' | 'region' | 'log'>;
  readonly #store: IamStore;
  readonly #sessions: Pick<Sessions, 'identityOf' | 'sessionOf' | 'resolve'>;
  readonly #calls = new Map<string, Map<string, AuthorizedCall>>();
  readonly #warned = new Set<string>();
  readonly #parsed = new Map<string, PolicyStatement[]>();

  constructor(
    mode: PolicyEnforcement,
    dependencies: {
      env: Pick<ServiceEnvironment, 'clock' | 'accountId' | 'region' | 'log'>;
      store: IamStore;
      sessions: Pick<Sessions, 'identityOf' | 'sessionOf' | 'resolve'>;
    },
  ) {
    this.#mode = mode;
    this.#env = dependencies.env;
    this.#store = dependencies.store;
    this.#sessions = dependencies.sessions;
  }

  get isEnforced(): boolean {
    return this.#mode === 'enforce';
  }

  get isActive(): boolean {
    return this.#mode !== 'off';
  }

  refusal(
    caller: CallingPrincipal,
    call: AuthorizedCall,
    granted = false,
    resource?: GuardedResource,
  ): string | undefined {
    if (resource && 'accessKeyId' in caller && caller.accessKeyId === ANONYMOUS) {
      return this.#refusalOfAnonymous(call, resource, caller.sourceIp);
    }
    // Services refuse unknown keys as they authenticate; those that ask without doing so are told here.
    if (this.isEnforced && 'accessKeyId' in caller && !this.#isKnown(caller.accessKeyId)) return UNKNOWN_KEY;
    const { arn, principalArn } = this.#identityOf(caller);
    if (principalArn !== undefined && !isRootArn(principalArn)) this.#remember(principalArn, call);
    if (this.#mode === 'off' || (principalArn === undefined && resource?.policy === undefined))
      return undefined;
    const session = 'accessKeyId' in caller ? this.#sessions.sessionOf(caller.accessKeyId) : undefined;
    const context = {
      ...this.#contextOf(principalArn, arn, session),
      'aws:SourceIp': 'accessKeyId' in caller ? caller.sourceIp : undefined,
      ...call.context,
      ...resource?.context,
    };
    const request = { ...call, context };
    const byResource = this.#decideByResource(resource, principalArn, arn, request);
    const { decision, by } =
      byResource === 'explicitDeny'
        ? { decision: byResource, by: 'resource-based policy' as const }
        : this.#decideByIdentity(principalArn, request, session, granted || byResource === 'allowed');
    if (decision === 'allowed') return undefined;
    const message = deniedMessage(arn, call, decision, by);
    return this.#refuses(message) ? message : undefined;
  }

  /** S3 alone lets callers without a signature in, and decides about those itself. */
  #isKnown(accessKeyId: string): boolean {
    return accessKeyId === ANONYMOUS || this.#sessions.resolve(accessKeyId).kind !== 'unknown';
  }

  #decideByResource(
    resource: GuardedResource | undefined,
    principalArn: string | undefined,
    arn: string,
    request: AccessRequest,
  ): Decision {
    if (resource?.policy === undefined) return 'implicitDeny';
    const arns = principalArn === undefined ? [arn] : [arn, principalArn];
    return evaluateResourcePolicy(resource.policy, { accountId: this.#env.accountId, arns }, request);
  }

  /** The root user may do whatever no resource's policy denies it. */
  #decideByIdentity(
    principalArn: string | undefined,
    request: AccessRequest,
    session: Session | undefined,
    granted: boolean,
  ): { decision: Decision; by: DeniedBy } {
    if (principalArn === undefined) return { decision: 'allowed', by: 'identity-based policy' };
    const principal = this.#store.principalByArn(principalArn);
    return this.#decide(
      principal ?? (isRootArn(principalArn) ? 'root' : undefined),
      request,
      session?.policies ?? [],
      granted,
    );
  }

  /** A caller without a signature may do what the resource allows everyone. AWS answers with no reason. */
  #refusalOfAnonymous(
    call: AuthorizedCall,
    resource: GuardedResource,
    sourceIp: string | undefined,
  ): string | undefined {
    if (this.#mode === 'off') return undefined;
    const { policy, isOpenToAll, blocksPublicAccess } = resource;
    const context = {
      ...networkContext(this.#env.clock.nowMs(), sourceIp),
      'aws:PrincipalType': 'Anonymous',
      'aws:userid': 'anonymous',
      ...call.context,
      ...resource.context,
    };
    const decision =
      policy === undefined
        ? 'implicitDeny'
        : evaluateResourcePolicy(policy, 'anonymous', { ...call, context });
    if (decision === 'allowed' && !blocksPublicAccess) return undefined;
    if (isOpenToAll && decision !== 'explicitDeny') return undefined;
    return this.#refuses(`an anonymous caller performs ${call.action} on ${call.resource}`)
      ? 'Access Denied'
      : undefined;
  }

  refusesTrust(roleArn: string, by: TrustBy): boolean {
    if (this.#mode === 'off') return false;
    const role = this.#store.roleByArn(roleArn);
    const principal = this.#trustedPrincipal(by);
    if (role && trusts(role.trustPolicy, principal, this.#trustContext(by))) return false;
    const who =
      'service' in principal
        ? principal.service
        : 'provider' in principal
          ? principal.provider
          : principal.arns[0];
    return this.#refuses(
      `${who} cannot assume ${roleArn}: ${role ? 'its trust policy does not allow it' : 'there is no such role'}`,
    );
  }

  trustsDirectly(roleArn: string, by: TrustedCaller): boolean {
    const role = this.#store.roleByArn(roleArn);
    const principal = this.#trustedPrincipal(by);
    if (!role || !('arns' in principal)) return false;
    return trusts(role.trustPolicy, { ...principal, onlyByArn: true }, this.#trustContext(by));
  }

  allowsService(policy: string | undefined, by: CallingService, call: AuthorizedCall): boolean {
    if (policy === undefined) return false;
    const context = {
      ...networkContext(this.#env.clock.nowMs()),
      'aws:SourceArn': by.sourceArn,
      'aws:SourceAccount': by.sourceAccount,
      ...call.context,
    };
    return evaluateResourcePolicy(policy, { service: by.service }, { ...call, context }) === 'allowed';
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

  #identityOf(caller: CallingPrincipal): Pick<SessionIdentity, 'arn' | 'principalArn'> {
    if ('accessKeyId' in caller) return this.#sessions.identityOf(caller.accessKeyId);
    return { principalArn: caller.roleArn, arn: this.#serviceSession(caller.roleArn, caller.sessionName) };
  }

  /** An identity may do what its policies, its boundary and its session's policies all allow. */
  #decide(
    who: Principal | 'root' | undefined,
    request: AccessRequest,
    sessionPolicies: readonly string[],
    granted: boolean,
  ): { decision: Decision; by: DeniedBy } {
    const principal = who === 'root' ? undefined : who;
    const own: Decision =
      who === 'root' ? 'allowed' : evaluate(principal ? this.#statementsOf(principal) : [], request);
    if (own === 'explicitDeny' || (own === 'implicitDeny' && !granted)) {
      return { decision: own, by: 'identity-based policy' };
    }
    if (principal?.permissionsBoundary !== undefined) {
      const boundary = evaluate(this.#managed(principal.permissionsBoundary), request);
      if (boundary !== 'allowed') return { decision: boundary, by: 'permissions boundary' };
    }
    if (sessionPolicies.length === 0) return { decision: 'allowed', by: 'identity-based policy' };
    const statements = sessionPolicies.flatMap((text) => this.#parse(text));
    return { decision: evaluate(statements, request), by: 'session policy' };
  }

  /** Services name their sessions with 32 letters; here they are the same for every session of a role. */
  #serviceSession(roleArn: string, sessionName: string | undefined): string {
    const letters = createHash('sha512')
      .update(roleArn)
      .digest('base64')
      .replace(/[^A-Za-z]/g, '');
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    return `arn:aws:sts::${this.#env.accountId}:assumed-role/${roleName}/${sessionName ?? letters.slice(0, 32)}`;
  }

  #trustedPrincipal(by: TrustBy): TrustedPrincipal {
    if ('service' in by) return { service: by.service };
    if ('provider' in by) return { provider: by.provider };
    const { arn, principalArn } = this.#sessions.identityOf(by.accessKeyId);
    const { accountId } = this.#env;
    return { accountId, arns: principalArn === undefined ? [arn] : [arn, principalArn] };
  }

  #trustContext(by: TrustBy): RequestContext {
    if ('accessKeyId' in by) {
      const { arn, principalArn } = this.#sessions.identityOf(by.accessKeyId);
      const own = principalArn === undefined ? {} : this.#contextOf(principalArn, arn, undefined);
      return { ...networkContext(this.#env.clock.nowMs()), ...own, ...by.context };
    }
    if ('provider' in by) {
      return {
        ...networkContext(this.#env.clock.nowMs()),
        'aws:FederatedProvider': by.provider,
        ...by.context,
      };
    }
    // AWS fills these when one of its services takes a role.
    const source = { 'aws:SourceAccount': this.#env.accountId, 'aws:SourceArn': by.sourceArn };
    return { ...networkContext(this.#env.clock.nowMs()), ...source };
  }

  #contextOf(principalArn: string | undefined, arn: string, session: Session | undefined): RequestContext {
    const { accountId, region, clock } = this.#env;
    const principal = principalArn === undefined ? undefined : this.#store.principalByArn(principalArn);
    return {
      ...networkContext(clock.nowMs()),
      ...principalContext({ accountId, region, principalArn, arn, principal, session }),
    };
  }

  #remember(roleArn: string, call: AuthorizedCall): void {
    const calls = this.#calls.get(roleArn) ?? new Map<string, AuthorizedCall>();
    if (calls.size < MAX_CALLS) calls.set(`${call.action} ${call.resource}`, call);
    this.#calls.set(roleArn, calls);
  }

  /** Of a principal and of its groups. */
  #statementsOf(principal: Principal): PolicyStatement[] {
    return [principal, ...this.#store.groupsOf(principal)].flatMap(
      ({ inlinePolicies, attachedPolicyArns }) => [
        ...Object.values(inlinePolicies).flatMap((text) => this.#parse(text)),
        ...attachedPolicyArns.flatMap((arn) => this.#managed(arn)),
      ],
    );
  }

  #managed(arn: string): PolicyStatement[] {
    const document = this.#store.documentOf(arn);
    return document === undefined ? [] : this.#parse(document);
  }

  #parse(text: string): PolicyStatement[] {
    const known = this.#parsed.get(text);
    if (known) return known;
    const statements = parsePolicy(text);
    if (this.#parsed.size < MAX_PARSED) this.#parsed.set(text, statements);
    return statements;
  }
}
