// Data programs: what clients do to keys. Each has a race of its own, and keys that other programs do not touch;
// those of different clients do meet.

import type { Chance } from "../../compat/generator/chance.ts";
import { call, type Program } from "./calls.ts";
import { signed, signedAndLong, skewed, unsigned } from "./words.ts";

/** Sums on few keys: an increment that is lost or counted twice shows for good. */
export function counters(chance: Chance): Program {
  const count = chance.pick([1, 2, 4]);
  return ({ chance: own }) => {
    const key = `counter:${own.below(count)}`;
    const amount = own.between(-50, 50);
    switch (own.below(8)) {
      case 0:
        return [call("INCR", key)];
      case 1:
        return [call("DECR", key)];
      case 2:
      case 3:
        return [call("INCRBY", key, amount)];
      case 4:
        return [call("DECRBY", key, amount)];
      case 5:
        return [call("MGET", ...Array.from({ length: count }, (_, i) => `counter:${i}`))];
      default:
        return [call("GET", key)];
    }
  };
}

/** Single values that name their writer. */
export function registers(chance: Chance): Program {
  const count = chance.pick([1, 2, 8]);
  return (drawing) => {
    const own = drawing.chance;
    const key = `register:${skewed(own, count)}`;
    switch (own.below(12)) {
      case 0:
        return [call("GETSET", key, signed(drawing))];
      case 1:
        return [call("SETNX", key, signed(drawing))];
      case 2:
        return [call("SET", key, signed(drawing), own.pick(["NX", "XX"]), "GET")];
      case 3:
        return [call("DEL", key)];
      case 4:
        return [call("GETDEL", key)];
      case 5:
        return [call("MSET", key, signed(drawing), `register:${own.below(count)}`, signed(drawing))];
      case 6:
      case 7:
      case 8:
        return [call("SET", key, signed(drawing))];
      default:
        return [call("GET", key)];
    }
  };
}

/** Values of which their writer now and then wants to know that the log has them for good. */
export function waitedFor(chance: Chance): Program {
  const count = chance.pick([1, 4]);
  return (drawing) => {
    const own = drawing.chance;
    const key = `waited:${drawing.client}:${own.below(count)}`;
    if (own.oneIn(3)) {
      const replicas = own.oneIn(10) ? 1 : 0;
      return [call("WAITAOF", own.oneIn(8) ? 0 : 1, replicas, own.pick([1, 20, 500, 1500, 3000]))];
    }
    if (own.oneIn(6)) return [call("GET", key)];
    return [own.oneIn(2) ? call("SET", key, signed(drawing)) : call("RPUSH", `${key}:list`, signed(drawing))];
  };
}

/** Short times to live, set, changed, taken away and read at every distance from their end. */
export function expiry(chance: Chance): Program {
  const count = chance.pick([2, 16, 200]);
  return (drawing) => {
    const { chance: own, nowMs } = drawing;
    const key = `timed:${skewed(own, count)}`;
    const ms = own.pick([1, 2, 5, 10, 50, own.between(1, 300), own.between(1, 4000)]);
    switch (own.below(18)) {
      case 0:
        return [call("PEXPIRE", key, ms, ...(own.oneIn(3) ? [own.pick(["NX", "XX", "GT", "LT"])] : []))];
      case 1:
        return [call("PEXPIREAT", key, nowMs + own.between(-5, 500))];
      case 2:
        return [call("EXPIRE", key, own.between(0, 3))];
      case 3:
        return [call("PERSIST", key)];
      case 4:
        return [call("GETEX", key, own.pick(["PX", "px"]), ms)];
      case 5:
        return [call(own.pick(["PTTL", "TTL", "PEXPIRETIME", "EXPIRETIME"]), key)];
      case 6:
        return [call("SET", key, signed(drawing), "KEEPTTL")];
      case 7:
        return [call("APPEND", key, "+")];
      case 8:
        return [call("EXISTS", key, `timed:${own.below(count)}`)];
      case 9:
        return [call(own.pick(["RENAME", "COPY"]), key, `timed:${own.below(count)}`)];
      case 10:
        return [call(own.pick(["DBSIZE", "RANDOMKEY"]))];
      case 11:
        return [call("PSETEX", key, ms, signed(drawing))];
      case 12:
        return [call(own.pick(["STRLEN", "GETRANGE", "TYPE"]), key, ...[])].map((step) =>
          step.do === "call" && step.words[0] === "GETRANGE" ? call("GETRANGE", key, 0, -1) : step,
        );
      case 13:
      case 14:
        return [call("GET", key)];
      default:
        return [call("SET", key, signed(drawing), "PX", ms)];
    }
  };
}

