// Where the keys of a call stand, and what the command does with them: COMMAND GETKEYS and GETKEYSANDFLAGS.
//
// Role: data, as a stock Redis describes its commands. A row says: first position, last one (0: the same as the
// first; from the end when negative), step, and the flags.

import { int64, int64Max, int64Min } from "../../numbers.ts";

export type Keys = {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly flags: string;
};

const read = "RO access";
const look = "RO";
const change = "RW access update";
const replace = "OW update";
const pop = "RW access delete";

function one(first: number, flags: string): Keys {
  return { first, last: first, step: 1, flags };
}

function rest(first: number, flags: string, step = 1): Keys {
  return { first, last: -1, step, flags };
}

/** By full name; commands without keys are not there. */
export const keyPositions: ReadonlyMap<string, readonly Keys[]> = new Map<string, readonly Keys[]>([
  ...rows(
    ["bitcount", "bitfield_ro", "bitpos", "getbit", "dump", "expiretime", "pexpiretime", "pttl", "ttl"],
    [one(1, read)],
  ),
  ...rows(["get", "getrange", "substr"], [one(1, read)]),
  ...rows(["mget"], [rest(1, read)]),
  ...rows(["lcs"], [{ first: 1, last: 2, step: 1, flags: read }]),
  ...rows(["hget", "hmget", "hgetall", "hkeys", "hvals", "hrandfield", "hscan"], [one(1, read)]),
  ...rows(["httl", "hpttl", "hexpiretime", "hpexpiretime"], [one(1, read)]),
  ...rows(["smismember", "smembers", "srandmember", "sscan"], [one(1, read)]),
  ...rows(
    ["zscore", "zmscore", "zrank", "zrevrank", "zcount", "zlexcount", "zrandmember", "zscan"],
    [one(1, read)],
  ),
  ...rows(
    ["zrange", "zrangebylex", "zrangebyscore", "zrevrange", "zrevrangebylex", "zrevrangebyscore"],
    [one(1, read)],
  ),
  ...rows(["sinter", "sunion", "sdiff"], [rest(1, read)]),
  ...rows(["pfcount"], [rest(1, "RW access")]),
  ...rows(["pfdebug"], [one(2, "RW access")]),
  ...rows(["pfmerge"], [one(1, "RW access insert"), rest(2, read)]),
  ...rows(["type", "strlen", "hlen", "hexists", "hstrlen", "scard", "sismember", "zcard"], [one(1, look)]),
  ...rows(["exists", "touch"], [rest(1, look)]),
  ...rows(
    ["object|encoding", "object|freq", "object|idletime", "object|refcount", "memory|usage"],
    [one(2, look)],
  ),
  ...rows(
    ["setbit", "move", "decr", "decrby", "getex", "getset", "incr", "incrby", "incrbyfloat", "zincrby"],
    [one(1, change)],
  ),
  ...rows(["hincrby", "hincrbyfloat"], [one(1, change)]),
  ...rows(["bitfield", "set"], [one(1, change)]), // Their flags depend on the call.
  ...rows(
    ["expire", "expireat", "lset", "persist", "pexpire", "pexpireat", "setrange"],
    [one(1, "RW update")],
  ),
  ...rows(["hexpire", "hpexpire", "hexpireat", "hpexpireat", "hpersist", "hsetex"], [one(1, "RW update")]),
  ...rows(["hgetex"], [one(1, change)]),
  ...rows(["hgetdel"], [one(1, pop)]),
  ...rows(["hset", "hmset", "zadd"], [one(1, "RW update")]),
  ...rows(["append", "hsetnx", "pfadd", "sadd"], [one(1, "RW insert")]),
  ...rows(
    ["hdel", "srem", "zrem", "zremrangebylex", "zremrangebyrank", "zremrangebyscore"],
    [one(1, "RW delete")],
  ),
  ...rows(["getdel", "spop", "zpopmin", "zpopmax"], [one(1, pop)]),
  ...rows(["smove"], [one(1, pop), one(2, "RW insert")]),
  ...rows(["sinterstore"], [one(1, "RW update"), rest(2, read)]),
  ...rows(["sunionstore", "sdiffstore"], [one(1, replace), rest(2, read)]),
  ...rows(["zrangestore"], [one(1, replace), one(2, read)]),
  ...rows(["zunionstore", "zinterstore", "zdiffstore"], [one(1, replace)]), // Then numbered ones.
  ...rows(["lindex", "lrange", "lpos", "sort", "sort_ro"], [one(1, read)]),
  ...rows(["llen"], [one(1, look)]),
  ...rows(["watch"], [rest(1, look)]),
  ...rows(["linsert", "lpush", "lpushx", "rpush", "rpushx"], [one(1, "RW insert")]),
  ...rows(["lrem", "ltrim"], [one(1, "RW delete")]),
  ...rows(["lpop", "rpop"], [one(1, pop)]),
  ...rows(["blpop", "brpop", "bzpopmin", "bzpopmax"], [{ first: 1, last: -2, step: 1, flags: pop }]),
  ...rows(["blmove", "brpoplpush", "lmove", "rpoplpush"], [one(1, pop), one(2, "RW insert")]),
  ...rows(["geodist", "geohash", "geopos", "geosearch"], [one(1, read)]),
  ...rows(["georadius", "georadius_ro", "georadiusbymember", "georadiusbymember_ro"], [one(1, read)]),
  ...rows(["geoadd"], [one(1, "RW update")]),
  ...rows(["geosearchstore"], [one(1, "OW update"), one(2, read)]),
  ...rows(["xlen"], [one(1, look)]),
  ...rows(["xrange", "xrevrange", "xpending"], [one(1, read)]),
  ...rows(["xadd", "xsetid", "xack", "xclaim"], [one(1, "RW update")]),
  ...rows(["xdel", "xtrim", "xautoclaim"], [one(1, "RW delete")]),
  ...rows(["xinfo|stream", "xinfo|groups", "xinfo|consumers"], [one(2, read)]),
  ...rows(["xgroup|create", "xgroup|createconsumer"], [one(2, "RW insert")]),
  ...rows(["xgroup|destroy", "xgroup|delconsumer"], [one(2, "RW delete")]),
  ...rows(["xgroup|setid"], [one(2, "RW update")]),
  ...rows(["restore", "psetex", "setex"], [one(1, replace)]),
  ...rows(["setnx"], [one(1, "OW insert")]),
  ...rows(["mset"], [rest(1, replace, 2)]),
  ...rows(["msetnx"], [rest(1, "OW insert", 2)]),
  ...rows(["del", "unlink"], [rest(1, "RM delete")]),
  ...rows(["bitop"], [one(2, replace), rest(3, read)]),
  ...rows(["copy"], [one(1, read), one(2, replace)]),
  ...rows(["rename"], [one(1, "RW access delete"), one(2, replace)]),
  ...rows(["renamenx"], [one(1, "RW access delete"), one(2, "OW insert")]),
]);

