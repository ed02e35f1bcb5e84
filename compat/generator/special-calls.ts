// Special calls: commands whose arguments the syntax alone cannot draw.
//
// Role: words that must come from a list (names of commands, directives of the configuration), and commands
// that would end the run if drawn freely (SHUTDOWN, CLIENT PAUSE, DEBUG SLEEP): of those only calls that are
// refused or harmless are drawn. What is left out, and why, is listed in differential/by-design.ts.

import type { Syntax } from "../../src/commands/syntax.ts";
import type { Chance } from "./chance.ts";
import { targets } from "./declared.ts";
import type { Material } from "./generate.ts";
import { drawMemberEnd, drawScoreEnd, drawValue, junkNumbers } from "./pools.ts";
import { scriptCalls } from "./script-calls.ts";
import { drawMilliseconds, drawUnixMilliseconds } from "./times.ts";

export type SpecialContext = {
  readonly chance: Chance;
  readonly material: Material;
  /** The words the call begins with, in mixed case. */
  readonly name: readonly string[];
  readonly syntax: readonly Syntax[];
  readonly key: () => string;
  /** Arguments drawn from a syntax in the usual way. */
  readonly draw: (syntax: readonly Syntax[]) => string[];
};

type Special = (context: SpecialContext) => string[] | undefined;

/** Directives that CONFIG SET may change during a run, with values of which most are taken. */
const settable: Readonly<Record<string, readonly string[]>> = {
  "hash-max-listpack-entries": ["128", "512", "0", "2", "8", "-1", "abc", "1kb"],
  "hash-max-ziplist-value": ["64", "128", "4", "1kb", "1k", "-1", "10x", ""],
  "set-max-intset-entries": ["512", "1", "4", "abc"],
  "list-max-listpack-size": ["-2", "-1", "2", "8", "128", "1mb"],
  "list-compress-depth": ["0", "1", "-1"],
  "zset-max-listpack-entries": ["128", "0", "2", "8", "9223372036854775807", "9223372036854775808"],
  "zset-max-listpack-value": ["64", "4", "0", "-1"],
  "stream-node-max-entries": ["100", "1", "3", "0"],
  "hll-sparse-max-bytes": ["3000", "3kb", "1e3"],
  "lfu-log-factor": ["10", "0", "100", "-5", "1.5"],
  "lfu-decay-time": ["1", "0", "x"],
  "maxmemory-samples": ["5", "10", "0", "64", "2147483648"],
  "maxmemory-eviction-tenacity": ["10", "0", "100", "101", "-1"],
  "maxmemory-policy": ["noeviction", "allkeys-lru", "volatile-lru", "NOEVICTION", "nonsense", ""],
  "active-expire-effort": ["1", "10", "11", "0"],
  "lazyfree-lazy-user-del": ["yes", "no", "YES", "maybe"],
  "lazyfree-lazy-user-flush": ["yes", "no", "1"],
  "latency-tracking-info-percentiles": ["50 99 99.9", "", "101", "abc", "0 100", "99.99"],
  "client-output-buffer-limit": [
    "normal 0 0 0",
    "nonsense",
    "pubsub 32mb 8mb 60",
    "normal 1 2",
    "normal -1 0 0",
  ],
  "client-query-buffer-limit": ["1gb", "512mb", "10", "abc"],
  loglevel: ["notice", "warning", "debug", "loud"],
  timeout: ["0", "1000", "-1", "abc"],
  "tcp-keepalive": ["300", "0", "-1"],
  hz: ["10", "0", "100", "1000", "-1", "x"],
  "dynamic-hz": ["yes", "no", "2"],
  maxclients: ["10000", "5000", "0", "abc"],
  "busy-reply-threshold": ["5000", "0", "-1"],
  "lua-time-limit": ["5000", "1"],
  port: ["abc", "-1", "65536"],
  databases: ["16", "8"],
  unixsocketperm: ["700", "999"],
  nonsense: ["1", ""],
  "": ["1"],
};

