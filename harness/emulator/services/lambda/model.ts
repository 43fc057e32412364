/** AWS's model of Lambda, with what its recorded answers have otherwise. */
import type { AwsLimits } from '../../../core/limits.ts';
import { ServiceModel } from '../../http/model/service-model.ts';
import table from '../../models/lambda.json' with { type: 'json' };
import { LAYER_RUNTIMES } from './runtime/known-runtimes.ts';

/** AWS's texts as recorded from it where they differ from the model. */
const RECORDED = {
  // Names of layers: shorter than the model allows, and told with an older pattern.
  LayerNameOrArn: {
    max: 140,
    pattern: '(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+',
  },
  // The model's pattern without the parentheses around it.
  LayerVersionArn: { pattern: table.shapes.LayerVersionArn.pattern.slice(1, -1) },
  EventSourcePosition: { enum: ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'] },
  FunctionUrlAuthType: { enum: ['AWS_IAM', 'NONE'] },
  RecursiveLoop: { enum: ['Terminate', 'Allow'] },
  // Functions' runtimes are refused with an error and a list of their own: known-runtimes.ts.
  Runtime: { enum: null },
  CompatibleRuntimes: { enum: LAYER_RUNTIMES },
  ArchitecturesList: { refusesNulls: true },
  LayerList: { refusesNulls: true },
  AdditionalVersionWeights: { refusesNulls: true },
  // EC2 judges them: function-configuration.ts.
  SubnetId: { pattern: null },
  SecurityGroupId: { pattern: null },
} as const;

/** AWS tells of runtimes before architectures: recorded in PublishLayerVersion. */
const { CompatibleArchitectures, ...members } = table.shapes.PublishLayerVersionRequest.members;
const shapes = {
  ...table.shapes,
  PublishLayerVersionRequest: {
    ...table.shapes.PublishLayerVersionRequest,
    members: { ...members, CompatibleArchitectures },
  },
};

/** The model with the limits in force: the newest one has those of Lambda Managed Instances. */
export const lambdaModel = (limits: AwsLimits): ServiceModel =>
  new ServiceModel(
    { ...table, shapes },
    {
      ...RECORDED,
      Timeout: { max: limits.lambdaMaxTimeoutSeconds },
      MemorySize: { min: limits.lambdaMinMemoryMB, max: limits.lambdaMaxMemoryMB },
      EphemeralStorageSize: {
        min: limits.lambdaMinEphemeralStorageMB,
        max: limits.lambdaMaxEphemeralStorageMB,
      },
    },
  );
