/** The Map state's own fields. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { isJsonataString } from '../data/jsonata.ts';
import type { QueryLanguage } from '../definition.ts';
import { checkExpressions } from './jsonata-expressions.ts';
import { checkPath, checkTemplate } from './paths.ts';
import type { Report } from './report.ts';
import { expectAll, expectEnum, expectNumber, expectOneOf, expectOnly, expectType } from './shapes.ts';

const MAX_LABEL_LENGTH = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what AWS forbids in labels
const BAD_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"/\u0000-\u001f\u007f-\u009f]/u;
const READER_CONFIG = [
  'InputType',
  'ManifestType',
  'Transformation',
  'ItemsPointer',
  'CSVHeaderLocation',
  'CSVHeaders',
  'CSVDelimiter',
  'MaxItems',
  'MaxItemsPath',
];

export function checkMap(report: Report, state: JsonObject, language: QueryLanguage, location: string): void {
  const jsonata = language === 'JSONata';
  expectOneOf(report, state, ['ItemProcessor', 'Iterator'], location);
  for (const [field, max] of NUMBERS) {
    const integer = field !== 'ToleratedFailurePercentage';
    expectNumber(report, state, field, { min: 0, ...(max && { max }), integer, jsonata }, location);
    expectOneOf(report, state, [field, `${field}Path`], location, true);
    checkPath(report, state, `${field}Path`, 'reference', location);
  }
  checkItems(report, state, jsonata, location);
  checkLabel(report, state['Label'], `${location}/Label`);
  if (state['ItemReader'] !== undefined)
    checkReader(report, state['ItemReader'], jsonata, `${location}/ItemReader`);
  if (state['ItemBatcher'] !== undefined)
    checkBatcher(report, state['ItemBatcher'], jsonata, `${location}/ItemBatcher`);
  if (state['ResultWriter'] !== undefined)
    checkWriter(report, state['ResultWriter'], jsonata, `${location}/ResultWriter`);
}

const NUMBERS: [field: string, max: number | undefined][] = [
  ['MaxConcurrency', undefined],
  ['ToleratedFailureCount', undefined],
  ['ToleratedFailurePercentage', 100],
];

function checkItems(report: Report, state: JsonObject, jsonata: boolean, location: string): void {
  checkPath(report, state, 'ItemsPath', 'reference', location);
  if (jsonata) {
    const items = state['Items'];
    if (items !== undefined && typeof items !== 'object' && !isJsonataString(items)) {
      report.schema('Expected value of type Array', `${location}/Items`);
    }
    for (const field of ['Items', 'ItemSelector'])
      checkExpressions(report, state[field], `${location}/${field}`);
  } else {
    checkTemplate(report, state['ItemSelector'], `${location}/ItemSelector`);
  }
}

function checkLabel(report: Report, label: Json | undefined, location: string): void {
  if (label === undefined || !expectType(report, label, 'String', location)) return;
  const text = label as string;
  if ([...text].length > MAX_LABEL_LENGTH) {
    report.error(
      'INVALID_LABEL_NAME',
      `The label name '${text}' exceeds the ${MAX_LABEL_LENGTH}-character limit allowed by the service`,
      location,
    );
  } else if (text === '' || BAD_LABEL.test(text)) {
    report.error('INVALID_LABEL_NAME', `Invalid Label name: ${text}`, location);
  } else if (report.labels.has(text)) {
    report.error('DUPLICATE_LABEL_NAME', `Duplicate Label name: ${text}`, location);
  }
  report.labels.add(text);
}

/** ProcessorConfig of an ItemProcessor or Iterator. */
export function checkProcessorConfig(report: Report, config: Json | undefined, location: string): void {
  if (config === undefined) return;
  if (!isJsonObject(config)) {
    report.schema('Expected value of type Object', location);
    return;
  }
  const mode = config['Mode'] ?? 'INLINE';
  expectEnum(report, mode, ['INLINE', 'DISTRIBUTED'], `${location}/Mode`);
  expectOnly(report, config, mode === 'DISTRIBUTED' ? ['Mode', 'ExecutionType'] : ['Mode'], location);
  if (mode !== 'DISTRIBUTED') return;
  if (expectAll(report, config, ['ExecutionType'], location)) {
    expectEnum(report, config['ExecutionType'], ['STANDARD', 'EXPRESS'], `${location}/ExecutionType`);
  }
  if (report.type === 'EXPRESS') {
    report.schema(
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
      `${location}/Mode`,
    );
  }
}

function checkReader(report: Report, reader: Json, jsonata: boolean, location: string): void {
  if (!isJsonObject(reader)) {
    report.schema('Expected value of type Object', location);
    return;
  }
  checkService(report, reader, jsonata, location, ['ReaderConfig']);
  if (expectAll(report, reader, ['Resource'], location)) {
    checkServiceResource(report, reader['Resource'], ['getObject', 'listObjectsV2'], `${location}/Resource`);
  }
  const config = reader['ReaderConfig'];
  if (config === undefined) return;
  if (isJsonObject(config)) checkReaderConfig(report, config, jsonata, `${location}/ReaderConfig`);
  else report.schema('Expected value of type Object', `${location}/ReaderConfig`);
}

