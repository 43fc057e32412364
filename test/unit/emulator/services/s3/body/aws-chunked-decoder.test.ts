import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from '../../../../../../harness/emulator/services/s3/body/aws-chunked-decoder.ts';

function decode(text: string, step = text.length) {
  const decoder = new AwsChunkedDecoder();
  const bytes = Buffer.from(text, 'latin1');
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(...decoder.push(bytes.subarray(at, at + step)));
  decoder.end();
  return {
    content: Buffer.concat(pieces).toString('latin1'),
    trailers: Object.fromEntries(decoder.trailers),
  };
}

const SIGNATURE = 'a'.repeat(64);

describe('AwsChunkedDecoder', () => {
  it.each([1, 2, 3, 7, 1000])('reads signed chunks and trailers in steps of %i bytes', (step) => {
    const text = `5;chunk-signature=${SIGNATURE}\r\nhe\nlo\r\n6;chunk-signature=${SIGNATURE}\r\n world\r\n0;chunk-signature=${SIGNATURE}\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:${SIGNATURE}\r\n\r\n`;
    expect(decode(text, step)).toEqual({
      content: 'he\nlo world',
      trailers: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-trailer-signature': SIGNATURE },
    });
  });

  it('reads an empty body, with or without its last empty line', () => {
    expect(decode('0\r\n\r\n').content).toBe('');
    expect(decode('0\r\n').content).toBe('');
  });

  it('tells an observer where chunks begin and end', () => {
    const seen: string[] = [];
    const decoder = new AwsChunkedDecoder({
      onChunkStart: (size, signature) => seen.push(`start ${size} ${signature?.slice(0, 2)}`),
      onChunkData: (bytes) => seen.push(`data ${bytes}`),
      onChunkEnd: () => seen.push('end'),
    });
    decoder.push(Buffer.from(`3;chunk-signature=${SIGNATURE}\r\nab`));
    decoder.push(Buffer.from('c\r\n0\r\n\r\n'));
    decoder.end();
    expect(seen).toEqual(['start 3 aa', 'data ab', 'data c', 'end', 'start 0 undefined', 'end']);
  });

  it.each([
    ['g\r\n', 'InvalidRequest'],
    ['\r\n', 'InvalidRequest'],
    ['-1\r\n', 'InvalidRequest'],
    ['5\nhello', 'InvalidRequest'],
    ['1\r\nab\r\n', 'InvalidRequest'],
    ['ffffffffffffffff\r\n', 'InvalidRequest'],
    [`${'1'.repeat(2000)}`, 'InvalidRequest'],
    ['0\r\nno-colon\r\n', 'MalformedTrailerError'],
    [`0\r\na:${'x'.repeat(9000)}`, 'MalformedTrailerError'],
    ['0\r\n\r\nmore', 'InvalidRequest'],
    ['5\r\nhel', 'IncompleteBody'],
    ['5\r\nhello\r\n', 'IncompleteBody'],
    ['', 'IncompleteBody'],
  ])('refuses %j with %s', (text, code) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code }));
  });
});
