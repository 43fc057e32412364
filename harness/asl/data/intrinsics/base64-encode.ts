import { type Intrinsic, shortStringArgument } from './intrinsic.ts';

/** States.Base64Encode(text): MIME Base64 of its UTF-8 bytes. */
export const base64Encode: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply: ([text]) => Buffer.from(shortStringArgument(text)).toString('base64'),
};
