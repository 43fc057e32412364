/** What `cosmicai.yaml` may say: one schema from which validation, types, editor support and reference come. */
import { z } from 'zod';
import { PROJECT_RUNTIMES } from './runtimes.ts';

const path = z.string().min(1);
/** As Lambda and Step Functions take them, leaving room for the deployment's prefix. */
const resourceName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,60}$/, 'a name has at most 60 letters, digits, hyphens and underscores');
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'a bucket name has 3 to 63 lower-case letters, digits, dots and hyphens',
  );

const attribute = z
  .enum(['arn', 'name'])
  .optional()
  .describe('the ARN or the name; buckets give their name when left out, all others their ARN');

const reference = z
  .union([
    z.string().describe('name of a function, state machine, bucket or activity of the project'),
    z.number(),
    z.boolean(),
    z.strictObject({ function: z.string().describe('a function of the project'), attribute }),
    z.strictObject({ stateMachine: z.string().describe('a state machine of the project'), attribute }),
    z.strictObject({ bucket: z.string().describe('a bucket of the project'), attribute }),
    z.strictObject({ activity: z.string().describe('an activity of the project'), attribute }),
    z.strictObject({
      literal: z.union([z.string(), z.number(), z.boolean()]).describe('a text that names nothing'),
    }),
    z.strictObject({
      text: z
        .string()
        .describe(
          `a text with names in it: \`\${functions.NAME.arn}\`, \`\${buckets.NAME.name}\`, \`\${AWS::Region}\`; \`\${!X}\` is \`\${X}\``,
        ),
    }),
  ])
  .meta({ id: 'reference', description: 'a resource of the project, or a literal' });
export type ReferenceFields = z.output<typeof reference>;

const architecture = z.enum(['x86_64', 'arm64']);

const functionSchema = z.strictObject({
  runtime: z.enum(PROJECT_RUNTIMES).describe("Lambda's identifier of the runtime"),
  handler: z
    .string()
    .min(1)
    .optional()
    .describe(
      '`file.export`, such as `app.handler`; `index.handler` when left out, and not needed by `provided` runtimes',
    ),
  code: path.describe(
    'folder, `.zip`, or entry file (`.ts`, `.mts`, `.js`, `.mjs`) that esbuild bundles; relative to this file',
  ),
  layers: z.array(z.string()).default([]).describe('names of layers, merged in this order'),
  memoryMB: z.int().min(128).max(10_240).default(512).describe('memory; 1,769 MB are one vCPU'),
  timeoutSeconds: z.int().min(1).max(900).default(60).describe('timeout of an invocation'),
  ephemeralStorageMB: z.int().min(512).max(10_240).default(512).describe('size of /tmp'),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z]\w*$/, 'a variable is named by letters, digits and underscores'),
      reference,
    )
    .meta({ keys: 'VARIABLE' })
    .default({})
    .describe(
      'environment variables; a text that is the name of a bucket of the project follows that bucket',
    ),
  architecture: architecture.optional().describe('processor; that of the machine which builds when left out'),
  reservedConcurrency: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('reserved concurrency; none when left out'),
  logging: z
    .strictObject({
      format: z.enum(['text', 'json']).default('text').describe('format of log lines'),
      retentionDays: z
        .int()
        .positive()
        .optional()
        .describe('how long CloudWatch keeps them; for ever when left out'),
      applicationLevel: z
        .enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'])
        .optional()
        .describe("least level of the function's own lines; of JSON logs only"),
      systemLevel: z
        .enum(['DEBUG', 'INFO', 'WARN'])
        .optional()
        .describe("least level of Lambda's lines; of JSON logs only"),
    })
    .prefault({})
    .describe('logs of the function'),
  files: z
    .record(z.string().min(1), path)
    .meta({ keys: 'PATH' })
    .default({})
    .describe('further files of the package: path in the package, and the file or folder that goes there'),
  entries: z
    .record(z.string().min(1), path)
    .meta({ keys: 'FILE' })
    .default({})
    .describe('further entry files of a bundle, such as worker threads: name in the package, and the source'),
  packages: z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({
          name: z.string().min(1).describe('name of the npm package'),
          files: z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe(`globs of its files to take; \`\${platform}\` and \`\${arch}\` stand for the target`),
        }),
      ]),
    )
    .default([])
    .describe('npm packages that a bundle takes along as installed, such as those with native addons'),
  role: z
    .string()
    .optional()
    .describe('a role of the project; a role of its own with the least policy when left out'),
});
export type FunctionFields = z.output<typeof functionSchema>;

