// Times of fields: what the commands of Redis 7.4 and 8.0 on them share.
//
// Written from their documentation, since the stock server here is older. It does not give the texts of errors, nor in
// which order mistakes are found; so where a call is wrong, any error will do.

import { type EntryOf, entryAt, store } from "../../collections.ts";
import type { Call } from "../../command.ts";
import type { HashValue } from "../../model.ts";
import { int64, int64Max } from "../../numbers.ts";
import { chosen, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

/** The call is wrong. Whether the key was looked at before, and so used, is not documented either. */
export function refused({ model, session, words }: Call): Reply {
  const entry = model.get(session.db, words[1] as string);
  if (entry !== undefined) entry.accessSeconds = undefined;
  return someError;
}

const someError: Reply = chosen("an error", (answer) => {
  return answer.kind === "error" && /^(ERR|WRONGTYPE) /.test(answer.text);
});

/** Redis keeps times of fields in 46 bits; whether a server takes later ones is not documented. */
const farMs = 2 ** 46;

/** The fields behind "FIELDS n", which are the last words, `size` words each; undefined: not as documented. */
export function fieldsFrom(words: readonly string[], at: number, size = 1): readonly string[] | undefined {
  if (words[at]?.toUpperCase() !== "FIELDS") return undefined;
  const count = int64(words[at + 1] ?? "");
  const fields = words.slice(at + 2);
  return count !== undefined && count > 0n && BigInt(fields.length) === count * BigInt(size)
    ? fields
    : undefined;
}

export type TimeUnit = { readonly isSeconds: boolean; readonly isRelative: boolean };

/** When a field ends, Unix milliseconds. `mayBeRefused`: whether it is taken is not documented. */
export type FieldTime = { readonly atMs: number; readonly mayBeRefused: boolean };

/** The time that an argument gives; undefined when it must be refused. */
export function fieldTime(
  text: string,
  { isSeconds, isRelative }: TimeUnit,
  nowMs: number,
): FieldTime | undefined {
  const amount = int64(text);
  if (amount === undefined || amount < 0n) return undefined;
  const endMs = (isSeconds ? amount * 1000n : amount) + (isRelative ? BigInt(nowMs) : 0n);
  if (endMs > int64Max) return undefined;
  return { atMs: Number(endMs), mayBeRefused: endMs >= BigInt(farMs) };
}

const unitsByOption: ReadonlyMap<string, TimeUnit> = new Map([
  ["EX", { isSeconds: true, isRelative: true }],
  ["PX", { isSeconds: false, isRelative: true }],
  ["EXAT", { isSeconds: true, isRelative: false }],
  ["PXAT", { isSeconds: false, isRelative: false }],
]);

export function unitOf(option: string): TimeUnit | undefined {
  return unitsByOption.get(option.toUpperCase());
}

/** The hash of a call whose words are right; a reply when the key holds something else. */
export function timedHash(call: Call): EntryOf<"hash"> | undefined | Reply {
  const entry = entryAt(call, call.words[1] as string, "hash");
  return entry === "wrong type" ? wrongType : entry;
}

/** Keeps the hash after a command; without a change those who watch the key are not told. */
export function keep(call: Call, before: EntryOf<"hash">, after: HashValue, hasChanged: boolean): void {
  const key = call.words[1] as string;
  if (hasChanged) store(call, key, after, before);
  else call.model.setUnnoticed(call.session.db, key, { ...before, hadTimes: after.hadTimes });
}

/** A hash while a command changes it, field by field. */
export class Fields {
  readonly value: Map<string, string>;
  readonly ends: Map<string, number>;

  constructor(entry: HashValue | undefined) {
    this.value = new Map(entry?.value);
    this.ends = new Map(entry?.ends);
  }

  delete(field: string): void {
    this.value.delete(field);
    this.ends.delete(field);
  }

  /** The field ends at a time; at once, when that is over. */
  end(field: string, atMs: number, nowMs: number): void {
    if (atMs <= nowMs) this.delete(field);
    else this.ends.set(field, atMs);
  }

  /** As a value; `encoding` stays what it was. `asksTime`: some field was to get a time. */
  over(before: HashValue, asksTime = false): HashValue {
    const ends = this.ends.size === 0 ? undefined : this.ends;
    return { ...before, value: this.value, ends, hadTimes: before.hadTimes === true || asksTime };
  }
}
