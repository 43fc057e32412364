import { type Intrinsic, IntrinsicError, shortStringArgument } from './intrinsic.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** States.Base64Decode(text): the UTF-8 text behind MIME Base64. */
export const base64Decode: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply([text]) {
    const encoded = shortStringArgument(text);
    if (!BASE64.test(encoded) || encoded.length % 4 === 1) throw new IntrinsicError();
    return Buffer.from(encoded, 'base64').toString('utf8');
  },
};