const layerSchema = z.union([
  path,
  z.strictObject({
    code: path.describe('folder (`nodejs/`, `python/`, ...), folder with requirements.txt, or `.zip`'),
    runtimes: z.array(z.enum(PROJECT_RUNTIMES)).default([]).describe('runtimes that it is meant for'),
  }),
]);

const stateMachineSchema = z.union([
  path,
  z.strictObject({
    definition: path.describe('`.asl.json` or `.asl.yaml` file, relative to this file'),
    type: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD').describe('type of workflow'),
    substitutions: z
      .record(z.string(), reference)
      .meta({ keys: 'PLACEHOLDER' })
      .default({})
      .describe(`what stands for each \`\${PLACEHOLDER}\` of the definition, as in DefinitionSubstitutions`),
    logging: z
      .strictObject({
        level: z.enum(['OFF', 'ERROR', 'FATAL', 'ALL']).default('OFF').describe('which events are logged'),
        includeExecutionData: z.boolean().default(false).describe('whether inputs and outputs are logged'),
        retentionDays: z
          .int()
          .positive()
          .optional()
          .describe('how long CloudWatch keeps them; for ever when left out'),
      })
      .prefault({})
      .describe('logs of executions'),
    role: z
      .string()
      .optional()
      .describe('a role of the project; a role of its own with the least policy when left out'),
  }),
]);

const bucketSchema = z.strictObject({
  existing: z
    .boolean()
    .default(false)
    .describe('the bucket exists and is only read: neither made nor removed'),
  versioning: z.boolean().default(false).describe('whether S3 keeps versions of objects'),
  notifications: z
    .array(
      z.strictObject({
        function: z.string().describe('function that is invoked'),
        events: z
          .array(z.string().regex(/^s3:[A-Za-z]+:(?:\*|[A-Za-z]+)$/, 'an event reads s3:ObjectCreated:*'))
          .min(1)
          .default(['s3:ObjectCreated:*'])
          .describe('events of S3'),
        prefix: z.string().optional().describe('keys begin with it'),
        suffix: z.string().optional().describe('keys end with it'),
      }),
    )
    .default([])
    .describe('functions that S3 invokes'),
  objects: z
    .record(
      z.string(),
      z.union([
        path,
        z.strictObject({
          from: path.describe('the file or folder'),
          versionVariable: z
            .string()
            .regex(/^[A-Za-z]\w*$/, 'a variable is named by letters, digits and underscores')
            .optional()
            .describe(
              'environment variable that tells functions the folder of a release: promoted files lie in a folder of their own below the prefix, named by their digest',
            ),
          digestVariables: z
            .record(
              z.string().regex(/^[A-Za-z]\w*$/, 'a variable is named by letters, digits and underscores'),
              z.string().min(1),
            )
            .meta({ keys: 'VARIABLE' })
            .optional()
            .describe(
              'environment variables that tell functions of a release the SHA-256 (base64) of a file, to be checked when it is loaded, such as `MODEL_SHA256: "*.bin"`; left out where no file matches',
            ),
        }),
      ]),
    )
    .meta({ keys: 'KEY' })
    .default({})
    .describe(
      'files that a deployment puts there: a key and its file, or a prefix ending in `/` and a folder',
    ),
});
export type BucketFields = z.output<typeof bucketSchema>;

