/**
 * JUnit XML as GitHub, GitLab and Jenkins read it: a suite per run, a case per verdict. What was not judged is
 * skipped, a run that never came to a verdict is a case with an error. Elements and attributes are those of the schema
 * that Jenkins' xUnit plugin validates (junit-10.xsd): a check's file and line are its system-out, not attributes.
 */
import { XMLBuilder } from 'fast-xml-parser';
import { describeCell } from '../scenario/matrix.ts';
import type { JudgedVerdict, RunOutcome } from '../scenario/outcome.ts';
import type { Report } from './report.ts';

export function renderJunit({ outcomes, failures }: Report): string {
  const suites = [...outcomes.map(suiteOf), ...failures.map(failedSuite)];
  const sum = (name: '@tests' | '@failures' | '@errors') =>
    suites.reduce((total, suite) => total + suite[name], 0);
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: true,
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
  });
  const testsuites = {
    '@name': 'cosmicai',
    '@tests': sum('@tests'),
    '@failures': sum('@failures'),
    '@errors': sum('@errors'),
    '@time': suites.reduce((total, suite) => total + Number(suite['@time']), 0).toFixed(3),
    testsuite: suites,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ testsuites: withoutControls(testsuites) })}`;
}

function suiteOf(outcome: RunOutcome) {
  const { verdicts, record } = outcome;
  const isFailure = (verdict: JudgedVerdict) => verdict.outcome === 'failed' && !verdict.soft;
  const isSkipped = (verdict: JudgedVerdict) => verdict.outcome !== 'passed' && !isFailure(verdict);
  return {
    '@name': [outcome.scenario, describeCell(outcome.cell)].filter((part) => part !== '').join(' '),
    '@tests': verdicts.length,
    '@failures': verdicts.filter(isFailure).length,
    '@errors': 0,
    '@skipped': verdicts.filter(isSkipped).length,
    '@time': ((record.endedAtMs - record.startedAtMs) / 1000).toFixed(3),
    '@timestamp': new Date(record.startedAtMs).toISOString().slice(0, 19),
    '@file': outcome.file,
    properties: {
      property: [
        { '@name': 'runId', '@value': outcome.runId },
        { '@name': 'backend', '@value': record.backend.name },
      ],
    },
    testcase: verdicts.map((verdict, index) => ({
      '@name': uniqueName(verdicts, index),
      '@classname': outcome.scenario,
      ...(isFailure(verdict)
        ? {
            failure: {
              '@message': oneLine(`expected ${verdict.expected}, actual ${verdict.actual}`),
              '@type': 'expectation',
              '#text': textOf(verdict),
            },
          }
        : {}),
      ...(isSkipped(verdict)
        ? {
            skipped: {
              '@message': oneLine(`${verdict.outcome}${verdict.soft ? ' (soft)' : ''}: ${verdict.actual}`),
            },
          }
        : {}),
      ...(verdict.location ? { 'system-out': placeOf(verdict.location) } : {}),
    })),
  };
}

/** Readers of JUnit files join cases by name: of equal names, all but the first get a number. */
function uniqueName(verdicts: readonly JudgedVerdict[], index: number): string {
  const { name } = verdicts[index]!;
  const before = verdicts.slice(0, index).filter((one) => one.name === name).length;
  return before === 0 ? name : `${name} #${before + 1}`;
}

const placeOf = ({ file, line, column }: NonNullable<JudgedVerdict['location']>): string =>
  `${file}:${line}:${column}`;

function failedSuite({ scenario, file, label, message, remedy }: Report['failures'][number]) {
  const name = [scenario, label].filter((part) => part !== '').join(' ');
  return {
    '@name': name,
    '@tests': 1,
    '@failures': 0,
    '@errors': 1,
    '@skipped': 0,
    '@time': '0',
    '@file': file,
    testcase: [
      {
        '@name': 'comes to a verdict',
        '@classname': scenario,
        error: {
          '@message': oneLine(message),
          '@type': 'environment',
          '#text': [message, remedy ?? ''].join('\n').trim(),
        },
      },
    ],
  };
}

/** Parsers make spaces of line breaks in attributes, and viewers show them in one line. */
const MOST_CHARACTERS = 300;
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS - 1)}…`;
}

const textOf = ({ expected, actual, evidence, location }: JudgedVerdict): string =>
  [
    `expected ${expected}`,
    `actual   ${actual}`,
    location ? `asked at ${placeOf(location)}` : '',
    evidence === undefined ? '' : `evidence ${evidence}`,
  ]
    .filter((line) => line !== '')
    .join('\n')
    .trim();

// XML 1.0 has no place for these, not even as references.
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function withoutControls<Value>(value: Value): Value {
  if (typeof value === 'string') return value.replace(FORBIDDEN, '\uFFFD') as Value;
  if (Array.isArray(value)) return value.map(withoutControls) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutControls(one)])) as Value;
}
