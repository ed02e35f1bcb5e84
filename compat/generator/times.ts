// Times: seconds and milliseconds, from now on and as dates.
//
// Role: drawing only. A caller that tells the time to the server (`nowMs` given) gets short times as well: the
// present millisecond, the next, the one before, and up to ten seconds. Without it two servers have clocks of
// their own, and the invariants below keep them comparable:
//   - No time to live is short: a key either expires at once or outlives the run by far.
//   - Relative times are drawn from a range so wide that no two of them meet within milliseconds.

import type { Chance } from "./chance.ts";

// Times that mean "never", "at once", an overflow or no number; short ones are not among them.
const oddTimes = [
  "0",
  "-1",
  "-100",
  "-9223372036854775808",
  "9223372036854775807",
  "9223372036854775",
  "abc",
  "1.5",
];
const oddSeconds = [...oddTimes, "9223372036854776"];
const oddDates = [...oddTimes, "1", "1000000000"];
const oddDatesMs = [...oddTimes, "1", "1000000000000"];
const shortMs = [1, 2, 5, 10, 100, 1000] as const;

const futureSeconds = 4_102_444_800; // The year 2100.

/** Seconds from now. */
export function drawSeconds(chance: Chance, nowMs?: number): string {
  if (chance.oneIn(5)) return chance.pick(oddSeconds);
  if (nowMs !== undefined && !chance.oneIn(4)) return String(chance.between(1, 10));
  return String(100_000 + chance.below(2_000_000_000));
}

/** Milliseconds from now. */
export function drawMilliseconds(chance: Chance, nowMs?: number): string {
  if (chance.oneIn(5)) return chance.pick(oddTimes);
  if (nowMs !== undefined && !chance.oneIn(4)) return String(shortSpanMs(chance));
  return String(100_000_000 + chance.below(2 ** 32) * 400);
}

export function drawUnixSeconds(chance: Chance, nowMs?: number): string {
  if (chance.oneIn(8)) return chance.pick(oddDates);
  if (nowMs !== undefined && !chance.oneIn(4)) {
    if (chance.oneIn(2)) return String(roundDateMs(chance, nowMs) / 1000);
    return String(Math.floor(nowMs / 1000) + chance.between(-1, 8));
  }
  if (chance.oneIn(8)) return String(chance.between(1, 1_600_000_000));
  return String(futureSeconds + chance.below(50));
}

export function drawUnixMilliseconds(chance: Chance, nowMs?: number): string {
  if (chance.oneIn(8)) return chance.pick(oddDatesMs);
  if (nowMs !== undefined && !chance.oneIn(4)) {
    if (chance.oneIn(2)) return String(roundDateMs(chance, nowMs));
    return String(nowMs + (chance.oneIn(2) ? chance.between(-1, 1) : shortSpanMs(chance)));
  }
  return String((futureSeconds + chance.below(50)) * 1000 + chance.below(3));
}

// A date that was drawn before and will be again: GT and LT, and any comparison, need equal ones.
function roundDateMs(chance: Chance, nowMs: number): number {
  return (Math.floor(nowMs / 10_000) + (chance.oneIn(4) ? 2 : 1)) * 10_000;
}

/** A step of a clock that stands still otherwise: mostly small, at times past what seconds were drawn. */
export function drawClockStepMs(chance: Chance): number {
  if (chance.oneIn(25)) return chance.between(1000, 12_000);
  return chance.oneIn(3) ? chance.between(1, 1000) : chance.between(1, 40);
}

// 1 ms .. 10 s, small ones as often as large ones.
function shortSpanMs(chance: Chance): number {
  if (chance.oneIn(3)) return chance.pick(shortMs);
  return chance.oneIn(2) ? chance.between(1, 60) : chance.between(1, 10_000);
}

// A number that would let a key expire while a run with real clocks is on, if it stood where a time stands.
const shortNumber = /^0*[1-9]\d{0,8}$/;
const presentDate = /^17\d{8}(\d{3})?$/;
export function isShortTime(text: string): boolean {
  return shortNumber.test(text) || presentDate.test(text);
}
