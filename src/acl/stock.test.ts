// Random rules, and random calls under them, against a stock Redis: what ACL SETUSER accepts and says, how the rules
// are told again, and what each user may do.

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Chance } from "../../compat/generator/chance.ts";
import { targets } from "../../compat/generator/declared.ts";
import { drawCall } from "../../compat/generator/generate.ts";
import { isOfLaterVersion as isNewCall } from "../../compat/generator/unsuitable.ts";
import { defineCommand } from "../commands/define.ts";
import { declarations } from "../commands/registry.ts";
import { aclCategories } from "../commands/server/command-categories.ts";
import { isOfLaterVersion } from "../commands/table.ts";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { type RawStockRedis, startStockRedis } from "../testing/stock-server.ts";

// The stock server's commands alone: which categories describe a user best depends on how many commands they have.
const ofStock = declarations
  .filter((each) => !isOfLaterVersion(each))
  .map(({ subcommands, ...rest }) =>
    defineCommand(
      subcommands === undefined
        ? rest
        : { ...rest, subcommands: subcommands.filter((each) => !isOfLaterVersion(each)) },
    ),
  );
const names = ofStock.flatMap(({ name, subcommands }) => [
  name,
  ...(subcommands ?? []).map((each) => `${name}|${each.name}`),
]);
const drawn = targets.filter(
  ({ fullName, isNewerThanStock }) => !isNewerThanStock && names.includes(fullName),
);

let stock: RawStockRedis | undefined;

beforeAll(async () => {
  stock = await startStockRedis();
});
afterAll(() => stock?.stop());

const patterns = ["*", "a*", "key*", "k?", "{a}*", "", "foo", "[ab]*", "ch*", "a b", "a\0b", "%", "\xff*"];
const pattern = fc.constantFrom(...patterns);
const digest = "34344e4d60c2b6d639b7bd22e18f2b0b91bc34bf0ac5f9952744435093cfb4e6";
const name = fc.constantFrom(...names);
const category = fc.constantFrom(...aclCategories, "all", "All", "READ", "nonsense", "");
const commandRule = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom("+", "-"), name).map(([mark, each]) => `${mark}${each}`) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom("+@", "-@"), category).map(([mark, each]) => `${mark}${each}`),
  },
  fc
    .tuple(fc.constantFrom("+", "-"), name, fc.constantFrom("0", "get", "GET", "object", "", "x|y"))
    .map(([mark, each, word]) => `${mark}${each}|${word}`),
  fc.constantFrom(
    "allcommands",
    "nocommands",
    "+@all",
    "-@all",
    "+nonsense",
    "-nonsense",
    "+GET",
    "-Config|Get",
  ),
  // Names of what is not served here.
  fc.constantFrom(
    "+migrate",
    "-cluster",
    "+cluster|slots",
    "+psync",
    "-bgsave",
    "+client|tracking",
    "-module|load",
  ),
);
const keyRule = fc.oneof(
  fc
    .tuple(fc.constantFrom("~", "%R~", "%W~", "%RW~", "%wr~", "%", "%R", "%x~", "%RR~"), pattern)
    .map(([mark, each]) => `${mark}${each}`),
  fc.constantFrom("allkeys", "resetkeys", "~*", "AllKeys"),
);
const channelRule = fc.oneof(
  pattern.map((each) => `&${each}`),
  fc.constantFrom("allchannels", "resetchannels", "&*"),
);
const selectorRule = fc.oneof(commandRule, keyRule, channelRule);
const selector = fc.oneof(
  fc.array(selectorRule, { maxLength: 4 }).map((rules) => [`(${rules.join(" ")})`]),
  fc.array(selectorRule, { maxLength: 4 }).map((rules) => ["(", ...rules, ")"]),
  fc.array(selectorRule, { minLength: 1, maxLength: 3 }).map((rules) => `(${rules.join(" ")})`.split(" ")),
  fc.constantFrom(["()"], ["("], [")"], [" ()"], ['(~"a")'], ['(~"a)'], ["(on)"], ["(+@all", "~*)"]),
);
const userRule = fc.constantFrom(
  ...[
    "on",
    "off",
    "nopass",
    "resetpass",
    "reset",
    "clearselectors",
    "sanitize-payload",
    "skip-sanitize-payload",
  ],
  ...[
    ">a",
    ">b",
    ">",
    "<a",
    "<b",
    `#${digest}`,
    `!${digest}`,
    "#x",
    `!${digest.toUpperCase()}`,
    "",
    "nonsense",
    "ON",
  ],
);
const rules = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: commandRule.map((each) => [each]) },
      { weight: 3, arbitrary: keyRule.map((each) => [each]) },
      { weight: 2, arbitrary: channelRule.map((each) => [each]) },
      { weight: 1, arbitrary: userRule.map((each) => [each]) },
      { weight: 1, arbitrary: selector },
    ),
    { maxLength: 5 },
  )
  .map((each) => each.flat())
  // A stock server stops at an empty name of a command.
  .filter((words) => !words.some((each) => /[+-](\||$)/.test(each) || / [+-](\||\)| )/.test(each)));