/** Whole SCANs while keys come and go; a part of the keys stays throughout. */
export function scanning(chance: Chance): Program {
  const count = chance.pick([10, 100, 600]);
  const begun = new Set<number>();
  return (drawing) => {
    const own = drawing.chance;
    if (!begun.has(drawing.client)) {
      begun.add(drawing.client);
      const pairs = Array.from({ length: 40 }, (_, i) => [`stays:${drawing.client}:${i}`, signed(drawing)]);
      return [call("MSET", ...pairs.flat())];
    }
    const key = `passes:${own.below(count)}`;
    if (own.oneIn(30)) {
      const options = [
        ...(own.oneIn(2) ? ["COUNT", String(own.pick([1, 5, 10, 50, 1000]))] : []),
        ...(own.oneIn(3) ? ["MATCH", own.pick(["*", "stays:*", "passes:*1*", "nothing"])] : []),
        ...(own.oneIn(5) ? ["TYPE", own.pick(["string", "list"])] : []),
      ];
      return [{ do: "scan", words: options }];
    }
    if (own.oneIn(3)) return [call(own.pick(["DEL", "UNLINK"]), key, `passes:${own.below(count)}`)];
    if (own.oneIn(30)) return [call("KEYS", own.pick(["*", "stays:*", "passes:?"]))];
    return own.oneIn(6)
      ? [call("SET", key, "x", "PX", own.between(1, 200))]
      : [call("SET", key, signed(drawing))];
  };
}

/** Keys that are renamed, copied and moved onto each other, over shards and databases. */
export function renaming(chance: Chance): Program {
  const count = chance.pick([2, 4, 12]);
  return (drawing) => {
    const own = drawing.chance;
    const [from, to] = [`named:${own.below(count)}`, `named:${own.below(count)}`];
    switch (own.below(12)) {
      case 0:
      case 1:
      case 2:
        return [call("RENAME", from, to)];
      case 3:
        return [call("RENAMENX", from, to)];
      case 4:
        return [call("COPY", from, to, ...(own.oneIn(2) ? ["REPLACE"] : []))];
      case 5:
        return [call("COPY", from, to, "DB", own.below(drawing.databases))];
      case 6:
        return [call("MOVE", from, own.below(drawing.databases))];
      case 7:
        return [call("SET", from, signed(drawing), "PX", own.between(5, 2000))];
      case 8:
        return [call("EXISTS", from, to), call("GET", from)];
      case 9:
        return [call("MGET", from, to, `named:${own.below(count)}`)];
      default:
        return [call("SET", from, signed(drawing))];
    }
  };
}

