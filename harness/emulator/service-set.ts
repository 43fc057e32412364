/**
 * The services of one emulator, by account and region. A service is loaded and opened when it is first needed, by a
 * request or by a service that requires it, so that the first answer waits for two of them and not for seven.
 *
 * Invariants: each is opened at most once for its account and region; what a service requires is opened before it and
 * stopped after it; after `stop` none is opened any more; while the state is exchanged, requests wait.
 */
import { join } from 'node:path';
import { AwsError, ExitCode, HarnessError } from '../core/errors.ts';
import { functionsUnderChaos, objectsUnderChaos } from './chaos/ports.ts';
import type { Service, ServiceName } from './http/wire.ts';
import { foldersIn, holdsFiles, makeFolder } from './service-folders.ts';
import { accountOfAccessKey, iamOfAllAccounts } from './services/iam/all-accounts.ts';
import type { IamService } from './services/iam/service.ts';
import type { RootKey } from './services/iam/store/entities.ts';
import type { Dependencies, ServiceManifest, ServiceSettings, ServiceTypes } from './services/manifest.ts';
import { MANIFESTS } from './services/manifests.ts';
import type { FunctionsPort, ObjectsPort, ServiceEnvironment } from './services/ports.ts';
import { ServiceState } from './state/service-state.ts';

/** The account and region that a request concerns. */
export interface ServiceLocation {
  /** Twelve digits. */
  accountId: string;
  region: string;
}

/** What all services share. */
export type SharedEnvironment = Omit<ServiceEnvironment, 'state'>;

export interface ServiceSetOptions {
  /** What all services share; each gets a folder and a random of its own. Its account and region are the default. */
  environment: SharedEnvironment;
  settings: ServiceSettings;
}

/** Accounts and regions beside the default at most: every one costs memory and files. */
const MAX_LOCATIONS = 256;
const ACCOUNT_KEY = /^(?:\d{12}$|A[KS]IA)/;
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/;
const BY_NAME = new Map(MANIFESTS.map((manifest) => [manifest.name, manifest]));

export class ServiceSet {
  readonly #environment: SharedEnvironment;
  #settings: ServiceSettings;
  readonly #opened = new Map<string, { manifest: ServiceManifest; service: Promise<Service> }>();
  readonly #fronts = new Map<string, Front>();
  /** IAM services that have been opened, by account. */
  readonly #accounts = new Map<string, IamService>();
  #stopped = false;
  /** `stop` was called, after which no exchange opens anything again. */
  #isEnded = false;
  #exchanging: Promise<unknown> = Promise.resolve();
  /** Exchanges under way: requests wait for them. */
  #exchanges = 0;

  constructor({ environment, settings }: ServiceSetOptions) {
    this.#environment = environment;
    this.#settings = settings;
  }

