import type { CommandDefinition } from './command.ts';
import { packOfFolder } from './pack-of-folder.ts';

const EXAMPLES = `
Examples:
  $ cosmicai schema > scenarios/scenario.schema.json
  $ cosmicai schema --project > scenarios/project.schema.json
  $ cosmicai schema --reference > fields.md
  # yaml-language-server: $schema=./scenario.schema.json      as the first line of a scenario`;

export const schema: CommandDefinition = {
  name: 'schema',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description('print the JSON Schema of scenarios, projects or JSON reports, or the reference of fields')
      .option('--project', 'the schema, or the reference, of project files', false)
      .option('--report', 'print the schema of the JSON report', false)
      .option('--reference', 'print every field, expectation and metric as Markdown', false)
      .addHelpText('after', EXAMPLES)
      .action(async ({ project, report, reference }: Record<'project' | 'report' | 'reference', boolean>) => {
        if (project) {
          const { projectFormat, renderProjectJsonSchema } = await import('../project/json-schema.ts');
          const { renderFieldReference } = await import('../document/field-reference.ts');
          process.stdout.write(reference ? renderFieldReference(projectFormat()) : renderProjectJsonSchema());
          return;
        }
        const pack = packOfFolder();
        if (reference) {
          const { renderFieldReference } = await import('../document/field-reference.ts');
          const { scenarioFormat } = await import('../scenario/json-schema.ts');
          const { renderMetricReference } = await import('../metrics/reference.ts');
          process.stdout.write(
            `${renderFieldReference(scenarioFormat(pack))}\n### Metrics\n\n${renderMetricReference(pack)}`,
          );
          return;
        }
        if (report) {
          const { renderReportJsonSchema } = await import('../reports/json-schema.ts');
          process.stdout.write(renderReportJsonSchema());
          return;
        }
        const { renderScenarioJsonSchema } = await import('../scenario/json-schema.ts');
        process.stdout.write(renderScenarioJsonSchema(pack));
      });
  },
};
