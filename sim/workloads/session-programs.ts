// Session programs: what clients do to the server, to their own connection, and to each other through it.

import type { Chance } from "../../compat/generator/chance.ts";
import { requestText } from "../clients/request.ts";
import type { Step } from "../plan.ts";
import { call, type Program } from "./calls.ts";
import { counters, registers, renaming } from "./data-programs.ts";
import { type Drawing, signed } from "./words.ts";

/** What an operator does to a running server. */
export function administration(_: Chance): Program {
  return ({ chance: own }) => {
    switch (own.below(20)) {
      case 0:
      case 1:
        return [call("CLIENT", "PAUSE", own.between(1, 400), ...own.pick([[], ["WRITE"], ["ALL"]]))];
      case 2:
        return [call("CLIENT", "UNPAUSE")];
      case 3:
        return [call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", own.pick(["yes", "yes", "no"]))];
      case 4:
        return [call("CLIENT", "KILL", "ID", own.between(1, 30))];
      case 5:
        return [call("CONFIG", "SET", "maxmemory", own.pick(["0", "0", "1100kb", "1300kb", "2mb", "5mb"]))];
      case 6:
        return [call("CONFIG", "SET", "maxmemory-policy", own.pick(policies))];
      case 7:
        return [call("CONFIG", "SET", "client-output-buffer-limit", own.pick(outputLimits))];
      case 8:
        return [call("CONFIG", "SET", "hz", own.pick(["1", "10", "10", "100"]))];
      case 9:
        return [call("CONFIG", "SET", own.pick(lazyDirectives), own.pick(["yes", "no"]))];
      case 10:
        return [call("CONFIG", "SET", "activedefrag", own.pick(["yes", "no"]))];
      case 11:
        return [call("CONFIG", "SET", "active-expire-effort", own.between(1, 10))];
      case 12:
        return [call("CONFIG", own.pick(["RESETSTAT", "REWRITE"]))];
      case 13:
        return [call("MONITOR"), call("PING"), call("GET", "register:0"), call("RESET")];
      case 14:
        return [call("SLOWLOG", own.pick(["GET", "LEN", "RESET"]))];
      case 15:
        return [call("CLIENT", own.pick(["LIST", "INFO", "ID", "GETNAME"]))];
      case 16:
        return [call("MEMORY", own.pick(["STATS", "PURGE", "DOCTOR"]))];
      case 17:
        return [call("CONFIG", "SET", "maxmemory-samples", own.between(1, 12))];
      case 18:
        return [call("CONFIG", "SET", "slowlog-log-slower-than", own.pick(["0", "-1", "10000"]))];
      default:
        return [call("INFO", own.pick(["everything", "memory", "stats", "clients", "keyspace"]))];
    }
  };
}

const policies = [
  ...["noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random"],
  ...["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"],
];
const outputLimits = ["normal 0 0 0", "normal 100000 0 0", "normal 0 50000 1", "normal 1mb 256kb 2"];
const lazyDirectives = [
  ...["lazyfree-lazy-eviction", "lazyfree-lazy-expire", "lazyfree-lazy-server-del"],
  ...["lazyfree-lazy-user-del", "lazyfree-lazy-user-flush"],
];

/** Connections that change what they are: protocol, database, silence, name. */
export function modes(_: Chance): Program {
  return (drawing) => {
    const own = drawing.chance;
    const key = `mode:${own.below(4)}`;
    switch (own.below(14)) {
      case 0:
        return [call("HELLO", own.pick(["2", "3"]))];
      case 1:
        return [call("RESET")];
      case 2:
        return [call("CLIENT", "REPLY", "SKIP"), call("SET", key, signed(drawing))];
      case 3:
        return [
          call("CLIENT", "REPLY", "OFF"),
          ...Array.from({ length: own.below(6) }, () => call("APPEND", key, signed(drawing))),
          call("CLIENT", "REPLY", "ON"),
        ];
      case 4:
        return [call("SELECT", own.below(drawing.databases))];
      case 5:
        return [call("CLIENT", "NO-TOUCH", own.pick(["ON", "OFF"])), call("GET", key)];
      case 6:
        return [
          call("DEBUG", "PROTOCOL", own.pick(["map", "set", "double", "bignum", "null", "verbatim", "true"])),
        ];
      case 7:
        return [call("CONFIG", "GET", "max*")];
      case 8:
        return own.oneIn(4) ? [call("QUIT")] : [call("CLIENT", "SETNAME", `client-${drawing.client}`)];
      case 9:
        return [call("DEL", key)];
      default:
        return [own.oneIn(2) ? call("GET", key) : call("SET", key, signed(drawing))];
    }
  };
}

/** Several calls as one, watched and not, ended in every way. */
export function transactions(chance: Chance): Program {
  const inner = [counters(chance), registers(chance), renaming(chance)];
  return (drawing) => {
    const own = drawing.chance;
    const steps: Step[] = [];
    if (own.oneIn(25)) return [{ do: "raw", bytes: unreadable(drawing).map(requestText).join("") }];
    if (own.oneIn(2)) steps.push(call("WATCH", `register:${own.below(2)}`, `counter:${own.below(4)}`));
    if (own.oneIn(3)) steps.push(...own.pick(inner)(drawing));
    if (own.oneIn(12)) return [...steps, call("UNWATCH")];
    steps.push(call("MULTI"));
    const count = own.between(0, 4);
    for (let i = 0; i < count; i++) steps.push(...own.pick(inner)(drawing));
    if (own.oneIn(10))
      steps.push(own.pick([call("NONSENSE"), call("GET"), call("MULTI"), call("WATCH", "register:0")]));
    if (own.oneIn(10)) steps.push(call("INCR", "register:0"));
    if (own.oneIn(40)) return [...steps, { do: "disconnect" }];
    return [...steps, call(own.oneIn(8) ? "DISCARD" : "EXEC")];
  };
}

// A transaction whose replies no client can tell apart, or read at all.
function unreadable(drawing: Drawing): readonly (readonly string[])[] {
  const own = drawing.chance;
  const odd = [
    ["CLIENT", "REPLY", "OFF"],
    ["CLIENT", "REPLY", "SKIP"],
    ["CLIENT", "REPLY", "ON"],
    ["SUBSCRIBE", "channel:0", "channel:1"],
    ["SSUBSCRIBE", "channel:0"],
    ["UNSUBSCRIBE"],
    ["HELLO", "3"],
  ];
  const calls = Array.from({ length: own.between(1, 4) }, () =>
    own.oneIn(2) ? own.pick(odd) : ["SET", `register:${own.below(2)}`, signed(drawing)],
  );
  return [["MULTI"], ...calls, ["EXEC"], ["PING"]];
}

const channels = ["channel:0", "channel:1", "channel:2"];

/** Messages that name their sender. */
export function publishing(_: Chance): Program {
  return (drawing) => {
    const own = drawing.chance;
    if (own.oneIn(12)) return [call("PUBSUB", own.pick(["CHANNELS", "NUMPAT", "SHARDCHANNELS"]))];
    if (own.oneIn(12)) return [call("PUBSUB", own.pick(["NUMSUB", "SHARDNUMSUB"]), ...channels)];
    return [call(own.oneIn(4) ? "SPUBLISH" : "PUBLISH", own.pick(channels), signed(drawing))];
  };
}

/** What a subscriber asks for: channels and patterns, taken and given up, and signs of life. */
export function listening(_: Chance): Program {
  return ({ chance: own }) => {
    const some = Array.from({ length: own.between(1, 3) }, () => own.pick(channels));
    const patterns = [own.pick(["channel:*", "*", "channel:[01]", "nothing"])];
    switch (own.below(12)) {
      case 0:
        return [call("PSUBSCRIBE", ...patterns)];
      case 1:
        return [call("PUNSUBSCRIBE", ...(own.oneIn(2) ? patterns : []))];
      case 2:
        return [call("SSUBSCRIBE", own.pick(channels))];
      case 3:
        return [call("SUNSUBSCRIBE", ...(own.oneIn(2) ? [own.pick(channels)] : []))];
      case 4:
      case 5:
        return [call("UNSUBSCRIBE", ...(own.oneIn(2) ? some : []))];
      case 6:
        return own.oneIn(4) ? [call("RESET")] : [call("GET", "register:0")];
      case 7:
      case 8:
        return [call("PING", ...(own.oneIn(2) ? ["alive"] : []))];
      default:
        return [call("SUBSCRIBE", ...some)];
    }
  };
}
