import type { QueryInput } from '../../http/protocols/aws-query.ts';
import { alreadyExists } from './errors.ts';
import { checkEntityName, entityPath } from './parameters.ts';
import type { Principal } from './store/entities.ts';

/** Gives a user or group the name and path that `NewUserName`, `NewGroupName` and `NewPath` ask for. */
export function renamed<T extends Principal>(
  kind: 'user' | 'group',
  entity: T,
  input: QueryInput,
  { accountId, entities }: { accountId: string; entities: Map<string, T> },
): void {
  const title = kind === 'user' ? 'User' : 'Group';
  const name = input[`New${title}Name`] ?? entity.name;
  checkEntityName(name, `New${title}Name`);
  const path = input['NewPath'] === undefined ? entity.path : entityPath(input, 'NewPath');
  if (name !== entity.name && entities.has(name)) {
    throw alreadyExists(`${title} with name ${name} already exists.`);
  }
  entities.delete(entity.name);
  Object.assign(entity, { name, path, arn: `arn:aws:iam::${accountId}:${kind}${path}${name}` });
  entities.set(name, entity);
}
