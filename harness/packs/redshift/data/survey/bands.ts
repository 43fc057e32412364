/**
 * The five SDSS bands: transmission, depth and seeing.
 *
 * Transmission: total system response through 1.3 air masses, simplified from Fukugita et al. 1996 (AJ 111, 1748)
 * and Doi et al. 2010 (AJ 139, 1628). Sky, gain and seeing are typical of the imaging survey (York et al. 2000,
 * AJ 120, 1579; Gunn et al. 1998, AJ 116, 3040). Fluxes are in nanomaggies (AB magnitude 22.5 is 1 nMgy).
 */

export interface Band {
  name: 'u' | 'g' | 'r' | 'i' | 'z';
  /** Wavelength in Angstrom and response, straight lines between. */
  response: readonly (readonly [number, number])[];
  /** Standard deviation of the sky in one pixel, nMgy. */
  skySigma: number;
  /** Photoelectrons per nMgy. */
  electrons: number;
  /** Full width at half maximum of the median point spread function, arcsec. */
  seeing: number;
  /** Softening b of asinh magnitudes (Lupton, Gunn & Szalay 1999, AJ 118, 1406). */
  softening: number;
}

/** Angular size of a pixel, arcsec. */
export const PIXEL_ARCSEC = 0.396;

export const SURVEY_BANDS: readonly Band[] = [
  {
    name: 'u',
    response: [
      [3000, 0],
      [3100, 0.01],
      [3200, 0.04],
      [3300, 0.07],
      [3400, 0.085],
      [3500, 0.095],
      [3600, 0.1],
      [3700, 0.098],
      [3800, 0.08],
      [3900, 0.04],
      [4000, 0.008],
      [4100, 0],
    ],
    skySigma: 0.041,
    electrons: 150,
    seeing: 1.53,
    softening: 1.4e-10,
  },
  {
    name: 'g',
    response: [
      [3800, 0],
      [3900, 0.01],
      [4000, 0.06],
      [4100, 0.14],
      [4200, 0.22],
      [4300, 0.26],
      [4500, 0.31],
      [4700, 0.34],
      [4900, 0.36],
      [5100, 0.385],
      [5250, 0.39],
      [5350, 0.3],
      [5450, 0.08],
      [5550, 0],
    ],
    skySigma: 0.017,
    electrons: 1020,
    seeing: 1.44,
    softening: 0.9e-10,
  },
  {
    name: 'r',
    response: [
      [5300, 0],
      [5400, 0.05],
      [5500, 0.25],
      [5600, 0.4],
      [5700, 0.44],
      [5900, 0.46],
      [6100, 0.475],
      [6300, 0.477],
      [6600, 0.467],
      [6700, 0.42],
      [6800, 0.25],
      [6900, 0.07],
      [7000, 0],
    ],
    skySigma: 0.027,
    electrons: 940,
    seeing: 1.32,
    softening: 1.2e-10,
  },
  {
    name: 'i',
    response: [
      [6700, 0],
      [6800, 0.03],
      [6900, 0.18],
      [7000, 0.31],
      [7100, 0.35],
      [7300, 0.363],
      [7500, 0.365],
      [7800, 0.35],
      [8100, 0.33],
      [8200, 0.29],
      [8300, 0.17],
      [8400, 0.06],
      [8500, 0],
    ],
    skySigma: 0.039,
    electrons: 770,
    seeing: 1.26,
    softening: 1.8e-10,
  },
  {
    name: 'z',
    response: [
      [7900, 0],
      [8100, 0.01],
      [8300, 0.06],
      [8500, 0.1],
      [8700, 0.11],
      [8900, 0.108],
      [9100, 0.1],
      [9300, 0.088],
      [9500, 0.075],
      [9700, 0.06],
      [9900, 0.045],
      [10200, 0.025],
      [10500, 0.01],
      [10900, 0],
    ],
    skySigma: 0.16,
    electrons: 142,
    seeing: 1.29,
    softening: 7.4e-10,
  },
];
