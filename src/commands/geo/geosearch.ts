// GEOSEARCH, GEOSEARCHSTORE, and the older GEORADIUS commands: members inside a circle or a box.

import { type CommandDeclaration, defineCommand, type KeySpec } from "../define.ts";
import {
  after,
  block,
  double,
  integer,
  introduced,
  key,
  oneOf,
  optional,
  type Syntax,
  string,
  word,
} from "../syntax.ts";
import { runSearch } from "./search.ts";

const complexity = "O(N+log(M)) for N members in and around the area, in a set of M.";
const upperCase = ["7.0.0", "Units may be written in upper case."] as const;
const anyCount = ["6.2.0", "`ANY` for `COUNT`."] as const;

const unit = oneOf("unit", word("M"), word("KM"), word("FT"), word("MI"));
const order = optional(oneOf("order", word("ASC"), word("DESC")));
const countSyntax = after("COUNT", integer("count", "count"));
const count = optional(block("count", countSyntax, optional(word("ANY"))));
const countWithLaterAny = optional(block("count", countSyntax, introduced("6.2.0", optional(word("ANY")))));
const details: readonly Syntax[] = [
  optional(word("WITHCOORD")),
  optional(word("WITHDIST")),
  optional(word("WITHHASH")),
];
const from = oneOf(
  "from",
  after("FROMMEMBER", string("member")),
  after("FROMLONLAT", block("longitude_latitude", double("longitude"), double("latitude"))),
);
const by = oneOf(
  "by",
  block("circle", after("BYRADIUS", double("radius")), unit),
  block("box", after("BYBOX", double("width")), double("height"), unit),
);
const storing: readonly Syntax[] = [
  optional(after("STORE", key("OW update"))),
  optional(after("STOREDIST", key("OW update"))),
];

export const geosearch = defineCommand({
  name: "geosearch",
  summary: "Returns the members inside a circle or a box.",
  since: "6.2.0",
  group: "geo",
  complexity,
  flags: ["readonly"],
  syntax: [key("RO access"), from, by, order, count, ...details],
  class: "exact",
  history: [upperCase],
  run: (context) => runSearch(context, { centre: "options" }),
});

export const geosearchstore = defineCommand({
  name: "geosearchstore",
  summary: "Stores the members inside a circle or a box at a key.",
  since: "6.2.0",
  group: "geo",
  complexity,
  flags: ["write", "denyoom"],
  syntax: [
    key("OW update", "destination"),
    key("RO access", "source"),
    from,
    by,
    order,
    count,
    optional(word("STOREDIST")),
  ],
  class: "exact",
  history: [upperCase],
  run: (context) => runSearch(context, { centre: "options", isStore: true }),
});

export const georadius = defineCommand({
  name: "georadius",
  summary: "Returns or stores the members inside a circle around a place.",
  since: "3.2.0",
  group: "geo",
  complexity,
  flags: ["write", "denyoom", "movablekeys"],
  syntax: [...aroundPlace(), ...details, countWithLaterAny, order, ...storing],
  keySpecs: storeSpecs(6),
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument" },
  history: [anyCount, upperCase],
  run: (context) => runSearch(context, { centre: "coordinates", mayStore: true }),
});

export const georadiusRo = defineCommand({
  name: "georadius_ro",
  summary: "Returns the members inside a circle around a place.",
  since: "3.2.10",
  group: "geo",
  complexity,
  flags: ["readonly"],
  syntax: [...aroundPlace(), ...details, countWithLaterAny, order],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`GEOSEARCH` with the `BYRADIUS` argument" },
  history: [anyCount],
  run: (context) => runSearch(context, { centre: "coordinates" }),
});

export const georadiusbymember = defineCommand({
  name: "georadiusbymember",
  summary: "Returns or stores the members inside a circle around one of them.",
  since: "3.2.0",
  group: "geo",
  complexity,
  flags: ["write", "denyoom", "movablekeys"],
  syntax: [...aroundMember(), ...details, count, order, ...storing],
  keySpecs: storeSpecs(5),
  class: "exact",
  deprecated: {
    since: "6.2.0",
    replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments",
  },
  history: [upperCase],
  run: (context) => runSearch(context, { centre: "member", mayStore: true }),
});

export const georadiusbymemberRo = defineCommand({
  name: "georadiusbymember_ro",
  summary: "Returns the members inside a circle around one of them.",
  since: "3.2.10",
  group: "geo",
  complexity,
  flags: ["readonly"],
  syntax: [...aroundMember(), ...details, count, order],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments" },
  run: (context) => runSearch(context, { centre: "member" }),
});

/** By name. */
export const searchCommands: readonly CommandDeclaration[] = [
  georadius,
  georadiusRo,
  georadiusbymember,
  georadiusbymemberRo,
  geosearch,
  geosearchstore,
];

function aroundPlace(): readonly Syntax[] {
  return [key("RO access"), double("longitude"), double("latitude"), double("radius"), unit];
}

function aroundMember(): readonly Syntax[] {
  return [key("RO access"), string("member"), double("radius"), unit];
}

function storeSpecs(optionsFrom: number): readonly KeySpec[] {
  const one = { lastKey: 0, step: 1, limit: 0 };
  return [
    { flags: "RO access", begin: { index: 1 }, find: one },
    { flags: "OW update", begin: { keyword: "STORE", from: optionsFrom }, find: one },
    { flags: "OW update", begin: { keyword: "STOREDIST", from: optionsFrom }, find: one },
  ];
}
