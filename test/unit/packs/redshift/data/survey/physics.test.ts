import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../../harness/core/random.ts';
import { SURVEY_BANDS } from '../../../../../../harness/packs/redshift/data/survey/bands.ts';
import {
  distanceModulus,
  kpcPerArcsec,
  luminosityDistanceMpc,
} from '../../../../../../harness/packs/redshift/data/survey/cosmology.ts';
import {
  EFFECT_SHARE,
  SURVEY_EFFECTS,
  type SurveyEffect,
} from '../../../../../../harness/packs/redshift/data/survey/effects.ts';
import {
  drawGalaxy,
  type Galaxy,
  measureMagnitudes,
} from '../../../../../../harness/packs/redshift/data/survey/galaxy.ts';
import { observePixels, PIXEL_UNITS } from '../../../../../../harness/packs/redshift/data/survey/noise.ts';
import {
  EFFECTIVE_ANGSTROM,
  relativeFlux,
} from '../../../../../../harness/packs/redshift/data/survey/photometry.ts';
import { drawRedshift } from '../../../../../../harness/packs/redshift/data/survey/populations.ts';
import {
  DE_VAUCOULEURS,
  EXPONENTIAL,
  type ProfileMixture,
} from '../../../../../../harness/packs/redshift/data/survey/profiles.ts';
import { addGalaxy } from '../../../../../../harness/packs/redshift/data/survey/render.ts';
import { openSurvey, UNITS } from '../../../../../../harness/packs/redshift/data/survey/survey.ts';
import { IMAGE_FLOATS } from '../../../../../../lambdas/shared/partition/partition.ts';

describe('cosmology (flat, H0 = 70, Omega_m = 0.3)', () => {
  // Values of Ned Wright's calculator (Wright 2006, PASP 118, 1711) for the same parameters.
  it('distances', () => {
    expect(luminosityDistanceMpc(0.1)).toBeCloseTo(460.3, 0);
    expect(luminosityDistanceMpc(0.5)).toBeCloseTo(2832.9, 0);
    expect(distanceModulus(0.1)).toBeCloseTo(38.32, 2);
    expect(kpcPerArcsec(0.1)).toBeCloseTo(1.844, 2);
  });
});

describe('photometry', () => {
  it('effective wavelengths lie where SDSS has them', () => {
    const sdss = [3551, 4686, 6166, 7480, 8932];
    for (const [b, angstrom] of EFFECTIVE_ANGSTROM.entries()) {
      expect(Math.abs(angstrom / sdss[b]! - 1)).toBeLessThan(0.025);
    }
  });
  const colour = (type: number, z: number, a: number, b: number) =>
    -2.5 * Math.log10(relativeFlux(type, a, z) / relativeFlux(type, b, z));
  it('early types at rest have the colours of ellipticals, late ones are bluer', () => {
    expect(colour(0, 0, 0, 1)).toBeGreaterThan(1.5);
    expect(colour(0, 0, 1, 2)).toBeGreaterThan(0.65);
    expect(colour(0, 0, 1, 2)).toBeLessThan(0.9);
    expect(colour(3, 0, 1, 2)).toBeLessThan(0.3);
  });
  it('the 4000 A break walks through g into r: g-r reddens up to z = 0.4, r-i beyond', () => {
    for (let z = 0.05; z < 0.35; z += 0.05)
      expect(colour(0, z + 0.05, 1, 2)).toBeGreaterThan(colour(0, z, 1, 2));
    expect(colour(0, 0.5, 2, 3) - colour(0, 0.35, 2, 3)).toBeGreaterThan(0.1);
  });
});

describe('populations', () => {
  it('redshifts have the mean of two samples z^2 exp(-(z/z0)^1.5) before the limits in r', () => {
    const random = seededRandom('test');
    const drawn = Array.from({ length: 20_000 }, () => drawRedshift(random));
    const grid = Array.from({ length: 1_000 }, (_, i) => 0.01 + (0.49 * (i + 0.5)) / 1_000);
    const meanOf = (z0: number) => {
      const density = (z: number) => z * z * Math.exp(-((z / z0) ** 1.5));
      return grid.reduce((s, z) => s + z * density(z), 0) / grid.reduce((s, z) => s + density(z), 0);
    };
    const mean = (meanOf(0.09) + meanOf(0.295)) / 2;
    expect(Math.abs(drawn.reduce((s, z) => s + z, 0) / drawn.length - mean)).toBeLessThan(0.003);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.01);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(0.5);
  });
});

