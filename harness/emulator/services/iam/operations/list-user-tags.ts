import { listEntityTags } from '../entity-tags.ts';

export const listUserTags = listEntityTags('User');
