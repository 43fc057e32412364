import type { CommandDefinition } from './command.ts';
import type { ImportCommandOptions } from './import-project.ts';

const EXAMPLES = `
Examples:
  $ cosmicai import template.yaml
  $ cosmicai import template.yaml --out cosmicai.yaml --parameter Stage=prod
  $ cosmicai import cdk.out/Orders.template.json
  $ cosmicai import .serverless/cloudformation-template-update-stack.json`;

const collect = (value: string, before: string[]): string[] => [...before, value];

export const importCommand: CommandDefinition = {
  name: 'import',
  register(program) {
    program
      .command(this.name)
      .description('write a project from a CloudFormation, AWS SAM or CDK template')
      .argument('<template>', 'template in JSON or YAML, also in cdk.out and .serverless')
      .option('--out <file>', 'project file to write', 'cosmicai.yaml')
      .option(
        '--parameter <name=value>',
        'value of a parameter of the template; may be repeated',
        collect,
        [],
      )
      .option('--name <name>', "name of the project; the template's folder when left out")
      .option('--force', 'replace files that exist', false)
      .addHelpText('after', EXAMPLES)
      .action(async (template: string, options: ImportCommandOptions) => {
        const { importProject } = await import('./import-project.ts');
        importProject(template, options);
      });
  },
};
