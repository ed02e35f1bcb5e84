// Distances on the earth, metres, and numbers as texts.

import type { Place } from "./cells.ts";
import { asin, cos, parts, roughSin, sin } from "./trigonometry.ts";

export const earthRadiusMeters = 6372797.560856;
const radian = Math.PI / 180;

export function toRadians(degrees: number): number {
  return degrees * radian;
}

export function toDegrees(radians: number): number {
  return radians / radian;
}

/** Along a meridian. */
export function latitudeDistance(a: number, b: number): number {
  return earthRadiusMeters * Math.abs(toRadians(b) - toRadians(a));
}

/** Along a great circle: the haversine formula, in this order of operations. */
export function distance(from: Place, to: Place): number {
  const v = sin((toRadians(to.longitude) - toRadians(from.longitude)) / 2);
  if (v === 0) return latitudeDistance(from.latitude, to.latitude);
  const u = sin((toRadians(to.latitude) - toRadians(from.latitude)) / 2);
  const a = u * u + cos(toRadians(from.latitude)) * cos(toRadians(to.latitude)) * v * v;
  return 2 * earthRadiusMeters * asin(Math.sqrt(a));
}

/** Whether a place is clearly farther away than so many metres: found quickly. */
export function isFarther(from: Place, to: Place, meters: number): boolean {
  const angle = meters / earthRadiusMeters / 2;
  if (!(angle < Math.PI / 2)) return false;
  const v = roughSin((toRadians(to.longitude) - toRadians(from.longitude)) / 2);
  const u = roughSin((toRadians(to.latitude) - toRadians(from.latitude)) / 2);
  const w = roughSin((toRadians(to.latitude) + toRadians(from.latitude)) / 2);
  const limit = roughSin(angle);
  // The product of the two cosines is 1 - u^2 - w^2.
  return u * u + (1 - u * u - w * w) * v * v > limit * limit * 1.01 + 1e-12;
}

/** Metres in a unit; undefined: there is none of the name. */
export function metersIn(unit: string): number | undefined {
  return units.get(unit.toLowerCase());
}

const units: ReadonlyMap<string, number> = new Map([
  ["m", 1],
  ["km", 1000],
  ["ft", 0.3048],
  ["mi", 1609.34],
]);

/** Four decimals: of the double nearest to ten thousand times the distance, rounded to a whole number, ties to even. */
export function distanceText(value: number): string {
  const scaled = withDecimals(value * 10_000, 0).padStart(5, "0");
  return `${scaled.slice(0, -4)}.${scaled.slice(-4)}`;
}

/** As C's %.Nf prints it. */
export function withDecimals(value: number, decimals: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (!Number.isFinite(value)) return `${sign}inf`;
  const { mantissa, exponent } = parts(Math.abs(value));
  const size = mantissa * 10n ** BigInt(decimals);
  const digits = `${exponent >= 0 ? size << BigInt(exponent) : halved(size, BigInt(-exponent))}`;
  if (decimals === 0) return sign + digits;
  const padded = digits.padStart(decimals + 1, "0");
  return `${sign}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

// size / 2^times as a whole number, ties to even.
function halved(size: bigint, times: bigint): bigint {
  const whole = size >> times;
  const rest = size - (whole << times);
  const half = 1n << (times - 1n);
  return rest > half || (rest === half && (whole & 1n) === 1n) ? whole + 1n : whole;
}