// Rules about single commands and first arguments stand in the order of a hash table there; within a command in theirs.
function told(reply: string): string {
  return reply.replace(/[^\r\n]*@all[^\r\n]*/g, (text) =>
    text.replace(/([+-]@all(?: [+-]@\w+)*)((?: [+-][^ ()]+)*)/g, (_, first: string, singles: string) => {
      const words = singles.split(" ").filter((each) => each !== "");
      return [first, ...words.sort()].join(" ");
    }),
  );
}

async function both(server: TestServer, ...words: string[]): Promise<string> {
  const ours = told(server.run(...words));
  const theirs = told((await stock?.run(...words)) ?? ours);
  expect({ words, reply: ours }).toEqual({ words, reply: theirs });
  return ours;
}

test("random rules are accepted or refused, told again, and applied as a stock Redis does", async () => {
  if (stock === undefined) return;
  const server = createTestServer({ commands: ofStock });
  const property = fc.asyncProperty(
    fc.array(rules, { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 0 }),
    fc.boolean(),
    async (calls, seed, allChannels) => {
      await both(
        server,
        "CONFIG",
        "SET",
        "acl-pubsub-default",
        allChannels ? "allchannels" : "resetchannels",
      );
      // Not compared: a run that failed may have left it on one of them.
      server.run("ACL", "DELUSER", "u");
      await stock?.run("ACL", "DELUSER", "u");
      for (const each of calls) await both(server, "ACL", "SETUSER", "u", ...each);
      await both(server, "ACL", "GETUSER", "u");
      await both(server, "ACL", "LIST");
      const chance = new Chance(seed);
      for (let i = 0; i < 12; i++) {
        const call = drawCall(chance.pick(drawn), chance, { payloads: [""] });
        if (call !== undefined && !isNewCall(call)) await both(server, "ACL", "DRYRUN", "u", ...call.words);
      }
    },
  );
  await fc.assert(property, { numRuns: 400 });
}, 120_000);

const calm = targets.filter(
  ({ fullName, group, class: kind, isBlocking, isNewerThanStock }) =>
    (["string", "list", "hash", "sorted-set", "transactions"].includes(group) ||
      ["publish", "spublish", "del", "exists", "copy", "rename", "type", "object|encoding"].includes(
        fullName,
      )) &&
    // Offsets that fill the memory; what ends a transaction is drawn apart.
    !["setrange", "exec"].includes(fullName) &&
    kind === "exact" &&
    !isBlocking &&
    !isNewerThanStock,
);
const script = "return redis.pcall(unpack(ARGV))";

test("random users get the replies that a stock Redis gives them: alone, in transactions and from scripts", async () => {
  if (stock === undefined) return;
  const server = createTestServer({ nowMs: Date.now() });
  await both(server, "CONFIG", "SET", "acl-pubsub-default", "resetchannels");
  const met = { refused: 0, allowed: 0 };
  const property = fc.asyncProperty(fc.array(rules, { maxLength: 3 }), fc.nat(), async (calls, seed) => {
    for (const words of [["RESET"], ["FLUSHALL"], ["ACL", "DELUSER", "u"], ["ACL", "LOG", "RESET"]]) {
      server.run(...words);
      await stock?.run(...words);
    }
    const chance = new Chance(seed);
    const begins = chance.pick([
      ["+@all", "~*"],
      ["+@read", "+@fast", "~k*"],
      ["+eval", "+multi", "+exec", "%R~*"],
      [],
    ]);
    await both(server, "ACL", "SETUSER", "u", ...begins);
    for (const each of calls) await both(server, "ACL", "SETUSER", "u", ...each);
    await both(server, "ACL", "SETUSER", "u", "on", "nopass");
    await both(server, "AUTH", "u", "x");
    for (let i = 0; i < 14; i++) {
      const call = drawCall(chance.pick(calm), chance, { payloads: [""] });
      if (call === undefined || isNewCall(call)) continue;
      const reply = await both(server, ...(chance.oneIn(3) ? ["EVAL", script, "0"] : []), ...call.words);
      if (/NOPERM|The user executing/.test(reply)) met.refused++;
      else met.allowed++;
      if (chance.oneIn(5)) await both(server, chance.pick(["MULTI", "EXEC", "DISCARD"]));
    }
    await both(server, "RESET");
  });
  await fc.assert(property, { numRuns: 300 });
  expect(Math.min(met.refused, met.allowed)).toBeGreaterThan(200);
}, 120_000);
