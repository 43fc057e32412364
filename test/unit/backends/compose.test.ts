import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseChoice } from '../../../harness/backends/choice.ts';
import { explained } from '../../../harness/backends/compose/compose.ts';

describe('the backend compose', () => {
  it.each([
    ['compose', { base: 'compose' }],
    ['compose=localstack', { base: 'compose', service: 'localstack' }],
  ])('%s', (text, expected) => {
    expect(parseChoice(text)).toMatchObject(expected);
  });

  it.each([
    ['compose=stepfunctions-local', /"cosmicai"\|"localstack"/],
    ['compose,lambda=embedded', 'compose is not mixed with other places'],
    ['compos', 'there is no backend "compos"'],
  ])('%s is refused', (text, message) => {
    expect(() => parseChoice(text)).toThrow(message);
  });

  it.each([
    [{ code: 'ENOENT' }, 'no-compose', /is not to be had/],
    [{ code: 1, stderr: "docker: 'compose' is not a docker command.\n" }, 'no-compose', /is not to be had/],
    [{ code: 1, stderr: 'unknown flag: --file\n' }, 'no-compose', /is not to be had/],
    [
      {
        code: 1,
        stderr: 'Cannot connect to the Docker daemon at unix:///x.\nIs the docker daemon running?\n',
      },
      'no-docker',
      /No container engine answers/,
    ],
    [
      { code: 1, stderr: 'Error: Bind for 127.0.0.1:4566 failed: port is already allocated\n' },
      'port-in-use',
      /A port of docker-compose.yml is taken/,
    ],
    [{ killed: true }, 'slow-start', /did not end within 120 s/],
    [
      { code: 18, stderr: 'x\nError response from daemon: pull access denied for y\n' },
      'compose-failed',
      /"docker compose up" failed: Error response from daemon: pull access denied for y/,
    ],
  ])('%o is one sentence', (fields, code, message) => {
    const error = explained('docker compose', ['up'], Object.assign(new Error('failed'), fields), 120_000);
    expect(error).toMatchObject({ code, exitCode: 3, message: expect.stringMatching(message) });
  });
});

describe('docker-compose.yml', () => {
  interface Service {
    image: string;
    ports: string[];
    healthcheck?: unknown;
    build?: { dockerfile: string };
  }
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8')) as {
    services: Record<string, Service>;
  };

  it('pins every image', () => {
    for (const { image } of Object.values(services)) {
      expect(image).toMatch(/:(?:\$\{\w+:-)?\d+\.\d+\.\d+\}?$/);
    }
  });

  it('publishes on loopback alone', () => {
    for (const port of Object.values(services).flatMap(({ ports }) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('what the backend waits for has a health check, and ours a Dockerfile that is there', () => {
    expect(services['cosmicai']!.healthcheck).toBeDefined();
    expect(services['localstack']!.healthcheck).toBeDefined();
    expect(readFileSync(services['cosmicai']!.build!.dockerfile, 'utf8')).toContain('cosmicai');
  });
});
