/**
 * Galaxy profiles as mixtures of Gaussians (Hogg & Lang 2013, PASP 125, 719: the "lux" and "luv" fits to the
 * profiles SDSS uses), which convolve with a Gaussian point spread function by adding variances.
 */

export interface ProfileMixture {
  /** Share of the total flux of each Gaussian. */
  weight: Float64Array;
  /** Variance of each Gaussian in squared half-light radii. */
  variance: Float64Array;
}

function mixture(
  amplitudes: readonly number[],
  variances: readonly number[],
  halfLight: number,
): ProfileMixture {
  const total = amplitudes.reduce((sum, amplitude) => sum + amplitude, 0);
  return {
    weight: Float64Array.from(amplitudes, (amplitude) => amplitude / total),
    variance: Float64Array.from(variances, (variance) => variance / (halfLight * halfLight)),
  };
}

/** Sersic n = 1, cut at 4 radii; half of this fit's light lies within 0.98615 of its unit. */
export const EXPONENTIAL = mixture(
  [2.34853813e-3, 3.0799526e-2, 2.23364214e-1, 1.17949102, 4.3387375, 5.9982077],
  [1.20078965e-3, 8.84526493e-3, 3.91463084e-2, 1.39976817e-1, 4.609625e-1, 1.50159566],
  0.9861536269006191,
);

/** Sersic n = 4, cut at 8 radii; half of this fit's light lies within 0.91546 of its unit. */
export const DE_VAUCOULEURS = mixture(
  [4.26347652e-2, 2.40127183e-1, 6.85907632e-1, 1.5193735, 2.83627243, 4.46467501, 5.7244083, 5.60989349],
  [
    2.23759216e-4, 1.00220099e-3, 4.18731126e-3, 1.69432589e-2, 6.84850479e-2, 2.8720708e-1, 1.33320254,
    8.40215071,
  ],
  0.9154583202520719,
);