const roleSchema = z.strictObject({
  policy: path
    .default('least')
    .describe(
      'JSON file with a policy document; `least` is derived from the code and definitions that use the role',
    ),
  allow: z
    .array(
      z.strictObject({
        actions: z
          .array(z.string().regex(/^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, 'an action reads service:Action'))
          .min(1),
        resources: z.array(z.string().min(1)).min(1),
      }),
    )
    .default([])
    .describe('statements added to a least policy'),
  managedPolicies: z
    .array(z.string().regex(/^arn:aws[\w-]*:iam::(?:aws|\d{12}):policy\/.+$/, 'the ARN of a managed policy'))
    .default([])
    .describe("ARNs of managed policies that are attached, such as AWS's own"),
});

const json = z.json();
const inputSchema = z.strictObject({
  default: z
    .union([path, z.record(z.string(), json)])
    .default({})
    .describe(
      `input of an execution that says nothing else, or a JSON file; \`\${NAME}\` stands for a parameter`,
    ),
  parameters: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/, 'a parameter is named by letters, digits and underscores'),
      z.union([
        z.string(),
        z.number(),
        z.boolean(),
        z.strictObject({
          default: json.optional().describe('its value unless a scenario gives another'),
          description: z.string().optional().describe('what it is for'),
        }),
      ]),
    )
    .meta({ keys: 'NAME' })
    .default({})
    .describe('values that scenarios may set, each with its default'),
  schema: z
    .union([path, z.record(z.string(), json)])
    .optional()
    .describe('JSON Schema that every input is checked against: fields, or a JSON file'),
});

const templateSchema = z.strictObject({
  from: path.describe(
    'CloudFormation or AWS SAM template, in JSON or YAML: its functions, state machines, buckets and roles are those of the project; entries of this file add to them',
  ),
  parameters: z
    .record(
      z.string().regex(/^[A-Za-z0-9]+$/, 'a parameter is named by letters and digits'),
      z.union([z.string(), z.number(), z.boolean()]),
    )
    .meta({ keys: 'NAME' })
    .default({})
    .describe('values of parameters of the template; its defaults when left out'),
});

export const projectSchema = z.strictObject({
  apiVersion: z.literal('cosmicai/v1').describe('version of the format'),
  kind: z.literal('Project').describe('what the file is'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a name has at most 40 lower-case letters, digits and hyphens')
    .describe('begins the names of everything that is deployed'),
  description: z.string().optional().describe('what it is for'),
  pack: z
    .string()
    .optional()
    .describe('a built-in pack: datasets, expectations, metrics and reports of a domain'),
  project: templateSchema.optional().describe('a template that the project is read from'),
  functions: z
    .record(resourceName, functionSchema)
    .meta({ keys: 'FUNCTION' })
    .default({})
    .describe('Lambda functions'),
  layers: z
    .record(resourceName, layerSchema)
    .meta({ keys: 'LAYER' })
    .default({})
    .describe('layers, each a path or fields'),
  stateMachines: z
    .record(resourceName, stateMachineSchema)
    .meta({ keys: 'MACHINE' })
    .default({})
    .describe('state machines, each a path or fields; scenarios execute the first unless they name another'),
  buckets: z
    .union([z.array(bucketName), z.record(bucketName, bucketSchema.nullable()).meta({ keys: 'BUCKET' })])
    .default([])
    .describe('S3 buckets: a list of names, or names with fields'),
  activities: z.array(resourceName).default([]).describe('activities of Step Functions'),
  roles: z
    .record(resourceName, roleSchema)
    .meta({ keys: 'ROLE' })
    .default({})
    .describe('IAM roles that functions and state machines may share'),
  input: inputSchema.optional().describe('input of executions'),
});
export type ProjectFields = z.output<typeof projectSchema>;