/** The values that CONFIG SET restores before each stretch of a run. */
export const settingsAtStart: readonly string[] = [
  ...["hash-max-listpack-entries", "512", "hash-max-listpack-value", "64", "set-max-intset-entries", "512"],
  ...["list-max-listpack-size", "-2", "list-compress-depth", "0", "zset-max-listpack-entries", "128"],
  ...["zset-max-listpack-value", "64", "stream-node-max-entries", "100"],
  ...[
    "hll-sparse-max-bytes",
    "3000",
    "lfu-log-factor",
    "10",
    "lfu-decay-time",
    "1",
    "maxmemory-samples",
    "5",
  ],
  ...["maxmemory-eviction-tenacity", "10", "maxmemory-policy", "noeviction", "active-expire-effort", "1"],
  ...[
    "lazyfree-lazy-user-del",
    "no",
    "lazyfree-lazy-user-flush",
    "no",
    "latency-tracking-info-percentiles",
    "50 99 99.9",
  ],
  ...[
    "client-query-buffer-limit",
    "1gb",
    "loglevel",
    "notice",
    "timeout",
    "0",
    "tcp-keepalive",
    "300",
    "hz",
    "10",
  ],
  ...["dynamic-hz", "yes", "maxclients", "10000", "busy-reply-threshold", "5000"],
];

const readable = [
  ...Object.keys(settable).filter((name) => name !== "port"), // The two servers have a port each.
  ...[
    "maxmemory",
    "MAXMEMORY",
    "save",
    "appendonly",
    "appendfsync",
    "requirepass",
    "proto-max-bulk-len",
    "tls-port",
  ],
  ...[
    "max*",
    "*-entries",
    "lfu*",
    "*proto-max*",
    "slowlog-*",
    "hash-max-*",
    "zset*",
    "nonsense*",
    "ma[x]memory",
    "?z",
  ],
];

const infoSections = [
  ...[
    "server",
    "clients",
    "memory",
    "persistence",
    "stats",
    "replication",
    "cpu",
    "modules",
    "errorstats",
    "cluster",
  ],
  ...["keyspace", "commandstats", "latencystats", "default", "all", "everything", "nonsense", "", "KeySpace"],
];

const categories = [
  "read",
  "write",
  "string",
  "fast",
  "slow",
  "bitmap",
  "keyspace",
  "dangerous",
  "nonsense",
  "connection",
];

/** By full name. undefined = this draw gives no call; a command that never gives one must be listed by design. */
export const specialCalls: Readonly<Record<string, Special>> = {
  // Without a name these describe all commands, and the stock server has more of them.
  command: ({ name, chance }) => [...name, chance.pick(["nonsense", "", "INFOS"])],
  "command|info": (context) => [...context.name, ...commandNames(context)],
  "command|docs": (context) => [...context.name, ...commandNames(context)],
  "command|count": ({ name, chance }) => (chance.oneIn(2) ? [...name, "x"] : [...name]),
  "command|list": listOfCommands,
  "command|getkeys": keysOfCall,
  "command|getkeysandflags": keysOfCall,
  "config|get": ({ name, chance }) => [...name, ...several(chance, 3, () => chance.pick(readable))],
  "config|set": setDirectives,
  info: ({ name, chance }) => [...name, ...several(chance, 2, () => chance.pick(infoSections))],
  hello: helloCall,
  auth: ({ name, chance }) => [
    ...name,
    ...several(chance, 3, () => chance.pick(["default", "x", "", "nobody"])),
  ],
  monitor: ({ name }) => [...name, "x"],
  quit: () => undefined,
  shutdown: ({ name, chance }) => [
    ...name,
    ...chance.pick([["nonsense"], ["ABORT"], ["NOSAVE", "SAVE"], ["ABORT", "NOW"], ["NOSAVE", "x"], [""]]),
  ],
  "client|reply": ({ name, chance }) => [
    ...name,
    ...chance.pick([["ON"], ["on"], ["nonsense"], [], ["OFF", "x"]]),
  ],
  "client|pause": ({ name, chance }) => [
    ...name,
    ...chance.pick([
      ["abc"],
      ["-1"],
      [],
      ["1.5"],
      ["100", "nonsense"],
      ["x", "WRITE"],
      ["100", "ALL", "x"],
      ["9223372036854775808"],
    ]),
  ],
  "client|kill": killCall,
  "client|unblock": ({ name, chance }) => [
    ...name,
    ...chance.pick([
      ["999999999"],
      ["999999999", "ERROR"],
      ["999999999", "TIMEOUT"],
      ["abc"],
      [],
      ["999999999", "x"],
    ]),
  ],
  "client|no-evict": onOff,
  "client|no-touch": () => undefined,
  "client|setinfo": () => undefined,
  "client|setname": ({ name, chance }) => [
    ...name,
    ...several(chance, 1, () =>
      chance.pick(["", "worker", "with space", "a\nb", "caf\xc3\xa9", "x".repeat(100), "!~"]),
    ),
  ],
  "client|list": ({ name, chance }) => [
    ...name,
    ...chance.pick([
      [],
      ["TYPE", "normal"],
      ["type", "pubsub"],
      ["TYPE", "nonsense"],
      ["ID", "999999999"],
      ["ID", "abc"],
      ["ID"],
      ["TYPE"],
      ["nonsense"],
      ["ID", "999999999", "999999998"],
      ["ID", "-1"],
      ["ID", "0"],
      ["TYPE", "master"],
      ["TYPE", "replica"],
      ["TYPE", "slave"],
    ]),
  ],
  bitop: ({ name, chance, draw, syntax }) => {
    const operation = chance.oneIn(20) ? "nand" : chance.pick(["AND", "OR", "XOR", "NOT", "and", "Xor"]);
    const args = draw(syntax).slice(1);
    // NOT takes one source: with several it is refused, which is drawn as well, but seldom.
    const isNot = operation === "NOT" && !chance.oneIn(4);
    return [...name, operation, ...(isNot ? args.slice(0, 2) : args)];
  },
  // Arguments beyond the version are about the stock server's own pictures.
  lolwut: ({ name, chance }) => [
    ...name,
    ...chance.pick([[], [], ["VERSION", "5"], ["version", "6"], ["VERSION", "1"], ["VERSION", "abc"]]),
  ],
  debug: debugCall,
  pfdebug: ({ name, chance, key }) => [
    ...name,
    chance.pick(["GETREG", "DECODE", "ENCODING", "TODENSE", "todense", "nonsense", ""]),
    ...several(chance, 1, key),
  ],
  xack: (context) => (context.chance.oneIn(2) ? drawnAsDeclared(context) : acknowledgeCall(context)),
  xclaim: claimCall,
  xpending: pendingCall,
  lrem: (context) => {
    const words = context.draw(context.syntax);
    if (words.length > 1 && context.chance.oneIn(2))
      words[1] = context.chance.pick(["-1", "-2", "0", "1", "2"]);
    return [...context.name, ...words];
  },
  zrange: (context) => rangeCall(context, 1),
  zrangestore: (context) => rangeCall(context, 2),
  restore: restoreCall,
  ...scriptCalls,
  xadd: addEntry,
  xread: readStreams,
  xreadgroup: (context) => (context.chance.oneIn(2) ? readStreams(context) : deliverCall(context)),
};

