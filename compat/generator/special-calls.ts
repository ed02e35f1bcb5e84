// Special calls: commands whose arguments the syntax alone cannot draw.
//
// Role: words that must come from a list (names of commands, directives of the configuration), and commands
// that would end the run if drawn freely (SHUTDOWN, CLIENT PAUSE, DEBUG SLEEP): of those only calls that are
// refused or harmless are drawn. What is left out, and why, is listed in differential/by-design.ts.

import { aclCalls } from "./acl-calls.ts";
import { targets } from "./declared.ts";
import { listCalls } from "./list-calls.ts";
import { drawMemberEnd, drawScoreEnd, drawValue, junkNumbers } from "./pools.ts";
import { scriptCalls } from "./script-calls.ts";
import { readable, setDirectives } from "./setting-calls.ts";
import { sortedSetCalls } from "./sorted-set-calls.ts";
import { type Special, type SpecialContext, several } from "./special.ts";
import { streamCalls } from "./stream-calls.ts";
import { stringCalls } from "./string-calls.ts";
import { drawMilliseconds, drawUnixMilliseconds } from "./times.ts";

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

// ACK and GETACK are not answered.
const replicaOptions = [
  ...[
    ["listening-port", "6380"],
    ["listening-port", "x"],
    ["ip-address", "10.0.0.1"],
    ["ip-address", "x".repeat(256)],
  ],
  ...[
    ["capa", "eof"],
    ["CAPA", "psync2"],
    ["capa", "nonsense"],
    ["rdb-only", "0"],
    ["rdb-only", "1"],
    ["rdb-only", "2"],
  ],
  ...[
    ["rdb-only", ""],
    ["rdb-filter-only", "functions"],
    ["rdb-filter-only", ""],
    ["rdb-filter-only", "functions keys"],
  ],
  ["nonsense", "1"],
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
  sync: ({ name }) => [...name, "x"],
  psync: ({ name, chance }) => [
    ...name,
    ...chance.pick([[], ["?"], ["?", "-1", "FAILOVER"], ["x", "0", "failover", "y"]]),
  ],
  replconf: ({ name, chance }) => [
    ...name,
    ...Array.from({ length: chance.between(0, 3) }, () => chance.pick(replicaOptions)).flat(),
    ...(chance.oneIn(8) ? ["x"] : []),
  ],
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
  "client|tracking": trackingCall,
  // None that waits: that is blackbox's.
  wait: ({ name, chance }) => [
    ...name,
    ...chance.pick([
      ["0", "0"],
      ["-1", "10"],
      ["0", "abc"],
      ["1", "-1"],
      ["abc", "1"],
      ["1", "1.5"],
      ["0"],
      [],
    ]),
  ],
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
  zrange: (context) => rangeCall(context, 1),
  zrangestore: (context) => rangeCall(context, 2),
  restore: restoreCall,
  ...aclCalls,
  ...listCalls,
  ...scriptCalls,
  ...sortedSetCalls,
  ...streamCalls,
  ...stringCalls,
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
  // With a log it waits, for as long as a sync takes.
  waitaof: ({ name, chance }) => [
    ...name,
    ...chance.pick([
      ["0", "0", "0"],
      ["0", "0", "10"],
      ["1", "0", "5"],
      ["1", "0", "1500"],
      ["2", "0", "1"],
      ["-1", "0", "1"],
      ["abc", "0", "1"],
      ["0", "-1", "1"],
      ["0", "abc", "1"],
      ["0", "0", "-1"],
      ["0", "0", "1.5"],
      ["0", "0"],
    ]),
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

// Not more than two prefixes: of three that overlap a stock server may refuse and take them at once.
function trackingCall({ name, chance, key }: SpecialContext): string[] {
  const prefix = (): string[] => [
    "PREFIX",
    chance.oneIn(3) ? key() : chance.pick(["", "k", "x:", "x", "y:1"]),
  ];
  const options = chance.pick([
    [],
    [],
    ["NOLOOP"],
    ["OPTIN"],
    ["optout", "NOLOOP"],
    ["OPTIN", "OPTOUT"],
    ["BCAST"],
    ["bcast", "NOLOOP"],
    ["BCAST", ...prefix()],
    ["BCAST", ...prefix(), ...prefix()],
    ["BCAST", "OPTIN"],
    prefix(),
    ["REDIRECT", chance.pick(["0", "-1", "999999999", "abc", "9223372036854775808"])],
    ["REDIRECT"],
    ["nonsense"],
  ]);
  return [...name, chance.pick(["ON", "ON", "on", "OFF", "OFF", "nonsense"]), ...options];
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