describe('the survey', () => {
  const observed = (seed: number, count: number, effects: readonly SurveyEffect[] = []) => {
    const survey = openSurvey(seed, effects);
    return Array.from({ length: count }, (_, i) => {
      const { magnitudes, redshift, pixels } = survey.observe(i);
      return { magnitudes: Array.from(magnitudes), z: redshift / UNITS.redshift, pixels: pixels.slice() };
    });
  };

  it('holds 14.5 < r < 19.2 for every galaxy, and the published spread of redshifts', () => {
    const galaxies = observed(11, 4_000);
    for (const { magnitudes } of galaxies) {
      expect(magnitudes[2]! / UNITS.magnitude).toBeGreaterThan(14.5);
      expect(magnitudes[2]! / UNITS.magnitude).toBeLessThan(19.2);
    }
    const mean = galaxies.reduce((sum, { z }) => sum + z, 0) / galaxies.length;
    const variance = galaxies.reduce((sum, { z }) => sum + (z - mean) ** 2, 0) / galaxies.length;
    expect(Math.abs(Math.sqrt(variance) - 0.108)).toBeLessThan(0.003);
  });

  it('changes with effects only the samples that an effect strikes', () => {
    const plain = observed(12, 2_000);
    const expected = {
      neighbours: (i: number, one: (typeof plain)[number]) => one.z === plain[i]!.z,
      stars: (_: number, one: (typeof plain)[number]) => one.z === 0,
      maskedPixels: (i: number, one: (typeof plain)[number]) =>
        one.pixels.every((pixel, p) => pixel === 0 || pixel === plain[i]!.pixels[p]),
      badSpectra: (i: number, one: (typeof plain)[number]) =>
        one.z !== plain[i]!.z && Buffer.compare(bytes(one.pixels), bytes(plain[i]!.pixels)) === 0,
    };
    const bytes = (pixels: Int32Array) => Buffer.from(pixels.buffer);
    for (const effect of SURVEY_EFFECTS) {
      const changed = observed(12, 2_000, [effect]).flatMap((one, i) => {
        const same =
          one.z === plain[i]!.z && Buffer.compare(bytes(one.pixels), bytes(plain[i]!.pixels)) === 0;
        return same ? [] : [expected[effect](i, one)];
      });
      expect(changed.every(Boolean), effect).toBe(true);
      // A mistaken line that would give a negative redshift leaves the spectrum as it was.
      const share = effect === 'badSpectra' ? 0.5 : 1;
      const deviation = 4 * Math.sqrt(2_000 * EFFECT_SHARE[effect]);
      expect(changed.length, effect).toBeGreaterThan(share * 2_000 * EFFECT_SHARE[effect] - deviation);
      expect(changed.length, effect).toBeLessThan(2_000 * EFFECT_SHARE[effect] + deviation);
    }
  });

  it('gives gates on outliers something to find', () => {
    const effects = ['stars', 'badSpectra'] as const;
    const plain = observed(13, 2_000);
    const beyond = observed(13, 2_000, effects).filter(
      ({ z }, i) => Math.abs(z - plain[i]!.z) / (1 + plain[i]!.z) > 0.15,
    );
    expect(beyond.length).toBeGreaterThan(20);
  });
});

describe('profiles', () => {
  const surface = (profile: ProfileMixture, r: number) =>
    profile.weight.reduce(
      (s, w, k) =>
        s + (w / (2 * Math.PI * profile.variance[k]!)) * Math.exp((-r * r) / 2 / profile.variance[k]!),
      0,
    );
  const enclosed = (profile: ProfileMixture, r: number) =>
    profile.weight.reduce((s, w, k) => s + w * (1 - Math.exp((-r * r) / 2 / profile.variance[k]!)), 0);
  it('half of the light lies within one half-light radius', () => {
    expect(enclosed(EXPONENTIAL, 1)).toBeCloseTo(0.5, 6);
    expect(enclosed(DE_VAUCOULEURS, 1)).toBeCloseTo(0.5, 6);
  });
  it('follow the Sersic law within 15 % where the light is', () => {
    const exponential = (r: number) => Math.exp(-1.678 * r);
    const deVaucouleurs = (r: number) => Math.exp(-7.669 * (r ** 0.25 - 1));
    for (let r = 0.2; r <= 2; r += 0.1) {
      const e = surface(EXPONENTIAL, r) / exponential(r) / (surface(EXPONENTIAL, 1) / exponential(1));
      const d =
        surface(DE_VAUCOULEURS, r) / deVaucouleurs(r) / (surface(DE_VAUCOULEURS, 1) / deVaucouleurs(1));
      expect(Math.abs(e - 1)).toBeLessThan(0.15);
      expect(Math.abs(d - 1)).toBeLessThan(0.15);
    }
  });
});

function roundGalaxy(over: Partial<Galaxy> = {}): Galaxy {
  const dark = { flux: [0, 0, 0, 0, 0], radiusPx: 1, axisRatio: 1 };
  return {
    redshift: 0.1,
    absoluteMagnitude: -21,
    bulge: dark,
    disk: { flux: [1, 2, 3, 4, 5], radiusPx: 2, axisRatio: 0.5 },
    positionAngle: 0.6,
    centre: [15.5, 15.5],
    seeing: 1,
    ...over,
  };
}

