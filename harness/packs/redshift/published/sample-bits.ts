/**
 * Model input of one sample in the original's partitions, in bits: a float32 image of 5 x 32 x 32 pixels and five
 * float64 magnitudes, 20,520 bytes. throughput_bps / sample_persec of every published run gives it.
 */
export const PUBLISHED_SAMPLE_BITS = 164_160;
