// RESTORE: a key from a payload of DUMP.

import { endsWithout, hashOf, isTooLongForHash } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { HashValue, Model } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { isSealed, storedValue } from "../../payload.ts";
import { error, ok, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";

type Options = {
  replaces: boolean;
  isAbsolute: boolean;
  idleSeconds: bigint | undefined;
  frequency: bigint | undefined;
};

export const restore: OracleCommand = {
  name: "restore",
  arity: -4,
  class: "exact",
  run({ model, session, words }) {
    const key = words[1] as string;
    const options = optionsOf(words);
    if ("kind" in options) return options;
    if (!options.replaces && model.use(session.db, key) !== undefined) return error(errors.busyKey);
    const ttlMs = int64(words[2] as string);
    if (ttlMs === undefined) return notAnInteger;
    if (ttlMs < 0n) return error(errors.invalidTtl);
    const payload = words[3] as string;
    const known = model.payloadsWithTimes.get(payload);
    if (known === undefined && !isSealed(payload)) return error(errors.badDumpFooter);
    const value = known === undefined ? storedValue(payload, model) : rebuilt(model, known);
    if (value === undefined) return error(errors.badDumpData);
    const base = options.isAbsolute ? 0n : BigInt(model.nowMs);
    // Redis's sum wraps, so that an endless time is over at once.
    const endMs = ttlMs === 0n ? undefined : Number(BigInt.asIntN(64, ttlMs + base));
    model.delete(session.db, key);
    if (endMs !== undefined && endMs <= model.nowMs) return ok;
    const accessSeconds = model.nowSeconds - Number(options.idleSeconds ?? 0n);
    const entry = { ...value, expireAtMs: endMs, accessSeconds };
    // Of a hash whose fields have all ended nothing is there: who watches the key is not told.
    if (value === known) model.setUnnoticed(session.db, key, entry);
    else model.set(session.db, key, entry);
    return ok;
  },
};

// A hash as it is built of the fields that have not ended, or itself when all have; of a listpack only their number is looked at.
function rebuilt(model: Model, hash: HashValue): HashValue {
  const { ends, encoding, hadTimes } = hash;
  const isLive = (field: string): boolean => (ends?.get(field) ?? Number.POSITIVE_INFINITY) > model.nowMs;
  const value = new Map([...hash.value].filter(([field]) => isLive(field)));
  if (value.size === 0) return hash;
  const isLarge = encoding === "hashtable" && [...value].flat().some((text) => isTooLongForHash(model, text));
  const ended = [...hash.value.keys()].filter((field) => !isLive(field));
  return { ...hashOf(model, value, { isLarge, ends: endsWithout(ends, ended) }), hadTimes };
}

function optionsOf(words: readonly string[]): Options | Reply {
  const options: Options = {
    replaces: false,
    isAbsolute: false,
    idleSeconds: undefined,
    frequency: undefined,
  };
  for (let i = 4; i < words.length; i++) {
    const name = (words[i] as string).toUpperCase();
    const hasNext = i + 1 < words.length;
    if (name === "REPLACE") options.replaces = true;
    else if (name === "ABSTTL") options.isAbsolute = true;
    else if (name === "IDLETIME" && hasNext && options.frequency === undefined) {
      const seconds = int64(words[++i] as string);
      if (seconds === undefined) return notAnInteger;
      if (seconds < 0n) return error(errors.invalidIdleTime);
      options.idleSeconds = seconds;
    } else if (name === "FREQ" && hasNext && options.idleSeconds === undefined) {
      const frequency = int64(words[++i] as string);
      if (frequency === undefined) return notAnInteger;
      if (frequency < 0n || frequency > 255n) return error(errors.invalidFrequency);
      options.frequency = frequency;
    } else return syntaxError;
  }
  return options;
}
