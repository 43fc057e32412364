/** OpenID Connect providers: whose tokens AssumeRoleWithWebIdentity takes. Errors as recorded in 2026. */
import type {
  AddClientIDToOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommandInput,
  RemoveClientIDFromOpenIDConnectProviderCommandInput,
  UpdateOpenIDConnectProviderThumbprintCommandInput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { alreadyExists, limitExceeded, validationError } from '../errors.ts';
import { secondsOf, tagList } from '../shapes.ts';
import type { OidcProvider } from '../store/entities.ts';
import { oidcProvider, onOidcProvider } from './entity-kinds.ts';
import { iamOperation, onEverything, requestTags } from './operation.ts';
import { givenTags } from './tags.ts';

const MAX_CLIENTS = 100;
const MAX_THUMBPRINTS = 5;
const SCHEME = 'https://';

const arnOf = (accountId: string, url: string): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${url.slice(SCHEME.length)}`;

function checkLists({ clientIds, thumbprints }: Pick<OidcProvider, 'clientIds' | 'thumbprints'>): void {
  if (thumbprints.length > MAX_THUMBPRINTS) {
    throw new AwsError('InvalidInput', 'Thumbprint list must contain fewer than 5 entries.');
  }
  if (clientIds.length > MAX_CLIENTS) {
    throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MAX_CLIENTS}`);
  }
}

const createProvider = iamOperation<CreateOpenIDConnectProviderCommandInput>({
  name: 'CreateOpenIDConnectProvider',
  on: ({ Url, Tags }, { env }) => [
    { resource: Url === undefined ? '*' : arnOf(env.accountId, Url), context: requestTags(Tags) },
  ],
  handle({ env, store }, { Url, ClientIDList = [], ThumbprintList = [], Tags }) {
    if (!Url.startsWith(SCHEME) || !URL.canParse(Url)) {
      throw validationError('Invalid Open ID Connect Provider URL');
    }
    const lists = { clientIds: [...new Set(ClientIDList)], thumbprints: ThumbprintList };
    checkLists(lists);
    const arn = arnOf(env.accountId, Url);
    if (store.oidcProviders.has(arn)) throw alreadyExists(`Provider with url ${Url} already exists.`);
    store.oidcProviders.set(arn, {
      arn,
      url: Url.slice(SCHEME.length),
      ...lists,
      createdMs: env.clock.nowMs(),
      tags: givenTags(Tags, { foldsCase: false }),
    });
    return { OpenIDConnectProviderArn: arn, ...(Tags ? { Tags } : {}) };
  },
});

const getProvider = iamOperation<GetOpenIDConnectProviderCommandInput>({
  name: 'GetOpenIDConnectProvider',
  on: ({ OpenIDConnectProviderArn }, context) => onOidcProvider(context, OpenIDConnectProviderArn),
  handle({ store }, { OpenIDConnectProviderArn }) {
    const provider = oidcProvider(store, OpenIDConnectProviderArn);
    return {
      Url: provider.url,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: secondsOf(provider.createdMs),
      Tags: tagList(provider.tags),
    };
  },
});

const listProviders = iamOperation<object>({
  name: 'ListOpenIDConnectProviders',
  on: onEverything,
  handle: ({ store }) => ({
    OpenIDConnectProviderList: [...store.oidcProviders.keys()].sort().map((Arn) => ({ Arn })),
  }),
});

const deleteProvider = iamOperation<DeleteOpenIDConnectProviderCommandInput>({
  name: 'DeleteOpenIDConnectProvider',
  on: ({ OpenIDConnectProviderArn }, context) => onOidcProvider(context, OpenIDConnectProviderArn),
  handle({ store }, { OpenIDConnectProviderArn: arn }) {
    if (store.oidcProviders.delete(arn)) return undefined;
    throw new AwsError('NoSuchEntity', `OpenId connect Provider ${arn} cannot be found.`, 404);
  },
});

const updateThumbprint = iamOperation<UpdateOpenIDConnectProviderThumbprintCommandInput>({
  name: 'UpdateOpenIDConnectProviderThumbprint',
  on: ({ OpenIDConnectProviderArn }, context) => onOidcProvider(context, OpenIDConnectProviderArn),
  handle({ store }, { OpenIDConnectProviderArn, ThumbprintList }) {
    const provider = oidcProvider(store, OpenIDConnectProviderArn);
    checkLists({ clientIds: [], thumbprints: ThumbprintList });
    provider.thumbprints = ThumbprintList;
  },
});

const addClientId = iamOperation<AddClientIDToOpenIDConnectProviderCommandInput>({
  name: 'AddClientIDToOpenIDConnectProvider',
  on: ({ OpenIDConnectProviderArn }, context) => onOidcProvider(context, OpenIDConnectProviderArn),
  handle({ store }, { OpenIDConnectProviderArn, ClientID }) {
    const provider = oidcProvider(store, OpenIDConnectProviderArn);
    const clientIds = [...new Set([...provider.clientIds, ClientID])];
    checkLists({ clientIds, thumbprints: [] });
    provider.clientIds = clientIds;
  },
});

/** An id that is not there is no error: API_RemoveClientIDFromOpenIDConnectProvider. */
const removeClientId = iamOperation<RemoveClientIDFromOpenIDConnectProviderCommandInput>({
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  on: ({ OpenIDConnectProviderArn }, context) => onOidcProvider(context, OpenIDConnectProviderArn),
  handle({ store }, { OpenIDConnectProviderArn, ClientID }) {
    const provider = oidcProvider(store, OpenIDConnectProviderArn);
    provider.clientIds = provider.clientIds.filter((id) => id !== ClientID);
  },
});

export const oidcProviderOperations: readonly Operation<IamContext>[] = [
  createProvider,
  getProvider,
  listProviders,
  deleteProvider,
  updateThumbprint,
  addClientId,
  removeClientId,
];
