// Geohash: a place on earth as a score of 52 bits, those of latitude and longitude in turn.
//
//   score   | lon 25 | lat 25 | lon 24 | ... | lon 0 | lat 0 |        26 bits of each, from -85.05.. to 85.05.. and
//                                                                     from -180 to 180 degrees
// A cell of `step` bits of each is every score that begins with its bits. The highest longitude and latitude come out
// as 2^26, one bit too many; Redis keeps it, and so does this.

export const LONGITUDE_MAX = 180;
export const LATITUDE_MAX = 85.05112878;
/** Bits of each coordinate in a score. */
export const STEP_MAX = 26;

const UINT64 = 64;
const TWO_63 = 2 ** 63;
const STANDARD_LATITUDE_MAX = 90;
const HASH_LENGTH = 11;
const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";

/** A place in degrees. */
export class GeoPoint {
  longitude = 0;
  latitude = 0;

  /** The place a score stands for: the middle of its cell. Any score is taken for one, as in Redis. */
  decode(score: number): void {
    let longitudeBits: number;
    let latitudeBits: number;
    if (score >= 0 && score < TWO_63) {
      const low = (score % 4294967296) | 0;
      const high = Math.floor(score / 4294967296) | 0;
      latitudeBits = squash(low) + squash(high) * 65536;
      longitudeBits = squash(low >>> 1) + squash(high >>> 1) * 65536;
    } else {
      const bits = toUint64(score);
      const low = Number(BigInt.asIntN(32, bits));
      const high = Number(BigInt.asIntN(32, bits >> 32n));
      latitudeBits = squash(low) + squash(high) * 65536;
      longitudeBits = squash(low >>> 1) + squash(high >>> 1) * 65536;
    }
    this.latitude = clamped(middleOf(latitudeBits, LATITUDE_MAX), LATITUDE_MAX);
    this.longitude = clamped(middleOf(longitudeBits, LONGITUDE_MAX), LONGITUDE_MAX);
  }
}

/** The bits of a coordinate in -max .. max. */
export function coordinateBits(value: number, max: number, step: number): number {
  return Math.trunc(((value - -max) / (max - -max)) * 2 ** step);
}

/** The lower edge of the cell with these bits. */
export function edgeOf(bits: number, max: number, step: number): number {
  return -max + (bits / 2 ** step) * (max - -max);
}

/** The score of bits of longitude and latitude, of `step` bits each or one more. */
export function interleave(longitudeBits: number, latitudeBits: number): number {
  return spread(latitudeBits) + spread(longitudeBits) * 2;
}

/** The score of a place. */
export function encode(longitude: number, latitude: number): number {
  return interleave(
    coordinateBits(longitude, LONGITUDE_MAX, STEP_MAX),
    coordinateBits(latitude, LATITUDE_MAX, STEP_MAX),
  );
}

/** The usual text of a geohash, whose latitudes go from -90 to 90; its last letter is always 0. */
export function geohashText({ longitude, latitude }: GeoPoint): string {
  const score = interleave(
    coordinateBits(longitude, LONGITUDE_MAX, STEP_MAX),
    coordinateBits(latitude, STANDARD_LATITUDE_MAX, STEP_MAX),
  );
  let text = "";
  for (let i = 1; i < HASH_LENGTH; i++) text += alphabet[Math.floor(score / 2 ** (52 - i * 5)) % 32];
  return `${text}0`;
}

function middleOf(bits: number, max: number): number {
  return (edgeOf(bits, max, STEP_MAX) + edgeOf(bits + 1, max, STEP_MAX)) / 2;
}

function clamped(value: number, max: number): number {
  return Math.max(-max, Math.min(max, value));
}

// Puts a zero before each bit; the result may have more than 32.
function spread(bits: number): number {
  return spread16(bits & 0xffff) + spread16(Math.floor(bits / 65536)) * 4294967296;
}

function spread16(bits: number): number {
  let x = bits;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  x = (x | (x << 1)) & 0x55555555;
  return x;
}

// Every second bit of 32, from the lowest on.
function squash(bits: number): number {
  let x = bits & 0x55555555;
  x = (x | (x >>> 1)) & 0x33333333;
  x = (x | (x >>> 2)) & 0x0f0f0f0f;
  x = (x | (x >>> 4)) & 0x00ff00ff;
  return (x | (x >>> 8)) & 0x0000ffff;
}

// What x86 makes of a double that is no such integer: a sorted set may hold any score.
function toUint64(score: number): bigint {
  const whole = Math.trunc(score);
  if (whole < -TWO_63) return 1n << 63n;
  if (whole < 2 * TWO_63) return BigInt.asUintN(UINT64, BigInt(whole));
  return 0n;
}
