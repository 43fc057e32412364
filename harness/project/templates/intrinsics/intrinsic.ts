import type { Json, JsonObject } from '../../../core/json.ts';
import type { Path } from '../../../document/source.ts';
import type { Value } from '../value.ts';

/** What a template's values are resolved with. Everything in it is pure: the same names give the same values. */
export interface Evaluation {
  /** A parameter, pseudo parameter or resource by its name; undefined when the template has none. */
  ref(name: string): Value | undefined;
  /** An attribute of a resource; undefined when the template has no such resource. */
  attribute(logicalId: string, attribute: string): Value | undefined;
  /** A condition by its name; undefined when the template has none. */
  condition(name: string): boolean | undefined;
  mappings: JsonObject;
  /** An export of another stack. */
  importValue(name: string): Value | undefined;
  /** Every name that `ref` knows, for "did you mean". */
  names(): readonly string[];
  /** Text with values in the place of what is only known when it is deployed, for comparisons and lookups. */
  concrete(text: string): string;
  report(path: Path, message: string, hint?: string): void;
}

/** One intrinsic function. `argument` is what stands below its name, not evaluated yet. */
export interface Intrinsic {
  /** As in a template: `Fn::Join`. */
  name: string;
  evaluate(argument: Json, context: IntrinsicContext): Value;
}

export interface IntrinsicContext {
  evaluation: Evaluation;
  path: Path;
  /** Evaluates a part of the argument; `at` is where it stands below the function. */
  evaluate(value: Json, ...at: (string | number)[]): Value;
  /** Reports a mistake of the function and answers UNKNOWN. */
  wrong(message: string, hint?: string): Value;
}
