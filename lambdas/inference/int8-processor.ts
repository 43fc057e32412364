/**
 * Whether this processor multiplies int8 faster than float32: onnxruntime has kernels for dot products of bytes.
 * Measured: 1.7 times float32's speed with AVX-512 VNNI (test/bench, inference). Without such instructions int8 is no
 * faster, and its products may saturate.
 */
import { readFileSync } from 'node:fs';

/** Flags of /proc/cpuinfo: x86's VNNI, and Arm's dot product, which every Graviton since the second has. */
const DOT_PRODUCTS = /\b(avx512_vnni|avx_vnni|asimddp)\b/;

/** The instruction set that makes int8 fast here, or undefined. `cpuInfo` is the text of /proc/cpuinfo. */
export function int8Instructions(cpuInfo = readCpuInfo()): string | undefined {
  return DOT_PRODUCTS.exec(cpuInfo)?.[1];
}

function readCpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Not Linux: float32 is right everywhere.
    return '';
  }
}