function checkReaderConfig(report: Report, config: JsonObject, jsonata: boolean, location: string): void {
  expectOnly(report, config, READER_CONFIG, location);
  const { InputType, CSVHeaderLocation, CSVHeaders } = config;
  if (
    InputType !== undefined &&
    !['MANIFEST', 'JSON', 'CSV', 'JSONL', 'PARQUET'].includes(String(InputType))
  ) {
    report.schema(
      "The field 'InputType' should have one of these values: [MANIFEST, JSON, CSV, JSONL, PARQUET]",
      `${location}/InputType`,
    );
  }
  if (InputType === 'CSV') {
    if (CSVHeaderLocation === undefined) report.schema("The field 'CSVHeaderLocation' is required", location);
    expectEnum(report, CSVHeaderLocation, ['FIRST_ROW', 'GIVEN'], `${location}/CSVHeaderLocation`);
    expectEnum(
      report,
      config['CSVDelimiter'],
      ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'],
      `${location}/CSVDelimiter`,
    );
    if (CSVHeaderLocation === 'GIVEN') expectAll(report, config, ['CSVHeaders'], location);
    if (CSVHeaders !== undefined) expectType(report, CSVHeaders, 'Array', `${location}/CSVHeaders`);
  } else {
    for (const field of ['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter']) {
      if (config[field] !== undefined) report.schema(`Field '${field}' is not supported`, location);
    }
  }
  if (config['ItemsPointer'] !== undefined) {
    expectType(report, config['ItemsPointer'], 'String', `${location}/ItemsPointer`);
  }
  expectNumber(report, config, 'MaxItems', { min: 0, jsonata }, location);
  expectOneOf(report, config, ['MaxItems', 'MaxItemsPath'], location, true);
  checkPath(report, config, 'MaxItemsPath', 'reference', location);
  if (jsonata) checkExpressions(report, config['MaxItems'], `${location}/MaxItems`);
}

function checkBatcher(report: Report, batcher: Json, jsonata: boolean, location: string): void {
  if (!isJsonObject(batcher)) {
    report.schema('Expected value of type Object', location);
    return;
  }
  const numbers = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'];
  expectOnly(report, batcher, ['BatchInput', ...numbers.flatMap((name) => [name, `${name}Path`])], location);
  for (const name of numbers) {
    const max = name === 'MaxInputBytesPerBatch' ? { max: 262_144 } : {};
    expectNumber(report, batcher, name, { min: 1, ...max, jsonata }, location);
    expectOneOf(report, batcher, [name, `${name}Path`], location, true);
    checkPath(report, batcher, `${name}Path`, 'reference', location);
  }
  if (!numbers.some((name) => batcher[name] !== undefined || batcher[`${name}Path`] !== undefined)) {
    report.schema(`At least one of these fields is required: [${numbers.join(', ')}]`, location);
  }
  if (jsonata) checkExpressions(report, batcher, location);
  else checkTemplate(report, batcher['BatchInput'], `${location}/BatchInput`);
}

function checkWriter(report: Report, writer: Json, jsonata: boolean, location: string): void {
  if (!isJsonObject(writer)) {
    report.schema('Expected value of type Object', location);
    return;
  }
  checkService(report, writer, jsonata, location, ['WriterConfig']);
  const { Resource, WriterConfig } = writer;
  if (Resource === undefined && WriterConfig === undefined) {
    report.schema('At least one of these fields is required: [Resource, WriterConfig]', location);
  }
  if (Resource !== undefined) {
    checkServiceResource(report, Resource, ['putObject'], `${location}/Resource`);
    expectAll(report, writer, [jsonata ? 'Arguments' : 'Parameters'], location);
  }
  if (WriterConfig === undefined) return;
  const at = `${location}/WriterConfig`;
  if (!isJsonObject(WriterConfig)) {
    report.schema('Expected value of type Object', at);
    return;
  }
  expectOnly(report, WriterConfig, ['Transformation', 'OutputType'], at);
  if (!expectAll(report, WriterConfig, ['Transformation', 'OutputType'], at)) return;
  expectEnum(report, WriterConfig['Transformation'], ['NONE', 'COMPACT', 'FLATTEN'], `${at}/Transformation`);
  expectEnum(report, WriterConfig['OutputType'], ['JSON', 'JSONL'], `${at}/OutputType`);
}

/** Resource with Parameters (JSONPath) or Arguments (JSONata), as ItemReader and ResultWriter have them. */
function checkService(
  report: Report,
  holder: JsonObject,
  jsonata: boolean,
  location: string,
  extra: readonly string[],
): void {
  const own = jsonata ? 'Arguments' : 'Parameters';
  const other = jsonata ? 'Parameters' : 'Arguments';
  if (holder[other] !== undefined) {
    const [language, otherLanguage] = jsonata ? ['JSONata', 'JSONPath'] : ['JSONPath', 'JSONata'];
    report.schema(
      `The QueryLanguage is set to '${language}', but field '${other}' is only supported for the '${otherLanguage}' QueryLanguage`,
      location,
    );
  }
  expectOnly(report, holder, ['Resource', 'Parameters', 'Arguments', ...extra], location);
  if (jsonata) checkExpressions(report, holder[own], `${location}/${own}`);
  else checkTemplate(report, holder[own], `${location}/${own}`);
}

function checkServiceResource(
  report: Report,
  resource: Json | undefined,
  apis: readonly string[],
  location: string,
): void {
  const examples = apis.map((api) => `arn:<partition>:states:::s3:${api}`);
  const known = apis.some(
    (api) => typeof resource === 'string' && new RegExp(`^arn:[^:]+:states:::s3:${api}$`).test(resource),
  );
  if (!known) {
    report.schema(
      `The field 'Resource' does not match any of the allowed values. Examples: [${examples.join(', ')}]`,
      location,
    );
  }
}
