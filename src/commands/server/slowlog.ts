// Slow log: the latest commands that took longer than the configured limit.
//
// Role: a bounded ring, filled after each command by whoever runs commands and read by SLOWLOG.
// Invariants:
//   - at most `slowlogMaxLen` entries after each addition, the oldest dropped first.
//   - an entry holds copies, at most 32 arguments of at most 128 bytes and a note each.
//   - secrets are never kept: passwords, and the values CONFIG SET gives to sensitive directives, are replaced.
// The common case, a fast command, costs two comparisons and allocates nothing.

import { isSensitiveName } from "../../config/config.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import { secretArguments } from "../connection/redaction.ts";

/** Arguments kept of one command; of more, the last one kept tells how many were left out. */
const SLOWLOG_ARGUMENTS_MAX = 32;
/** Bytes kept of one argument; of a longer one a note tells how many were cut. */
const SLOWLOG_ARGUMENT_BYTES_MAX = 128;

/** The part of the configuration that bounds the log. */
export type SlowlogLimits = {
  /** Microseconds; below zero nothing is logged, and at 0 everything. */
  readonly slowlogLogSlowerThan: number;
  readonly slowlogMaxLen: number;
};

export type SlowlogEntry = {
  readonly id: number;
  readonly unixSeconds: number;
  readonly durationUs: number;
  readonly args: readonly Uint8Array[];
  readonly address: string;
  readonly name: string;
};

export class Slowlog {
  private readonly limits: SlowlogLimits;
  // Oldest first; those before `first` are dropped and wait for the next compaction.
  private entries: SlowlogEntry[] = [];
  private first = 0;
  private nextId = 0;

  constructor(limits: SlowlogLimits) {
    this.limits = limits;
  }

  get length(): number {
    return this.entries.length - this.first;
  }

  /** Keeps the command in `args` when it took long enough. `wallMs`: when it ended, unix time. */
  maybeAdd(args: Args, durationUs: number, wallMs: number, address: string, name: string): void {
    const { slowlogLogSlowerThan, slowlogMaxLen } = this.limits;
    if (slowlogLogSlowerThan < 0 || durationUs < slowlogLogSlowerThan || slowlogMaxLen === 0) return;
    this.entries.push({
      id: this.nextId++,
      unixSeconds: Math.floor(wallMs / 1000),
      durationUs,
      args: keptArguments(args),
      address,
      name,
    });
    this.trim(slowlogMaxLen);
  }

  /** Up to `countMax` entries, the newest first. */
  latest(countMax: number): readonly SlowlogEntry[] {
    const from = Math.max(this.first, this.entries.length - countMax);
    return this.entries.slice(from).reverse();
  }

  /** Drops all entries; ids go on counting. */
  reset(): void {
    this.entries = [];
    this.first = 0;
  }

  // Dropped entries are cut off in bulk, so that an addition to a long log does not move all of it.
  private trim(lengthMax: number): void {
    this.first = Math.max(this.first, this.entries.length - lengthMax);
    if (this.first <= lengthMax) return;
    this.entries = this.entries.slice(this.first);
    this.first = 0;
  }
}

function keptArguments(args: Args): readonly Uint8Array[] {
  const isCut = args.count > SLOWLOG_ARGUMENTS_MAX;
  const whole = isCut ? SLOWLOG_ARGUMENTS_MAX - 1 : args.count;
  const secrets = secretArguments(args);
  const kept: Uint8Array[] = [];
  for (let i = 0; i < whole; i++) {
    const isSecret = secrets.has(i) || isSecretSetting(args, i);
    kept.push(isSecret ? latin1Bytes("(redacted)") : keptArgument(args, i));
  }
  if (isCut) kept.push(latin1Bytes(`... (${args.count - whole} more arguments)`));
  return kept;
}

function keptArgument(args: Args, i: number): Uint8Array {
  const length = args.length(i);
  if (length <= SLOWLOG_ARGUMENT_BYTES_MAX) return args.copy(i);
  const note = latin1Bytes(`... (${length - SLOWLOG_ARGUMENT_BYTES_MAX} more bytes)`);
  const kept = new Uint8Array(SLOWLOG_ARGUMENT_BYTES_MAX + note.length);
  kept.set(args.bytes.subarray(args.start(i), args.start(i) + SLOWLOG_ARGUMENT_BYTES_MAX));
  kept.set(note, SLOWLOG_ARGUMENT_BYTES_MAX);
  return kept;
}

// CONFIG SET name value [name value ...]: the values stand at the odd places from 3 on.
function isSecretSetting(args: Args, i: number): boolean {
  if (i < 3 || i % 2 === 0 || !args.is(0, "config") || !args.is(1, "set")) return false;
  return isSensitiveName(args.text(i - 1));
}
