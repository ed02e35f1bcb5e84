// The timeout of a blocking command: seconds with a fraction, or whole milliseconds.
//
// Seconds are read and multiplied in x86's long double and rounded up, as Redis does: what lies beyond 64 bits of
// milliseconds counts as negative.

import { parseLongDouble } from "../lib/long-double.ts";
import { errors } from "../resp/errors.ts";
import type { CommandContext } from "./context.ts";

const MANTISSA_BITS = 64;
const INT64_LIMIT = 2n ** 63n;

/**
 * Argument i as a timeout in milliseconds, 0 being for ever; NaN when it is none, and then the error has been
 * written.
 */
export function readTimeout({ args, reply }: CommandContext, i: number, unit: "seconds" | "ms"): number {
  const whole = args.safeInteger(i);
  // Beyond 2^53 milliseconds nobody can tell the difference, but for the sign of what overflows.
  if (whole >= 0 && whole < 2 ** 43) return unit === "ms" ? whole : whole * 1000;
  const ms = unit === "ms" ? args.bigInteger(i) : millisecondsOf(args.bytes, args.start(i), args.end(i));
  if (ms === undefined) reply.error(unit === "ms" ? errors.timeoutNotAnInteger : errors.timeoutNotAFloat);
  else if (ms >= 0n) return Number(ms);
  else reply.error(errors.timeoutNegative);
  return Number.NaN;
}

function millisecondsOf(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const seconds = parseLongDouble(bytes, start, end);
  if (seconds === undefined || seconds.kind === "nan") return undefined;
  if (seconds.kind === "infinite" || seconds.exponent > MANTISSA_BITS) return -1n;
  if (seconds.mantissa === 0n) return 0n;
  let mantissa = seconds.mantissa * 1000n;
  let { exponent } = seconds;
  const excess = BigInt(mantissa.toString(2).length - MANTISSA_BITS);
  if (excess > 0n) {
    mantissa = roundedShift(mantissa, excess);
    exponent += Number(excess);
  }
  if (seconds.isNegative) {
    // Rounded up: what is above -1 becomes 0.
    return exponent < 0 && mantissa < 1n << BigInt(-exponent) ? 0n : -1n;
  }
  let ms = mantissa;
  if (exponent >= 0) ms <<= BigInt(exponent);
  else ms = (ms + (1n << BigInt(-exponent)) - 1n) >> BigInt(-exponent);
  return ms < INT64_LIMIT ? ms : -1n;
}

// To the nearest, ties to even.
function roundedShift(value: bigint, bits: bigint): bigint {
  const half = 1n << (bits - 1n);
  const down = value >> bits;
  const rest = value & ((1n << bits) - 1n);
  return rest > half || (rest === half && (down & 1n) === 1n) ? down + 1n : down;
}
