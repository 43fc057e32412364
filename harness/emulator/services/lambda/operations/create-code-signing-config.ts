import { uuid } from '../../../../core/ids.ts';
import { codeSigningShape, parseCodeSigning } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';
import { validation } from '../errors.ts';
import { textMap } from '../parameters.ts';
import { checkTagCount } from '../tags.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html */
export const createCodeSigningConfig = defineLambdaOperation({
  name: 'CreateCodeSigningConfig',
  http: { method: 'POST', path: '/2020-04-22/code-signing-configs' },
  status: 201,
  handle({ env, codeSigning }, { body }) {
    const { description = '', signingProfileVersionArns, untrusted = 'Warn' } = parseCodeSigning(body);
    if (signingProfileVersionArns === undefined) {
      throw validation(null, 'allowedPublishers', 'Member must not be null');
    }
    const tags = textMap(body['Tags'], 'tags');
    checkTagCount(tags);
    const config = {
      id: `csc-${uuid(env.random).replaceAll('-', '').slice(0, 17)}`,
      description,
      signingProfileVersionArns,
      untrusted,
      lastModifiedMs: env.clock.nowMs(),
      tags,
    };
    codeSigning.save(config);
    return { CodeSigningConfig: codeSigningShape(codeSigning, config) };
  },
});
