// ACL calls: users that nobody logs in as are made, changed, asked about and removed; so no call changes what the
// connections of a run may do.

import { targets } from "./declared.ts";
import { junkNumbers } from "./pools.ts";
import { type Special, type SpecialContext, several } from "./special.ts";

const names = ["u1", "u1", "u2", "u3", "anybody", "caf\xc3\xa9", "U1"];
const digest = "34344e4d60c2b6d639b7bd22e18f2b0b91bc34bf0ac5f9952744435093cfb4e6";
const patterns = ["*", "a*", "key*", "k?", "{a}*", "", "[ab]*", "a b", "a\0b", "\xff*"];
// Categories of which both servers have the same commands.
const sameCategories = ["string", "bitmap", "list", "set", "sortedset", "geo", "hyperloglog", "transaction"];
const categories = [
  ...sameCategories,
  "read",
  "write",
  "all",
  "dangerous",
  "fast",
  "slow",
  "nonsense",
  "Read",
];

const known = targets.filter(({ isNewerThanStock, fullName }) => !isNewerThanStock && fullName !== "debug");

const beginnings = [
  ["on", ">p1", "+@all", "~*", "&*"],
  ["on", ">p1", "+@read", "%R~*"],
  ["on", "nopass", "+@write", "+@string", "~k*", "~a*"],
];

/** By full name, as in special-calls.ts. */
export const aclCalls: Readonly<Record<string, Special>> = {
  "acl|setuser": (context) => [
    ...context.name,
    userName(context),
    ...(context.chance.oneIn(3) ? context.chance.pick(beginnings) : []),
    ...several(context.chance, 4, () => rule(context)),
  ],
  "acl|deluser": (context) => [
    ...context.name,
    ...several(context.chance, 3, () => (context.chance.oneIn(12) ? "default" : userName(context))),
  ],
  "acl|getuser": (context) => [...context.name, ...several(context.chance, 1, () => userName(context))],
  "acl|dryrun": dryrun,
  "acl|cat": ({ name, chance }) => [
    ...name,
    ...several(chance, 1, () => chance.pick([...sameCategories, "nonsense", "", "STRING"])),
  ],
  "acl|genpass": ({ name, chance }) => [
    ...name,
    ...several(chance, 2, () => chance.pick(["1", "5", "256", "4096", "4097", "0", ...junkNumbers])),
  ],
  "acl|log": ({ name, chance }) => [
    ...name,
    ...several(chance, 2, () => chance.pick(["0", "1", "5", "RESET", "reset", "-1", ...junkNumbers])),
  ],
};

function userName({ chance }: SpecialContext): string {
  return chance.oneIn(20) ? chance.pick(["with space", "a\0b", "", "tab\there"]) : chance.pick(names);
}

function rule(context: SpecialContext): string {
  const { chance } = context;
  if (chance.oneIn(8)) return `(${several(chance, 3, () => selectorRule(context)).join(" ")})`;
  if (!chance.oneIn(4)) return selectorRule(context);
  return chance.pick([
    ...[
      "on",
      "off",
      "nopass",
      "resetpass",
      "reset",
      "clearselectors",
      "sanitize-payload",
      "",
      "nonsense",
      "(",
    ],
    ...[">p1", ">p2", "<p1", `#${digest}`, `!${digest}`, "#x"],
  ]);
}

function selectorRule({ chance }: SpecialContext): string {
  switch (chance.below(8)) {
    case 0:
      return chance.pick([
        "allkeys",
        "resetkeys",
        "allchannels",
        "resetchannels",
        "+@all",
        "-@all",
        "allcommands",
      ]);
    case 1:
    case 2:
      return `${chance.pick(["+@", "-@"])}${chance.pick(categories)}`;
    case 3:
    case 4:
      return `${chance.pick(["+", "-"])}${chance.pick(known).fullName}`;
    case 5:
      return chance.pick([
        "+select|0",
        "+get|x",
        "+config|nonsense",
        "+config|get|x",
        "-get|x",
        "+nonsense",
        "+psync",
      ]);
    case 6:
      return `${chance.pick(["~", "%R~", "%W~", "%RW~", "%"])}${chance.pick(patterns)}`;
    default:
      return `&${chance.pick(patterns)}`;
  }
}

function dryrun(context: SpecialContext): string[] {
  const { chance, name, draw } = context;
  const inner = chance.pick(known);
  if (chance.oneIn(10)) return [...name, userName(context), chance.pick(["nonsense", "config", "GET", ""])];
  return [...name, userName(context), ...inner.words, ...draw(inner.syntax)];
}