/** The same light by adding up every Gaussian at every pixel with Math.exp. */
function slowRender(galaxy: Galaxy, band: number): Float64Array {
  const plane = new Float64Array(1024);
  const psf = ((SURVEY_BANDS[band]!.seeing * galaxy.seeing) / 0.396 / 2.35482004503) ** 2;
  const [cos, sin] = [Math.cos(galaxy.positionAngle), Math.sin(galaxy.positionAngle)];
  for (const [component, profile] of [
    [galaxy.bulge, DE_VAUCOULEURS],
    [galaxy.disk, EXPONENTIAL],
  ] as const) {
    profile.weight.forEach((weight, k) => {
      const major = profile.variance[k]! * component.radiusPx ** 2;
      const minor = major * component.axisRatio ** 2;
      const xx = major * cos * cos + minor * sin * sin + psf;
      const yy = major * sin * sin + minor * cos * cos + psf;
      const xy = (major - minor) * cos * sin;
      const det = xx * yy - xy * xy;
      for (let i = 0; i < 1024; i++) {
        const dx = (i % 32) - galaxy.centre[0];
        const dy = Math.floor(i / 32) - galaxy.centre[1];
        const q = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / det;
        plane[i]! += ((component.flux[band]! * weight) / (2 * Math.PI * Math.sqrt(det))) * Math.exp(-q / 2);
      }
    });
  }
  return plane;
}

describe('addGalaxy', () => {
  const light = new Float64Array(IMAGE_FLOATS);
  const render = (galaxy: Galaxy) => {
    light.fill(0);
    addGalaxy(galaxy, light);
  };
  it('keeps the flux of a galaxy that fits the image', () => {
    render(roundGalaxy());
    for (let b = 0; b < 5; b++) {
      const sum = light.slice(b * 1024, (b + 1) * 1024).reduce((s, v) => s + v, 0);
      expect(sum / (b + 1)).toBeCloseTo(1, 2);
    }
  });
  it('equals the plain sum over Gaussians, for galaxies of every kind', () => {
    for (let i = 0; i < 40; i++) {
      const galaxy = drawGalaxy(seededRandom(`render/${i}`));
      render(galaxy);
      const expected = slowRender(galaxy, 2);
      const peak = Math.max(...expected);
      // Cut wings and merged unresolved Gaussians stay far below the sky.
      const worst = expected.reduce(
        (most, value, p) => Math.max(most, Math.abs(light[2048 + p]! - value)),
        0,
      );
      expect(worst).toBeLessThan(2e-3 * peak);
    }
  });
  it('is point-symmetric about the centre', () => {
    render(roundGalaxy());
    const worst = light
      .slice(0, 1024)
      .reduce((most, value, p) => Math.max(most, Math.abs(value - light[1023 - p]!)), 0);
    expect(worst).toBeLessThan(1e-10);
  });
});

describe('noise', () => {
  it('has the sky of each band, and is normal', () => {
    const pixels = new Int32Array(IMAGE_FLOATS);
    const moments = SURVEY_BANDS.map(() => ({ n: 0, sum: 0, square: 0, fourth: 0, beyond3: 0 }));
    for (let i = 0; i < 100; i++) {
      observePixels(seededRandom(`noise/${i}`), new Float64Array(IMAGE_FLOATS), pixels);
      pixels.forEach((units, p) => {
        const m = moments[Math.floor(p / 1024)]!;
        const x = units / PIXEL_UNITS / SURVEY_BANDS[Math.floor(p / 1024)]!.skySigma;
        m.n++;
        m.sum += x;
        m.square += x * x;
        m.fourth += x ** 4;
        if (Math.abs(x) > 3) m.beyond3++;
      });
    }
    for (const m of moments) {
      expect(Math.abs(m.sum / m.n)).toBeLessThan(0.015);
      expect(Math.abs(m.square / m.n - 1)).toBeLessThan(0.02);
      expect(Math.abs(m.fourth / m.n - 3)).toBeLessThan(0.15);
      expect(Math.abs(m.beyond3 / m.n / 0.0027 - 1)).toBeLessThan(0.3);
    }
  });
  it('photon noise grows with the light', () => {
    const spread = (flux: number) => {
      const pixels = new Int32Array(IMAGE_FLOATS);
      observePixels(seededRandom('photons'), new Float64Array(IMAGE_FLOATS).fill(flux), pixels);
      const z = Array.from(pixels.slice(4096), (units) => units / PIXEL_UNITS - flux);
      return Math.sqrt(z.reduce((s, v) => s + v * v, 0) / z.length);
    };
    expect(spread(100) / Math.sqrt(0.16 ** 2 + 100 / 142)).toBeCloseTo(1, 1);
  });
  it('magnitudes stay finite when a band is lost in the sky', () => {
    const lost = roundGalaxy({ disk: { flux: [0, 0, 0, 0, 0], radiusPx: 20, axisRatio: 1 } });
    for (let i = 0; i < 100; i++) {
      for (const magnitude of measureMagnitudes(seededRandom(`lost/${i}`), lost))
        expect(magnitude).toBeGreaterThan(18);
    }
    const bright = measureMagnitudes(
      seededRandom('bright'),
      roundGalaxy({ disk: { flux: [1e3, 1e3, 1e3, 1e3, 1e3], radiusPx: 2, axisRatio: 1 } }),
    );
    for (const magnitude of bright) expect(magnitude).toBeCloseTo(15, 0);
  });
});