/** The one password that drawn calls set. */
export const passwordInUse = "secret";

/** Calls drawn where no stock server hears them; by full name, before those above. */
export const callsHeardByNoStock: Readonly<Record<string, Special>> = {
  command: ({ name, chance }) => (chance.oneIn(12) ? [...name] : [...name, "nonsense"]),
  quit: ({ name, chance }) => (chance.oneIn(4) ? [...name, "x"] : [...name]),
  "config|set": (context) =>
    context.chance.oneIn(8)
      ? [...context.name, "requirepass", context.chance.pick(["", "", passwordInUse])]
      : setDirectives(context),
  auth: ({ name, chance }) => [
    ...name,
    ...several(chance, 2, () => chance.pick(["default", passwordInUse, passwordInUse, "x", ""])),
  ],
  "client|no-touch": onOff,
  "client|setinfo": ({ name, chance }) => [
    ...name,
    ...chance.pick([
      ["LIB-NAME", "ioredis"],
      ["lib-name", ""],
      ["LIB-VER", "6.0.0"],
      ["LIB-NAME", "with space"],
      ["LIB-VER", "a\nb"],
      ["LIB-NAME"],
      ["nonsense", "x"],
      ["LIB-NAME", "a", "b"],
    ]),
  ],
  "client|reply": ({ name, chance }) => [
    ...name,
    ...chance.pick([["ON"], ["ON"], ["on"], ["OFF"], ["SKIP"], ["skip"], ["nonsense"], [], ["OFF", "x"]]),
  ],
};

