import fc from "fast-check";
import { expect, test } from "vitest";
import { CommandTable } from "../commands/registry.ts";
import { aclCategories } from "../commands/server/command-categories.ts";
import { realHashing } from "../env/real/hashing.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { CommandSpace } from "./command-space.ts";
import { mergeSelectors, User, type UserParts } from "./user.ts";

const space = new CommandSpace(new CommandTable().byName.values());
const parts: UserParts = {
  space,
  digestOf: (password) => realHashing().sha256(latin1Bytes(password)),
  givesAllChannels: () => false,
};

const name = fc.constantFrom(...space.all.map(({ fullName }) => fullName));
const commandRule = fc.oneof(
  fc.tuple(fc.constantFrom("+", "-"), name).map(([mark, each]) => mark + each),
  fc
    .tuple(fc.constantFrom("+@", "-@"), fc.constantFrom("all", ...aclCategories))
    .map(([mark, each]) => mark + each),
  fc.constantFrom("+select|0", "+select|1", "+debug|object"),
);
const rule = fc.oneof(
  { weight: 4, arbitrary: commandRule },
  fc.constantFrom(
    "~a*",
    "%R~b",
    "%W~b",
    "%RW~c",
    "&ch*",
    "resetkeys",
    "resetchannels",
    "on",
    "off",
    "nopass",
    ">p",
    ">q",
  ),
  fc
    .array(fc.oneof(commandRule, fc.constantFrom("~x", "&y")), { maxLength: 4 })
    .map((each) => `(${each.join(" ")})`),
);

test("the rules that are told of a user make the same user again", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 12 }), (rules) => {
      const user = new User("u", parts);
      for (const each of rules) user.apply(each);
      user.settle();
      const again = new User("u", parts);
      const merged = mergeSelectors(user.rules.split(" "));
      expect(merged.ok && again.applyAll(merged.rules)).toBe(undefined);
      expect(again.rules).toBe(user.rules);
      expect(again.selectors.map(({ allowed }) => [...allowed])).toEqual(
        user.selectors.map(({ allowed }) => [...allowed]),
      );
    }),
    { numRuns: 300 },
  );
});

test("a fault leaves the user as it was, and a copy is nobody else's", () => {
  const user = new User("u", parts);
  user.applyAll(["on", ">p", "+get", "~a"]);
  const before = user.rules;
  for (const wrong of ["+nosuch", "nonsense", "<q", "#x", "(+nosuch)", "%~a", "~a b"]) {
    expect(user.apply(wrong)).not.toBe(undefined);
    user.settle();
    expect(user.rules).toBe(before);
  }
  const copy = user.copy();
  copy.applyAll(["+set", "~b", "resetpass", "(+get)"]);
  expect(user.rules).toBe(before);
});

test("only a selector that allows all of everything makes a user unrestricted", () => {
  const isUnrestricted = (...rules: string[]): boolean => {
    const user = new User("u", parts);
    user.applyAll(rules);
    return user.isUnrestricted;
  };
  expect(isUnrestricted("+@all", "~*", "&*")).toBe(true);
  expect(isUnrestricted("+@all", "~*")).toBe(false);
  expect(isUnrestricted("+@all", "&*", "%R~*")).toBe(false);
  expect(isUnrestricted("+@all", "-get", "~*", "&*")).toBe(false);
  expect(isUnrestricted("(+@all ~*)", "&*")).toBe(false);
  expect(isUnrestricted("(allcommands allkeys allchannels)")).toBe(true);
  // What nobody can call here may be forbidden.
  expect(isUnrestricted("+@all", "-migrate", "~*", "&*")).toBe(true);
});

test("passwords are kept as digests, any of them is right, and no other", () => {
  const user = new User("u", parts);
  user.applyAll([">one", ">two"]);
  expect(user.rules).not.toMatch(/one|two/);
  expect(["one", "two", "", "One"].map((each) => user.hasPassword(each))).toEqual([true, true, false, false]);
  user.applyAll(["<one"]);
  expect(user.hasPassword("one")).toBe(false);
  user.applyAll(["nopass"]);
  expect(user.hasPassword("anything")).toBe(true);
});
