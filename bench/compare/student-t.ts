const CORRECTIONS_MAX = 300;
const PRECISION = 1e-15;
const BISECTIONS = 200;

/**
 * How far from the middle, in standard errors, one has to go on both sides so that `confidence` of Student's t
 * distribution lies between: 4.303 for 0.95 and 2 degrees of freedom. These need not be whole.
 */
export function studentTQuantile(confidence: number, degreesOfFreedom: number): number {
  const outside = 1 - confidence;
  let least = 0;
  let most = 1;
  while (shareOutside(most, degreesOfFreedom) > outside) most *= 2;
  for (let step = 0; step < BISECTIONS && most - least > PRECISION * most; step += 1) {
    const middle = (least + most) / 2;
    if (shareOutside(middle, degreesOfFreedom) > outside) least = middle;
    else most = middle;
  }
  return (least + most) / 2;
}

/** How much of the distribution is further away than `t`, on both sides together (Abramowitz and Stegun, 26.7.1). */
function shareOutside(t: number, degreesOfFreedom: number): number {
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/** The regularised incomplete beta function, by the continued fraction of DLMF 8.17.22. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly on this side only (DLMF 8.17.4 leads from the other).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) - logBeta(a, b)) / a;
  return front / continuedFraction(x, a, b);
}

/** The denominators of 8.17.22 from the top, by Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  let value = 1;
  let numerator = 1;
  let denominator = 0;
  for (let term = 1; term <= CORRECTIONS_MAX; term += 1) {
    const part = partialNumerator(term, x, a, b);
    denominator = 1 / (1 + part * denominator);
    numerator = 1 + part / numerator;
    const correction = numerator * denominator;
    value *= correction;
    if (Math.abs(correction - 1) < PRECISION) return value;
  }
  return value;
}

function partialNumerator(term: number, x: number, a: number, b: number): number {
  const m = Math.floor(term / 2);
  return term % 2 === 0
    ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

// Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients), good to 15 digits.
const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function, for arguments from one half on. */
function logGamma(value: number): number {
  const base = value - 1;
  const sum = LANCZOS.reduce((total, factor, at) => total + (at === 0 ? factor : factor / (base + at)), 0);
  const shifted = base + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (base + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}
