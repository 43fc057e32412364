import { tagEntity } from '../entity-tags.ts';

export const tagUser = tagEntity('User');
