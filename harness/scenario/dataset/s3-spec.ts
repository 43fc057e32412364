import { z } from 'zod';

/** Objects under a prefix of S3. */
export const s3Shape = z.strictObject({
  uri: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/, 'it reads s3://BUCKET/PREFIX/')
    .describe('`s3://BUCKET/PREFIX/`: what lies right under it is the dataset'),
  endpoint: z
    .url({ protocol: /^https?$/, error: 'it is a URL such as http://127.0.0.1:4566' })
    .optional()
    .describe('where that S3 answers; AWS itself when left out'),
  region: z
    .string()
    .min(1)
    .optional()
    .describe("region of the bucket; what the SDK's default chain knows when left out"),
  profile: z
    .string()
    .min(1)
    .optional()
    .describe("named profile with the credentials; the SDK's default chain when left out"),
  count: z
    .int()
    .positive()
    .optional()
    .describe(
      `how many files there must be; \`\${files}\` and damage need it, for nothing is listed before a run`,
    ),
  inPlace: z
    .boolean()
    .default(false)
    .describe(
      '`true`: they are read where they lie, in the account or at the endpoint that the run uses, and nothing is copied (backends `endpoint` and `aws`); otherwise they are copied once by ETag, then uploaded like those of a folder',
    ),
});

/** The same with what no field alone can tell; kinds of datasets may add fields of their own. */
export const s3Schema = <Shape extends typeof s3Shape>(shape: Shape) =>
  shape.superRefine(({ uri, endpoint, region, profile, inPlace }, context) => {
    const issue = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (!inPlace) return;
    if (/^s3:\/\/[^/]+\/*$/.test(uri)) issue('uri', 'dataset.s3.inPlace needs a prefix in the uri');
    const [other] = Object.entries({ endpoint, region, profile }).filter(([, value]) => value !== undefined);
    if (other) issue(other[0], `dataset.s3.inPlace reads where the run is: "${other[0]}" is not for it`);
  });
export type S3Spec = z.output<typeof s3Shape>;
