/**
 * Secrets of access keys and sessions. They come from the operating system's generator, never from the seeded one:
 * everything that the seeded generator made so far is visible to clients as ids.
 */
import { randomBytes } from 'node:crypto';

/** A secret access key: 40 characters of base64, as AWS's. */
export const generateSecret = (): string => randomBytes(30).toString('base64');

export const generateSessionToken = (): string => randomBytes(90).toString('base64');

/** A password of a service-specific credential: 59 characters and `=`, as AWS's. */
export const generateServicePassword = (): string => `${randomBytes(45).toString('base64').slice(0, 59)}=`;
