import { tagEntity } from '../entity-tags.ts';

export const tagInstanceProfile = tagEntity('InstanceProfile');
