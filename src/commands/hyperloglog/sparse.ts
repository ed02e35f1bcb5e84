// Sparse registers: the form of a HyperLogLog that has seen few elements, as runs of equal registers.
//
//   00nnnnnn            n + 1 registers are 0
//   01nnnnnn nnnnnnnn   n + 1 registers are 0
//   1vvvvvnn            n + 1 registers are v + 1
//
// Role: pure functions over bytes[at, end); whoever owns the bytes makes room and takes it back. The runs are changed
// as Redis changes them, since a value must be the same byte for byte.
// A value may come from anywhere. What is not well-formed is found when it is walked as a whole; until then nothing
// is read outside of it: a byte that is missing counts as 0, where Redis 7.0 reads what stands behind the string (0
// too, unless such a broken value has been changed before).

import { REGISTERS } from "./registers.ts";

export const SPARSE_VALUE_MAX = 32;
const VALUE_RUN_MAX = 4;
const SHORT_ZEROS_MAX = 64;
const LONG_ZEROS_MARK = 0x40;
const VALUE_MARK = 0x80;
/** Runs looked at for ones to join: from the one before the change to the one after it. */
const JOINED_RUNS = 5;

/** Registers of the run at `at`. */
export function runLength(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at] as number;
  if (byte >= VALUE_MARK) return (byte & 3) + 1;
  if (byte < LONG_ZEROS_MARK) return byte + 1;
  return (((byte & 0x3f) << 8) | (at + 1 < end ? (bytes[at + 1] as number) : 0)) + 1;
}

/** Value of all registers of the run at `at`. */
export function runValue(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  return byte >= VALUE_MARK ? ((byte >>> 2) & 31) + 1 : 0;
}

/** Where the run behind the one at `at` begins. */
export function runEnd(bytes: Uint8Array, at: number, end: number): number {
  return isLongZeros(bytes[at] as number) ? Math.min(at + 2, end) : at + 1;
}

export function isLongZeros(byte: number): boolean {
  return byte >= LONG_ZEROS_MARK && byte < VALUE_MARK;
}

/** Raises `registers` to the runs' values; false when they are not all registers. */
export function raiseBySparse(registers: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean {
  let index = 0;
  for (let at = from; at < end; at = runEnd(bytes, at, end)) {
    const length = runLength(bytes, at, end);
    const value = runValue(bytes, at);
    if (value > 0) {
      if (index + length > REGISTERS) return false;
      for (let i = index; i < index + length; i++) {
        if (value > (registers[i] as number)) registers[i] = value;
      }
    }
    index += length;
  }
  return index === REGISTERS;
}

/** Counts the registers by value; false when they are not all registers. */
export function countSparse(histogram: Int32Array, bytes: Uint8Array, from: number, end: number): boolean {
  let index = 0;
  for (let at = from; at < end; at = runEnd(bytes, at, end)) {
    const length = runLength(bytes, at, end);
    const value = runValue(bytes, at);
    histogram[value] = (histogram[value] as number) + length;
    index += length;
  }
  return index === REGISTERS;
}

/**
 * What `planRaise` found: bytes[at, at + removed) become the first `count` of `runs`. Where the last byte of a run is
 * missing the bytes end before that, and as in Redis the last new byte goes missing instead.
 */
export const plan = {
  at: 0,
  removed: 0,
  runs: new Uint8Array(5),
  count: 0,
  /** Where runs that may be joined begin. */
  joinFrom: 0,
};

/** Plans how the register at `index` becomes `value`: 1 see `plan`, 0 it is no smaller, -1 there is no such register. */
export function planRaise(
  bytes: Uint8Array,
  from: number,
  end: number,
  index: number,
  value: number,
): 1 | 0 | -1 {
  let at = from;
  let previous = from;
  let first = 0;
  let length = 0;
  while (at < end) {
    length = runLength(bytes, at, end);
    if (index < first + length) break;
    previous = at;
    first += length;
    at = runEnd(bytes, at, end);
  }
  if (at >= end) return -1;
  const before = runValue(bytes, at);
  if (before >= value) return 0;
  plan.at = at;
  plan.removed = isLongZeros(bytes[at] as number) ? 2 : 1;
  plan.joinFrom = previous;
  plan.count = 0;
  planRun(before, index - first);
  planRun(value, 1);
  planRun(before, first + length - 1 - index);
  return 1;
}

function planRun(value: number, length: number): void {
  if (length === 0) return;
  const { runs } = plan;
  if (value > 0) {
    runs[plan.count++] = VALUE_MARK | ((value - 1) << 2) | (length - 1);
  } else if (length <= SHORT_ZEROS_MAX) {
    runs[plan.count++] = length - 1;
  } else {
    runs[plan.count++] = LONG_ZEROS_MARK | ((length - 1) >>> 8);
    runs[plan.count++] = (length - 1) & 0xff;
  }
}

/** Joins runs of equal values around a change; returns where the registers end then. */
export function joinRuns(bytes: Uint8Array, joinFrom: number, oldEnd: number): number {
  let at = joinFrom;
  let end = oldEnd;
  for (let left = JOINED_RUNS; at < end && left > 0; left--) {
    const value = runValue(bytes, at);
    if (value > 0 && at + 1 < end && runValue(bytes, at + 1) === value) {
      const length = runLength(bytes, at, end) + runLength(bytes, at + 1, end);
      if (length <= VALUE_RUN_MAX) {
        bytes.copyWithin(at, at + 1, end);
        bytes[at] = VALUE_MARK | ((value - 1) << 2) | (length - 1);
        end--;
        continue;
      }
    }
    at = runEnd(bytes, at, end);
  }
  return end;
}