/** Whole databases emptied and exchanged under others' feet. */
export function flushing(chance: Chance): Program {
  const count = chance.pick([30, 30, 1000]);
  return (drawing) => {
    const { chance: own, databases } = drawing;
    const key = `flushed:${own.below(count)}`;
    if (count > 30 && own.oneIn(12)) {
      const first = own.below(count);
      const pairs = Array.from({ length: 60 }, (_, i) => [`flushed:${(first + i) % count}`, signed(drawing)]);
      return [call("MSET", ...pairs.flat())];
    }
    switch (own.below(40)) {
      case 0:
        return [call("FLUSHALL", ...own.pick([[], ["ASYNC"], ["SYNC"]]))];
      case 1:
      case 2:
        return [call("FLUSHDB", ...own.pick([[], ["ASYNC"], ["SYNC"]]))];
      case 3:
      case 4:
        return [call("SWAPDB", own.below(databases), own.below(databases))];
      case 5:
      case 6:
        return [call("SELECT", own.below(databases))];
      case 7:
      case 8:
        return [call("DBSIZE")];
      case 9:
        return [call("MSETNX", key, signed(drawing), `flushed:${own.below(30)}`, signed(drawing))];
      case 10:
      case 11:
        return [call("GET", key)];
      default:
        return [call("SET", key, signed(drawing), ...(own.oneIn(4) ? ["PX", own.between(1, 500)] : []))];
    }
  };
}

/** Integers about the ends of what doubles hold exactly, and of 64 bits. */
const wide = [
  "9007199254740990",
  "-9007199254740991",
  "9223372036854775800",
  "-9223372036854775801",
] as const;

/** One key, written in every way and through every length at which its block moves. */
export function hotKey(_: Chance): Program {
  return (drawing) => {
    const own = drawing.chance;
    const key = "hot";
    switch (own.below(14)) {
      case 0:
        return [call("APPEND", key, unsigned(drawing))];
      case 1:
        return [call("SETRANGE", key, own.pick([0, 7, 60, 500, 4000, 20_000]), unsigned(drawing))];
      case 2:
        return [call("GETRANGE", key, own.between(-20, 20), own.between(-20, 40))];
      case 3:
        return [call("SETBIT", key, own.below(300), own.below(2))];
      case 4:
        return [call("BITFIELD", key, "INCRBY", "u8", `#${own.below(20)}`, own.between(1, 9))];
      case 5:
        return [call("BITCOUNT", key)];
      case 6:
        return [call("STRLEN", key)];
      case 7:
        return [call("SET", key, own.oneIn(3) ? own.pick(wide) : own.between(-100, 100))];
      case 8:
        return [call("INCRBY", key, own.oneIn(6) ? own.pick(wide) : own.between(-9, 9))];
      case 9:
        return [call("INCRBYFLOAT", key, own.pick(["0.1", "1.5", "-2"]))];
      case 10:
        return [call("SET", key, unsigned(drawing).repeat(own.pick([1, 10, 40, 200, 1000, 8000])))];
      case 11:
        return [call("DEL", key)];
      default:
        return [call("GET", key)];
    }
  };
}

/** More than fits, so that writes are refused or keys evicted. */
export function memory(chance: Chance): Program {
  const sizeBytes = chance.pick([100, 1000, 8000]);
  return (drawing) => {
    const own = drawing.chance;
    const key = `weight:${own.below(2000)}`;
    const value = signedAndLong(drawing, own.between(1, sizeBytes));
    switch (own.below(12)) {
      case 0:
        return [call("GET", key)];
      case 1:
        return [call("APPEND", key, value)];
      case 2:
        return [call("SET", key, value, "EX", own.between(1, 1000))];
      case 3:
        return [call("DEL", key)];
      case 4:
        return [call(own.pick(["MSET", "MSETNX"]), key, value, `weight:${own.below(2000)}`, value)];
      default:
        return [call("SET", key, value)];
    }
  };
}

/** Replies that fill what stands between server and client. */
export function bigReplies(_: Chance): Program {
  return (drawing) => {
    const own = drawing.chance;
    const key = `big:${own.below(3)}`;
    if (own.oneIn(6))
      return [
        call(
          "SET",
          key,
          signedAndLong(drawing, own.pick([2000, 2000, 2000, 10_000, 10_000, 30_000, 100_000])),
        ),
      ];
    if (own.oneIn(15)) return [call("MGET", "big:0", "big:1", "big:2")];
    return own.oneIn(4) ? [call("INCR", "big:count")] : [call("GET", key)];
  };
}
