import { describe, expect, test } from 'vitest';
import { combined, expand } from '../../../rigs/bench/uncertainty.ts';

const CERTIFICATE = {
  source: 'certificate',
  standardUncertainty: 100,
  degreesOfFreedom: Number.POSITIVE_INFINITY,
};

function repeats(standardUncertainty: number, degreesOfFreedom: number) {
  return { source: 'repeatability', standardUncertainty, degreesOfFreedom };
}

test('independent lines combine as the root of their squares', () => {
  expect(combined([CERTIFICATE, repeats(75, 2)])).toBe(125);
});

describe('the coverage factor follows from how much is known', () => {
  test('a certificate alone is expanded by 2', () => {
    expect(expand([CERTIFICATE])).toEqual({ expandedUncertainty: 200, coverageFactor: 2 });
  });

  test('three repeats that hardly scatter change nothing', () => {
    expect(expand([CERTIFICATE, repeats(10, 2)]).coverageFactor).toBe(2);
  });

  test('three repeats that are all that is known are expanded by 4.53', () => {
    expect(expand([repeats(100, 2)])).toEqual({ expandedUncertainty: 453, coverageFactor: 4.53 });
  });

  test('in between, the effective degrees of freedom are cut to the next lower row of the table', () => {
    // (100^2 + 100^2)^2 / (100^4 / 2) = 8
    expect(expand([CERTIFICATE, repeats(100, 2)]).coverageFactor).toBe(2.37);
  });
});
