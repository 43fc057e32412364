import { listEntityTags } from '../entity-tags.ts';

export const listInstanceProfileTags = listEntityTags('InstanceProfile');
