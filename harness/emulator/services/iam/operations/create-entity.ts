/** Names of entities: unique whatever their case, and changed by UpdateUser and UpdateGroup. */
import { alphanumeric } from '../../../../core/ids.ts';
import type { IamContext } from '../context.ts';
import { alreadyExists } from '../errors.ts';
import type { Named } from '../store/entities.ts';
import { arnOf, type EntityKind, onEntity } from './entity-kinds.ts';
import type { Target } from './operation.ts';

const ID_CHARACTERS = 17;

/**
 * What every new entity has. "Names are not distinguished by case": https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 * @throws AwsError EntityAlreadyExists
 */
export function newIdentity<E extends Named>(
  kind: EntityKind<E>,
  { env, store }: IamContext,
  name: string,
  path = '/',
): Named {
  refuseTaken(kind, kind.entitiesOf(store), name);
  return {
    name,
    path,
    id: `${kind.idPrefix}${alphanumeric(env.random, ID_CHARACTERS)}`,
    arn: arnOf(kind, env.accountId, path, name),
    createdMs: env.clock.nowMs(),
  };
}

/** @throws AwsError EntityAlreadyExists */
function refuseTaken(
  { title }: Pick<EntityKind<Named>, 'title'>,
  entities: ReadonlyMap<string, unknown>,
  name: string,
): void {
  const folded = name.toLowerCase();
  for (const taken of entities.keys()) {
    if (taken.toLowerCase() !== folded) continue;
    if (title === 'InstanceProfile') throw alreadyExists(`Instance Profile ${name} already exists.`);
    throw alreadyExists(`${title} with name ${name} already exists.`);
  }
}

interface Renaming {
  name: string | undefined;
  newName: string | undefined;
  newPath: string | undefined;
}

/** Of a renaming: the entity as it is, and as it would be. Both must be permitted. */
export function onRenamed<E extends Named>(
  kind: EntityKind<E>,
  context: IamContext,
  { name, newName, newPath }: Renaming,
): Target[] {
  const present = onEntity(kind, context, name);
  if (name === undefined || (newName === undefined && newPath === undefined)) return present;
  const path = newPath ?? kind.entitiesOf(context.store).get(name)?.path ?? '/';
  return [...present, { resource: arnOf(kind, context.env.accountId, path, newName ?? name) }];
}

/** Gives an entity another name or path; its id and all that belongs to it stay. @throws AwsError EntityAlreadyExists */
export function rename<E extends Named>(
  kind: EntityKind<E>,
  { env, store }: IamContext,
  entity: E,
  { newName = entity.name, newPath = entity.path }: Pick<Renaming, 'newName' | 'newPath'>,
): void {
  const entities = kind.entitiesOf(store);
  const others = new Map([...entities].filter(([name]) => name !== entity.name));
  refuseTaken(kind, others, newName);
  entities.delete(entity.name);
  Object.assign(entity, {
    name: newName,
    path: newPath,
    arn: arnOf(kind, env.accountId, newPath, newName),
  });
  entities.set(newName, entity);
}