/** Keys that follow their number: which word that is. */
const numbered: ReadonlyMap<string, { readonly at: number; readonly flags: string }> = new Map([
  ...["sintercard", "zdiff", "zinter", "zintercard", "zunion"].map(
    (name) => [name, { at: 1, flags: read }] as const,
  ),
  ...["zdiffstore", "zinterstore", "zunionstore"].map((name) => [name, { at: 2, flags: read }] as const),
  ["zmpop", { at: 1, flags: pop }],
  ["lmpop", { at: 1, flags: pop }],
  ["blmpop", { at: 2, flags: pop }],
  ["bzmpop", { at: 2, flags: pop }],
  ...["eval", "evalsha", "fcall"].map((name) => [name, { at: 2, flags: change }] as const),
  ...["eval_ro", "evalsha_ro", "fcall_ro"].map((name) => [name, { at: 2, flags: read }] as const),
]);

// These need no keys, so that a number of them that is wrong is as good as none.
const mayHaveNone: ReadonlySet<string> = new Set([
  "eval",
  "evalsha",
  "fcall",
  "eval_ro",
  "evalsha_ro",
  "fcall_ro",
]);

/** Keys behind STREAMS, as many as IDs behind them: from which word on that is looked for. */
const ofStreams: ReadonlyMap<string, number> = new Map([
  ["xread", 1],
  ["xreadgroup", 4],
]);

