/** Fn::Cidr: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html */

interface Family {
  bits: number;
  parse(text: string): bigint | undefined;
  print(address: bigint): string;
}

const IPV4: Family = {
  bits: 32,
  parse(text) {
    const parts = text.split('.').map(Number);
    if (parts.length !== 4 || parts.some((one) => !Number.isInteger(one) || one < 0 || one > 255))
      return undefined;
    return parts.reduce((sum, one) => sum * 256n + BigInt(one), 0n);
  },
  print: (address) => [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.'),
};

const IPV6: Family = {
  bits: 128,
  parse(text) {
    const [before = '', after] = text.split('::');
    const groups = (part: string | undefined) => (part ? part.split(':') : []);
    const head = groups(before);
    const tail = groups(after);
    const missing = 8 - head.length - tail.length;
    if (after === undefined ? missing !== 0 : missing < 0) return undefined;
    const all = [...head, ...Array<string>(after === undefined ? 0 : missing).fill('0'), ...tail];
    if (all.length !== 8 || all.some((one) => !/^[0-9a-fA-F]{1,4}$/.test(one))) return undefined;
    return all.reduce((sum, one) => sum * 65_536n + BigInt(`0x${one}`), 0n);
  },
  print(address) {
    const groups = Array.from({ length: 8 }, (_, i) =>
      ((address >> BigInt(112 - 16 * i)) & 65_535n).toString(16),
    );
    const text = groups.join(':');
    const runs = text.match(/\b0(?::0)+\b/g) ?? [];
    const longest = runs.sort((a, b) => b.length - a.length)[0];
    return longest === undefined
      ? text
      : text
          .replace(longest, '')
          .replace(/^:?|:?$/g, ':')
          .replace(/^:(?=[^:])|([^:]):$/g, '$1');
  },
};

/** The first `count` blocks of `2^subnetBits` addresses in a block such as `10.0.0.0/16`; undefined when they don't fit. */
export function cidrBlocks(block: string, count: number, subnetBits: number): string[] | undefined {
  const [address = '', mask] = block.split('/');
  const family = address.includes(':') ? IPV6 : IPV4;
  const base = family.parse(address);
  const bits = Number(mask);
  const prefix = family.bits - subnetBits;
  if (base === undefined || !Number.isInteger(bits) || bits < 0 || bits > family.bits) return undefined;
  if (!Number.isInteger(count) || count < 1 || count > 256 || !Number.isInteger(subnetBits) || subnetBits < 0)
    return undefined;
  if (prefix < bits || BigInt(count) > 1n << BigInt(prefix - bits)) return undefined;
  const first = (base >> BigInt(family.bits - bits)) << BigInt(family.bits - bits);
  return Array.from(
    { length: count },
    (_, index) => `${family.print(first + (BigInt(index) << BigInt(subnetBits)))}/${prefix}`,
  );
}
