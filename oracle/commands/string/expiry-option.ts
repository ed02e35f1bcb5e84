// Times to live as SET, SETEX, PSETEX and GETEX take them.

import { errors } from "../../errors.ts";
import { int64, int64Max } from "../../numbers.ts";

export type ExpiryUnit = "EX" | "PX" | "EXAT" | "PXAT";

/** Unix milliseconds of the end, or the text of the error. */
export function expiryTime(
  command: string,
  from: { readonly unit: ExpiryUnit; readonly amount: string; readonly nowMs: number },
): number | string {
  const amount = int64(from.amount);
  if (amount === undefined) return errors.notAnInteger;
  const isSeconds = from.unit === "EX" || from.unit === "EXAT";
  const isRelative = from.unit === "EX" || from.unit === "PX";
  if (amount <= 0n || (isSeconds && amount > int64Max / 1000n)) return errors.invalidExpire(command);
  const endMs = (isSeconds ? amount * 1000n : amount) + (isRelative ? BigInt(from.nowMs) : 0n);
  return endMs > int64Max ? errors.invalidExpire(command) : Number(endMs);
}