  /** The account that an access key belongs to, the default one for keys that are unknown. */
  accountOf(accessKeyId: string): string {
    const { accountId } = this.#environment;
    // Only keys of twelve digits and keys that IAM issued belong to an account.
    if (!ACCOUNT_KEY.test(accessKeyId)) return accountId;
    return accountOfAccessKey(accessKeyId, { all: () => this.#accounts }) ?? accountId;
  }

  /** A service as the listener sees it, with faults injected where rules are in force; opened when it is not. */
  front(name: ServiceName, { accountId, region }: ServiceLocation): Service | Promise<Service> {
    const isDefault = region === this.#environment.region || !REGION.test(region);
    const location = { accountId, region: isDefault ? this.#environment.region : region };
    const key = keyOf(BY_NAME.get(name)!, location);
    const front = this.#fronts.get(key);
    return front && this.#exchanges === 0 ? this.#choose(front) : this.#openFront(name, location, key);
  }

  async #openFront(name: ServiceName, location: ServiceLocation, key: string): Promise<Service> {
    await this.#exchanging;
    let front = this.#fronts.get(key);
    if (!front) {
      await this.open('iam', location);
      const service = await this.open(name, location);
      front = this.#fronts.get(key) ?? { service, underFaults: this.#settings.chaos.wrap(service) };
      this.#fronts.set(key, front);
    }
    return this.#choose(front);
  }

  #choose({ service, underFaults }: Front): Service {
    return this.#settings.chaos.isInForce ? underFaults : service;
  }

  /** A service of the default account and region, or of another. @throws HarnessError, AwsError */
  open<N extends ServiceName>(name: N, location?: ServiceLocation): Promise<ServiceTypes[N]> {
    const manifest = BY_NAME.get(name)!;
    const { accountId, region } = location ?? this.#environment;
    const key = keyOf(manifest, { accountId, region });
    let entry = this.#opened.get(key);
    if (!entry) {
      if (this.#stopped) throw stopped(name);
      if (this.#opened.size > MAX_LOCATIONS * MANIFESTS.length) {
        throw new AwsError(
          'ServiceUnavailable',
          `More than ${MAX_LOCATIONS} accounts and regions are in use.`,
          503,
        );
      }
      entry = { manifest, service: this.#create(manifest, { accountId, region }) };
      this.#opened.set(key, entry);
    }
    return entry.service as Promise<ServiceTypes[N]>;
  }

  /** Every service of the default account and region, opened one after another: requests are answered meanwhile. */
  async openAll(): Promise<ServiceTypes> {
    const all: Partial<Record<ServiceName, Service>> = {};
    for (const { name } of MANIFESTS) all[name] = await this.open(name);
    return all as unknown as ServiceTypes;
  }

  /** Opens what an earlier process left state of. @throws HarnessError `state-folder-damaged` */
  async openKept(): Promise<void> {
    const { stateDir, accountId, region } = this.#environment;
    const locations: ServiceLocation[] = [{ accountId, region }];
    for (const account of foldersIn(join(stateDir, ACCOUNTS))) {
      const regions = foldersIn(join(stateDir, ACCOUNTS, account)).filter((name) => REGION.test(name));
      locations.push(
        ...[...new Set([region, ...regions])].map((one) => ({ accountId: account, region: one })),
      );
    }
    for (const location of locations)
      for (const manifest of MANIFESTS)
        if (holdsFiles(this.#folderOf(manifest, location))) await this.open(manifest.name, location);
  }

  /** Names of the operations of every service, for fault rules and health pages. */
  async operations(): Promise<ReadonlyMap<string, readonly string[]>> {
    const all = await this.openAll();
    return new Map(MANIFESTS.map(({ name }) => [name, all[name].operations]));
  }

  /** Stops what was opened, each before what it requires. Later calls open and exchange nothing. */
  async stop(): Promise<void> {
    this.#isEnded = true;
    await this.#exchanging;
    await this.#stopOpened();
  }

  async #stopOpened(): Promise<void> {
    this.#stopped = true;
    const entries = [...this.#opened.values()];
    for (const name of stopOrder()) {
      // A service that could not be opened has nothing to stop; the caller that opened it was told.
      const ofName = entries.filter(({ manifest }) => manifest.name === name);
      await Promise.all(ofName.map(async ({ service }) => (await service.catch(() => undefined))?.stop()));
    }
  }

  /**
   * Stops every service, lets `change` work on the state folder, and opens the services of the default account and
   * region again, whatever it does. Exchanges run one after another. @returns those services
   */
  exchange(change: () => Promise<void>): Promise<ServiceTypes> {
    const before = this.#exchanging;
    this.#exchanges++;
    const done = (async () => {
      if (this.#isEnded) throw stopped('an exchange of the state');
      await before;
      // The root key that `up` printed outlives the state.
      const rootKey = this.#settings.policies === 'enforce' ? (await this.open('iam')).rootKey() : undefined;
      await this.#stopOpened();
      let changed: Promise<void> = Promise.resolve();
      try {
        changed = change();
        await changed;
      } catch {
        // Told once the services are open again.
      }
      this.#forget(rootKey);
      const all = await this.openAll();
      await changed;
      return all;
    })().finally(() => {
      this.#exchanges--;
    });
    this.#exchanging = done.catch(() => {});
    return done;
  }

  /** Begins anew, as if nothing had been opened. */
  #forget(rootKey: RootKey | undefined): void {
    const { rootKey: _before, ...settings } = this.#settings;
    const { accountId } = this.#environment;
    this.#settings = { ...settings, ...(rootKey ? { rootKey: { ...rootKey, accountId } } : {}) };
    this.#opened.clear();
    this.#fronts.clear();
    this.#accounts.clear();
    this.#openS3 = undefined;
    this.#stopped = false;
  }

  async #create(manifest: ServiceManifest, location: ServiceLocation): Promise<Service> {
    const stateDir = this.#folderOf(manifest, location);
    makeFolder(stateDir);
    for (const name of manifest.requires) await this.open(name, location);
    if (this.#stopped) throw stopped(manifest.name);
    const own = manifest.name === 'iam' ? undefined : await this.open('iam', location);
    const service = await manifest.create(
      {
        ...this.#environment,
        ...location,
        random: this.#environment.random.fork(stateDir.slice(this.#environment.stateDir.length + 1)),
        stateDir,
        state: new ServiceState({
          service: manifest.name,
          folder: stateDir,
          durability: this.#settings.durability,
          isKept: this.#settings.isKept,
          warn: this.#environment.warn,
        }),
      },
      this.#dependencies(location, own),
      this.#settings,
    );
    if (manifest.name === 'iam') this.#accounts.set(location.accountId, service as IamService);
    if (manifest.name === 's3') this.#openS3 = service as ServiceTypes['s3'];
    return service;
  }

  #dependencies(location: ServiceLocation, own: IamService | undefined): Dependencies {
    const { chaos } = this.#settings;
    const get = <N extends ServiceName>(name: N) => this.open(name, location);
    return {
      get,
      // IAM itself has no use for it.
      iam: own
        ? iamOfAllAccounts({ own, find: (id) => this.#accounts.get(id), all: () => this.#accounts })
        : (undefined as never),
      functions: functionsUnderChaos(this.#functions(location), chaos),
      objects: objectsUnderChaos(this.#objects(), chaos),
    };
  }

  #functions(location: ServiceLocation): FunctionsPort {
    return {
      invoke: async (request) => {
        const [, , , region, accountId] = /^arn:/.test(request.functionName)
          ? request.functionName.split(':')
          : [];
        const target =
          region && accountId && REGION.test(region) && this.#isKnown(accountId)
            ? { region, accountId }
            : location;
        return (await this.open('lambda', target)).invoke(request);
      },
    };
  }

  #isKnown(accountId: string): boolean {
    return this.#accounts.has(accountId);
  }

  #objects(): ObjectsPort {
    const s3 = () => this.open('s3');
    return {
      headObject: async (...given) => (await s3()).headObject(...given),
      getObject: async (...given) => (await s3()).getObject(...given),
      putObject: async (...given) => (await s3()).putObject(...given),
      listObjects: async (...given) => (await s3()).listObjects(...given),
      guardOf: (call) => this.#openS3?.guardOf?.(call),
    };
  }

  /** S3 once it is open: what guards a bucket is asked synchronously, after a call has opened it. */
  #openS3: ServiceTypes['s3'] | undefined;

  #folderOf(manifest: ServiceManifest, { accountId, region }: ServiceLocation): string {
    const { stateDir, ...home } = this.#environment;
    const isHome =
      manifest.scope === 'global' ||
      (accountId === home.accountId && (manifest.scope === 'account' || region === home.region));
    if (isHome) return join(stateDir, manifest.name);
    const inRegion = manifest.scope === 'region' ? [region] : [];
    return join(stateDir, ACCOUNTS, accountId, ...inRegion, manifest.name);
  }
}

/** Folder of the accounts and regions beside the default. */
const ACCOUNTS = 'accounts';

/** A service without faults, and with those in force. */
interface Front {
  service: Service;
  underFaults: Service;
}

/** A service exists once for its scope. */
function keyOf({ name, scope }: ServiceManifest, { accountId, region }: ServiceLocation): string {
  if (scope === 'global') return name;
  return scope === 'account' ? `${name}/${accountId}` : `${name}/${accountId}/${region}`;
}

const stopped = (name: string) =>
  new HarnessError('emulator-stopped', `The emulator has stopped; ${name} is not available.`, {
    exitCode: ExitCode.environmentFailed,
  });

/** Names so that each comes before what it requires. */
function stopOrder(): ServiceName[] {
  const order: ServiceName[] = [];
  const visit = (name: ServiceName): void => {
    if (order.includes(name)) return;
    for (const other of MANIFESTS) if (other.requires.includes(name)) visit(other.name);
    order.push(name);
  };
  for (const { name } of MANIFESTS) visit(name);
  return order;
}