export function hasKeys(name: string): boolean {
  return keyPositions.has(name) || numbered.has(name) || ofStreams.has(name);
}

function rows(names: readonly string[], keys: readonly Keys[]): [string, readonly Keys[]][] {
  return names.map((name) => [name, keys]);
}

export type FoundKey = { readonly key: string; readonly flags: string };

/** The keys of a call, each with its flags; undefined when their number is wrong. `words` begins with the name. */
export function keysOf(name: string, words: readonly string[]): readonly FoundKey[] | undefined {
  const found: FoundKey[] = [];
  for (const { first, last, step, flags } of keyPositions.get(name) ?? []) {
    const end = last < 0 ? words.length + last : last;
    for (let i = first; i <= end; i += step) {
      found.push({ key: words[i] as string, flags: flagsOfCall(name, words) ?? flags });
    }
  }
  if (name === "sort") found.push(...storeKey(words));
  if (name === "georadius") found.push(...targetKeys(words, 6));
  if (name === "georadiusbymember") found.push(...targetKeys(words, 5));
  const from = ofStreams.get(name);
  if (from !== undefined) return streamKeys(words, from);
  const counted = numbered.get(name);
  if (counted === undefined) return found;
  const { at, flags } = counted;
  const number = int64(words[at] as string);
  const count = number === undefined ? atoi(words[at] as string) : Number(BigInt.asIntN(32, number));
  if (count < 1 || count > words.length - at - 1) return mayHaveNone.has(name) ? [] : undefined;
  const keys = words.slice(at + 1, at + 1 + count);
  // What is no number and yet begins with one counts; then nothing is said of what the keys are for.
  if (number === undefined)
    return [...keys, ...found.map(({ key }) => key)].map((key) => ({ key, flags: "" }));
  return [...found, ...keys.map((key) => ({ key, flags }))];
}

// SORT's STORE, wherever it stands among the options; the last one counts.
function storeKey(words: readonly string[]): FoundKey[] {
  let found: FoundKey[] = [];
  for (let i = 2; i + 1 < words.length; i++) {
    const option = (words[i] as string).toUpperCase();
    if (option === "LIMIT") i += 2;
    else if (option === "GET" || option === "BY") i++;
    else if (option === "STORE") found = [{ key: words[++i] as string, flags: "OW update" }];
  }
  return found;
}

function streamKeys(words: readonly string[], from: number): FoundKey[] | undefined {
  const at = words.findIndex((text, i) => i >= from && text.toUpperCase() === "STREAMS");
  if (at < 0) return undefined;
  const keys = words.slice(at + 1, at + 1 + Math.floor((words.length - at - 1) / 2));
  return keys.length === 0 ? undefined : keys.map((key) => ({ key, flags: read }));
}

// The word behind the first STORE, and the one behind the first STOREDIST.
function targetKeys(words: readonly string[], from: number): FoundKey[] {
  return ["STORE", "STOREDIST"].flatMap((option) => {
    const at = words.findIndex((text, i) => i >= from && text.toUpperCase() === option);
    return at < 0 || at + 1 >= words.length ? [] : [{ key: words[at + 1] as string, flags: "OW update" }];
  });
}

// As C does: what the text begins with, cut to 32 bits.
function atoi(text: string): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1] ?? "0";
  const value = BigInt(digits);
  const held = value > int64Max ? int64Max : value < int64Min ? int64Min : value;
  return Number(BigInt.asIntN(32, held));
}

function flagsOfCall(name: string, words: readonly string[]): string | undefined {
  if (name === "set") {
    return words.slice(3).some((option) => option.toUpperCase() === "GET") ? change : replace;
  }
  if (name !== "bitfield") return undefined;
  for (let i = 2; i < words.length; ) {
    const operation = (words[i] as string).toUpperCase();
    const left = words.length - i - 1;
    if (operation === "GET" && left >= 2) i += 3;
    else if (operation === "OVERFLOW" && left >= 1) i += 2;
    else return change;
  }
  return read;
}
