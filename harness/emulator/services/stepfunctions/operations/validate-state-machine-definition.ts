import { compile } from '../../../../asl/compile.ts';
import { readType } from '../definitions.ts';
import { statesOperation } from '../operation.ts';

const DEFAULT_DIAGNOSTICS = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html */
export const validateStateMachineDefinition = statesOperation({
  name: 'ValidateStateMachineDefinition',
  read: (members) => ({
    definition: members.text('definition', { min: 1, max: 1_048_576 }),
    type: readType(members),
    severity: members.optionalText('severity', { values: ['ERROR', 'WARNING'] }) ?? 'ERROR',
    maxResults: members.optionalNumber('maxResults', { min: 0, max: 100 }) ?? 0,
  }),
  handle(_context, { definition, type, severity, maxResults }) {
    const { program, diagnostics } = compile(definition, { type });
    const wanted = diagnostics.filter(
      (diagnostic) => severity === 'WARNING' || diagnostic.severity === 'ERROR',
    );
    const limit = maxResults === 0 ? DEFAULT_DIAGNOSTICS : maxResults;
    return {
      result: program ? 'OK' : 'FAIL',
      diagnostics: wanted.slice(0, limit),
      truncated: wanted.length > limit,
    };
  },
});
