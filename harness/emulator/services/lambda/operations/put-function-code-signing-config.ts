import { attachable } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';
import { requiredText } from '../parameters.ts';

/** The code that is deployed already stays. */
export const putFunctionCodeSigningConfig = defineLambdaOperation({
  name: 'PutFunctionCodeSigningConfig',
  http: { method: 'PUT', path: '/2020-06-30/functions/{FunctionName}/code-signing-config' },
  handle({ store, codeSigning }, input) {
    const { name } = input.reference();
    const arn = requiredText(input.body, 'CodeSigningConfigArn');
    attachable(codeSigning, arn);
    const found = store.get({ name });
    found.codeSigningConfigArn = arn;
    store.save(found);
    return { CodeSigningConfigArn: arn, FunctionName: name };
  },
});
