/** `Layers` of a function: which versions there may be. */
import { invalidParameter, layerAccessDenied, validation } from './errors.ts';
import { textList } from './parameters.ts';
import type { FunctionLayer } from './store/entities.ts';
import type { LayerStore } from './store/layer-store.ts';

const MAX_LAYERS = 5;
const VERSION_ARN = /^(arn:[a-zA-Z0-9-]+:lambda:([a-zA-Z0-9-]+):(\d{12}):layer:[a-zA-Z0-9-_]+):\d+$/;
const CONSTRAINT =
  'Member must satisfy constraint: [Member must have length less than or equal to 140, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), Member must not be null]';

/**
 * The layers named, each of which must be there.
 * @throws AwsError ValidationException, InvalidParameterValueException, AccessDeniedException
 */
export function parseLayers(
  value: unknown,
  env: { region: string; accountId: string },
  store: LayerStore,
): FunctionLayer[] | undefined {
  const arns = textList(value, 'layers');
  if (arns === undefined) return undefined;
  if (arns.length > MAX_LAYERS) throw invalidParameter('Cannot reference more than 5 layers.');
  const seen = new Map<string, string>();
  return arns.map((arn) => {
    const match = VERSION_ARN.exec(arn);
    if (!match) throw validation(`[${arns.join(', ')}]`, 'layers', CONSTRAINT);
    const [, layerArn = '', region, accountId] = match;
    if (region !== env.region) {
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${env.region}.`,
      );
    }
    if (accountId !== env.accountId) throw layerAccessDenied(`arn:aws:iam::${env.accountId}:root`, arn);
    const version = store.findByArn(arn);
    if (!version || version.isDeleted) throw invalidParameter(`Layer version ${arn} does not exist.`);
    const other = seen.get(layerArn);
    if (other !== undefined) {
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    seen.set(layerArn, arn);
    return { arn, codeSizeBytes: version.codeSizeBytes, codeSha256: version.codeSha256 };
  });
}
