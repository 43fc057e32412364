import { describe, expect, it } from 'vitest';
import { embeddedMetrics } from '../../../harness/core/embedded-metrics.ts';

const line = (members: object, directives: unknown, timestamp: unknown = 1000) =>
  JSON.stringify({ _aws: { Timestamp: timestamp, CloudWatchMetrics: directives }, ...members });

const read = (message: string) => embeddedMetrics({ message, timestampMs: 5 });

const directive = {
  Namespace: 'CosmicAI',
  Dimensions: [['service']],
  Metrics: [{ Name: 'Samples', Unit: 'Count' }],
};

describe('the embedded metric format', () => {
  it('a metric with its dimensions, unit and time', () => {
    expect(read(line({ service: 'inference', Samples: 48 }, [directive]))).toEqual([
      {
        namespace: 'CosmicAI',
        name: 'Samples',
        dimensions: { service: 'inference' },
        unit: 'Count',
        timestampMs: 1000,
        values: [48],
        highResolution: false,
      },
    ]);
  });

  it('follows what a runtime puts before the line', () => {
    const text = line({ service: 'inference', Samples: [1, 2] }, [directive], null);
    expect(read(`2026-01-01T00:00:00Z\tid\tINFO\t${text}`)).toMatchObject([
      { values: [1, 2], timestampMs: 5 },
    ]);
  });

  it.each([
    ['no JSON', '{"_aws"'],
    ['no directives', JSON.stringify({ _aws: {} })],
    ['no namespace', line({ service: 'x', Samples: 1 }, [{ ...directive, Namespace: 7 }])],
    ['a dimension that is not there', line({ Samples: 1 }, [directive])],
    ['a value that is no number', line({ service: 'x', Samples: 'many' }, [directive])],
    ['a value that is not there', line({ service: 'x' }, [directive])],
    ['directives that are no list', line({ service: 'x', Samples: 1 }, directive)],
  ])('%s: a log event like any other', (_, message) => {
    expect(read(message)).toEqual([]);
  });
});
