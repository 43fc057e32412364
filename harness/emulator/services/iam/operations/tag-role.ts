import { tagEntity } from '../entity-tags.ts';

export const tagRole = tagEntity('Role');
