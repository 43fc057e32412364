import { listEntityTags } from '../entity-tags.ts';

export const listRoleTags = listEntityTags('Role');
