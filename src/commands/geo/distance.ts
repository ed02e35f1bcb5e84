// Distances on a sphere of the earth's quadratic mean radius, units, and how both are written.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { readScore } from "../sorted-set/score-text.ts";
import { type GeoPoint, LATITUDE_MAX, LONGITUDE_MAX } from "./geohash.ts";
import { preciseAsin, preciseCos, preciseSin } from "./precise-trig.ts";

const EARTH_RADIUS_METERS = 6372797.560856;
const RADIANS = Math.PI / 180;

/** Degrees that an angle of `meters` along a great circle spans. */
export function degreesOf(meters: number): number {
  return meters / EARTH_RADIUS_METERS / RADIANS;
}

export function radians(degrees: number): number {
  return degrees * RADIANS;
}

/** Meters between two places given in degrees, by the haversine formula. */
export function distance(
  longitude1: number,
  latitude1: number,
  longitude2: number,
  latitude2: number,
): number {
  const from = radians(latitude1);
  const to = radians(latitude2);
  const u = Math.sin((to - from) / 2);
  const v = Math.sin((radians(longitude2) - radians(longitude1)) / 2);
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(u * u + Math.cos(from) * Math.cos(to) * v * v));
}

/** As `distance`, with the last digits that Redis has; slower. */
export function preciseDistance(
  longitude1: number,
  latitude1: number,
  longitude2: number,
  latitude2: number,
): number {
  const from = radians(latitude1);
  const to = radians(latitude2);
  const u = preciseSin((to - from) / 2);
  const v = preciseSin((radians(longitude2) - radians(longitude1)) / 2);
  const root = Math.sqrt(u * u + preciseCos(from) * preciseCos(to) * v * v);
  return 2 * EARTH_RADIUS_METERS * preciseAsin(root);
}

/** Meters in the unit that argument i names, or NaN. */
export function readUnit(args: Args, i: number): number {
  if (args.is(i, "m")) return 1;
  if (args.is(i, "km")) return 1000;
  if (args.is(i, "ft")) return 0.3048;
  if (args.is(i, "mi")) return 1609.34;
  return metersByUnit.get(args.textBeforeNul(i).toLowerCase()) ?? Number.NaN;
}

/** For a unit with more behind a NUL, which C does not see. */
const metersByUnit: ReadonlyMap<string, number> = new Map([
  ["m", 1],
  ["km", 1000],
  ["ft", 0.3048],
  ["mi", 1609.34],
]);

/** Reads a longitude and a latitude from two arguments; the error when they are none, or not on the map. */
export function readPoint(args: Args, i: number, point: GeoPoint): string | undefined {
  const longitude = readScore(args, i);
  if (longitude === undefined) return errors.notAFloat;
  const latitude = readScore(args, i + 1);
  if (latitude === undefined) return errors.notAFloat;
  if (Math.abs(longitude) > LONGITUDE_MAX || Math.abs(latitude) > LATITUDE_MAX) {
    return errors.geoCoordinates(sixDecimals(longitude), sixDecimals(latitude));
  }
  point.longitude = longitude;
  point.latitude = latitude;
  return undefined;
}

/** A distance as text: four decimals, of the double nearest to its ten thousandfold, ties to even as in Redis. */
export function distanceText(value: number): string {
  const scaled = value * 10_000;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  const digits = String(rounded).padStart(5, "0");
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** A coordinate as text: up to seventeen decimals. */
export function coordinateText(value: number): string {
  const text = value.toFixed(17).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

// As C's "%f": halves, which are odd multiples of 1/128, go to the even digit.
function sixDecimals(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const isHalf = Math.abs(value * 128) % 2 === 1;
  if (isHalf && /[02468].$/.test(value.toFixed(7))) return value.toFixed(7).slice(0, -1);
  const text = Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
  return Object.is(value, -0) ? `-${text}` : text;
}
