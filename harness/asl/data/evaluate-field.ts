import type { Json } from '../../core/json.ts';
import { seededRandom } from '../../core/random.ts';
import type { EvaluationData } from './deferred.ts';
import { compileJsonata } from './jsonata.ts';
import { AslFailure, type Evaluated, type Scope } from './scope.ts';

/** Evaluates a field to the end, whatever it costs within AWS's own bounds. Never throws for what the data does. */
export function evaluateField(value: Json, name: string, data: EvaluationData): Evaluated {
  const { variables, context, seed, ...seen } = data;
  const scope: Scope = {
    ...seen,
    context: () => context,
    variables: { get: (variable) => variables[variable] },
    random: seededRandom(seed),
  };
  try {
    return { value: compileJsonata(value, name).evaluate(scope) };
  } catch (thrown) {
    if (!(thrown instanceof AslFailure)) throw thrown;
    const { error, causeText, location } = thrown;
    return { error, causeText, ...(location === undefined ? {} : { location }) };
  }
}