// A time that the server chooses is another one on each of two servers: its milliseconds are given there.
function addEntry({ name, chance, material, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (material.isHeardByNoStock === true) return [...name, ...words];
  return [...name, ...words.map((word) => (word === "*" ? `${chance.between(0, 60)}-*` : word))];
}

// Nobody would wake a request that waits: of those with BLOCK only refused ones are drawn.
function readStreams({ name, chance, material, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (material.isHeardByNoStock === true) return [...name, ...words];
  const at = words.findIndex((word) => word.toLowerCase() === "block");
  if (at >= 0 && at + 1 < words.length) words[at + 1] = chance.pick(["-1", "x", "9223372036854775808", ""]);
  // A group reads what is new to it.
  const first = words.findIndex((word) => word.toLowerCase() === "streams") + 1;
  const isGroup = words[0]?.toLowerCase() === "group";
  const idsAt = first + (words.length - first) / 2;
  return [...name, ...words.map((word, i) => (isGroup && i >= idsAt && !chance.oneIn(3) ? ">" : word))];
}

function several(chance: Chance, max: number, draw: () => string): string[] {
  const count = chance.oneIn(8) ? chance.between(0, max) : chance.between(1, max);
  return Array.from({ length: count }, draw);
}

function drawnAsDeclared({ name, draw, syntax }: SpecialContext): string[] {
  return [...name, ...draw(syntax)];
}

// Entries that nobody has read yet.
function deliverCall({ name, chance, key }: SpecialContext): string[] {
  return [
    ...name,
    ...["GROUP", chance.pick(["g", "g", "h"]), chance.pick(["a", "b"])],
    ...(chance.oneIn(2) ? ["COUNT", chance.pick(["1", "2", "10"])] : []),
    ...["STREAMS", key(), ">"],
  ];
}

function acknowledgeCall({ name, chance, key, material }: SpecialContext): string[] {
  const { ids = [] } = material;
  const count = chance.between(1, 16);
  const some = Array.from({ length: count }, () => (ids.length === 0 ? "1-1" : chance.pick(ids)));
  return [...name, key(), chance.pick(["g", "g", "h"]), ...some];
}

// With an idle time that pending entries mostly have.
function claimCall({ name, chance, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (words.length > 3 && !chance.oneIn(4)) words[3] = chance.pick(["0", "1", "5"]);
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}

// The ends of the range stand behind an option, so they are drawn again.
function pendingCall({ name, chance, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  const at = words[2]?.toLowerCase() === "idle" ? 4 : 2;
  if (at === 4 && !chance.oneIn(4)) words[3] = chance.pick(["0", "1", "5", "1000"]);
  if (words.length > at + 2 && !chance.oneIn(4)) words.splice(at, 3, "-", "+", chance.pick(["1", "10", "0"]));
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}

// What the two ends are is said behind them, so they are drawn again to fit.
function rangeCall({ name, chance, draw, syntax }: SpecialContext, keys: number): string[] {
  const words = draw(syntax);
  const by = words.find((word) => /^by(score|lex)$/i.test(word));
  if (by !== undefined && words.length > keys + 2 && !chance.oneIn(6)) {
    const draws = by.length === 5 ? drawMemberEnd : drawScoreEnd;
    for (const at of [keys, keys + 1]) words[at] = draws(chance);
  }
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}

function commandNames({ chance }: SpecialContext): string[] {
  return Array.from({ length: chance.between(1, 3) }, () => {
    if (chance.oneIn(10))
      return chance.pick(["nonsense", "", "get|x", "client|nonsense", "client|", "|", "get set"]);
    const picked = chance.pick(known);
    return chance.oneIn(3) ? picked.fullName.toUpperCase() : picked.fullName;
  });
}

// Those both servers have; containers are left out, since theirs holds more subcommands.
const onlyHere = /^(client\|(no-touch|setinfo)|client|config|command|object|memory|latency|slowlog|debug)$/;
const known = targets.filter(
  ({ fullName, isNewerThanStock }) => !isNewerThanStock && !onlyHere.test(fullName),
);

function listOfCommands({ name, chance }: SpecialContext): string[] {
  const filters = [
    ["FILTERBY", "MODULE", "nonsense"],
    ["FILTERBY", "PATTERN", chance.pick(["get", "xx*", "getrang[e]", "setnx", "nonsense"])],
    ["FILTERBY", "ACLCAT", "nonsense"],
    ["FILTERBY", "ACLCAT"],
    ["FILTERBY", "nonsense", "x"],
    ["FILTERBY"],
    ["nonsense"],
    [
      "filterby",
      "aclcat",
      chance.pick(categories.filter((each) => ["nonsense", "bitmap", "string"].includes(each))),
    ],
  ];
  return [...name, ...chance.pick(filters)];
}

function keysOfCall({ chance, name, draw }: SpecialContext): string[] {
  if (chance.oneIn(6))
    return [
      ...name,
      ...several(chance, 3, () => chance.pick(["nonsense", "get", "", "set", "ping", "mset"])),
    ];
  const inner = chance.pick(known);
  return [...name, ...inner.words, ...draw(inner.syntax)];
}

function setDirectives({ name, chance }: SpecialContext): string[] {
  const pairs = Array.from({ length: chance.oneIn(4) ? 2 : 1 }, () => {
    const directive = chance.pick(Object.keys(settable));
    return [chance.oneIn(4) ? directive.toUpperCase() : directive, chance.pick(settable[directive] ?? [""])];
  }).flat();
  if (chance.oneIn(20)) pairs.pop();
  if (chance.oneIn(20)) pairs.push(...pairs.slice(0, 2));
  return [...name, ...pairs];
}

function helloCall({ name, chance }: SpecialContext): string[] {
  const options = chance.pick([
    [],
    ["SETNAME", "w"],
    ["SETNAME", "worker"],
    ["AUTH", "default", "x"],
    ["AUTH", "nobody", "x"],
    ["SETNAME", "with space"],
    ["AUTH", "default"],
    ["nonsense"],
    ["setname", "a", "auth", "default", "x"],
  ]);
  return [...name, chance.pick(["2", "3", "2", "3", "1", "4", "abc", "-1", "03", ""]), ...options];
}

function killCall({ name, chance, material }: SpecialContext): string[] {
  return [
    ...name,
    ...chance.pick([
      // Somebody may listen, and over TCP it is not known when he hears that he was cut off.
      ["TYPE", material.isHeardByNoStock === true ? "pubsub" : "master"],
      ["127.0.0.1:1"],
      ["ID", "999999999"],
      ["ID", "abc"],
      ["ID", "-1"],
      ["ID", "0"],
      ["ADDR", "127.0.0.1:1"],
      ["LADDR", "127.0.0.1:1"],
      ["TYPE", "nonsense"],
      ["TYPE", "master"],
      ["TYPE", "slave"],
      ["TYPE", "replica"],
      ["TYPE", "normal", "ID", "999999999"],
      ["USER", "nobody"],
      ["SKIPME", "maybe"],
      ["SKIPME", "yes", "ID", "999999999"],
      ["ID"],
      [],
      ["nonsense", "x"],
      ["ID", "999999999", "ADDR"],
      ["id", "999999999", "addr", "1.2.3.4:5", "skipme", "no"],
      [""],
    ]),
  ];
}

function onOff({ name, chance }: SpecialContext): string[] {
  return [...name, ...chance.pick([["ON"], ["OFF"], ["on"], ["nonsense"], [], ["ON", "x"]])];
}

function debugCall({ name, chance }: SpecialContext): string[] {
  const types = [
    "string",
    "integer",
    "double",
    "null",
    "array",
    "set",
    "map",
    "verbatim",
    "true",
    "false",
    "bignum",
  ];
  return [
    ...name,
    ...chance.pick([
      ["PROTOCOL", chance.pick([...types, "nonsense", ""])],
      ["protocol", chance.pick(types)],
      ["STRINGMATCH-LEN", String(chance.below(100)), "*a*b"],
      ["SET-ACTIVE-EXPIRE", "1"],
      ["ERROR", "MYERR something went wrong"],
      ["LOG", "a line"],
      ["PROTOCOL"],
      ["nonsense"],
      ["QUICKLIST-PACKED-THRESHOLD", "0"],
      ["OBJECT", "no-such-key"],
    ]),
  ];
}

const restoreDates = ["4102444800000", "4102444801234", "1000", "1000000000000", "0", "-1"];
const oddSpans = ["0", "0", "0", "-1", "abc", "01"];

// With ABSTTL the time is a date, without it a distance; the two are drawn from different ranges.
function restoreCall({ chance, material, name, key, draw, syntax }: SpecialContext): string[] {
  const nowMs = material.clock?.nowMs;
  const payload = chance.oneIn(10) ? (draw(syntax)[2] ?? "") : chance.pick(material.payloads);
  const isAbsolute = chance.oneIn(3);
  const isOdd = chance.oneIn(2);
  const date = (): string => (isOdd ? chance.pick(restoreDates) : drawUnixMilliseconds(chance, nowMs));
  const span = (): string => (isOdd ? chance.pick(oddSpans) : drawMilliseconds(chance, nowMs));
  const options = chance.shuffle([
    ...(isAbsolute ? [[chance.pick(["ABSTTL", "absttl"])]] : []),
    ...(chance.oneIn(2) ? [[chance.pick(["REPLACE", "replace"])]] : []),
    ...(chance.oneIn(8)
      ? [["IDLETIME", chance.pick(["0", "1000", "-1", "abc", ...junkNumbers.slice(0, 4)])]]
      : []),
    ...(chance.oneIn(8) ? [["FREQ", chance.pick(["0", "255", "256", "-1", "abc"])]] : []),
    ...(chance.oneIn(20) ? [["nonsense"]] : []),
    ...(chance.oneIn(20) ? [["IDLETIME"]] : []),
  ]);
  const value = chance.oneIn(25) ? drawValue(chance) : payload;
  return [...name, key(), isAbsolute ? date() : span(), value, ...options.flat()];
}
