// Users, their rules, and calls under them, drawn by chance: what the oracle expects is what a stock Redis answers.

import { expect, test } from "vitest";
import { Chance } from "../../../compat/generator/chance.ts";
import { targets } from "../../../compat/generator/declared.ts";
import { drawCall } from "../../../compat/generator/generate.ts";
import { isOfLaterVersion } from "../../../compat/generator/unsuitable.ts";
import { testAgainstStock, testDrawnAgainstStock } from "../../../src/testing/oracle-tables.ts";
import { sha256Hex } from "../../sha256.ts";

// Commands whose answers are one each, so that a refusal is all that can differ.
const harmless = targets.filter(
  ({ fullName, group, isBlocking, isNewerThanStock, class: kind }) =>
    (["string", "list"].includes(group) || ["publish", "exists", "del", "touch"].includes(fullName)) &&
    fullName !== "setrange" && // Its offsets would fill the memory.
    kind === "exact" &&
    !isBlocking &&
    !isNewerThanStock,
);
// Of the stock server's commands ACL CAT lists more than there are here.
const about = targets.filter(({ fullName }) => fullName.startsWith("acl|") && fullName !== "acl|cat");
const logins = [
  ["AUTH", "u1", "p1"],
  ["AUTH", "u2", "p1"],
  ["AUTH", "u1", "p2"],
  ["AUTH", "default", ""],
  ["RESET"],
  ["HELLO", "2", "AUTH", "u1", "p1"],
  ["ACL", "SETUSER", "u1", "on", ">p1"],
  ["ACL", "SETUSER", "u2", "on", "nopass", "+@string", "~k*"],
  ["ACL", "SETUSER", "u1", "+@all", "~*", "&*"],
];

await testDrawnAgainstStock("users, logins and calls under them", {
  count: 3000,
  draw(rng) {
    const chance = new Chance(rng.u32());
    const kind = chance.below(8);
    if (kind < 2) return chance.pick(logins);
    for (;;) {
      const call = drawCall(chance.pick(kind < 5 ? about : harmless), chance, { payloads: [""] });
      // Who removes itself is cut off.
      const ends = call?.target.fullName === "acl|deluser" && call.words.some((each) => /^u[12]$/.test(each));
      if (call !== undefined && !ends && !isOfLaterVersion(call)) return call.words;
    }
  },
});

await testAgainstStock(
  "users and what they may do",
  `
# Passwords
acl setuser u on >p ~k* +get
auth u q
auth u p
acl whoami
get k
get j
set k v
auth default ""
config set requirepass s
auth s
auth default t
hello 2 auth u p
reset
get k
auth default s
config set requirepass ""
acl deluser u
# Transactions
acl setuser u on nopass ~k* +multi +exec +set +auth
auth u x
multi
get k
exec
multi
set k 1
auth default x
get k
auth u x
get k
exec
auth default x
multi
set k 2
acl setuser u -set
auth u x
set k 3
exec
acl whoami
auth default x
acl deluser u
# SORT
rpush kl 1 2
acl setuser u on nopass (+sort ~kl)
auth u x
sort kl by w*
sort kl get w*
sort kl by nothing
auth default x
acl setuser u (+sort ~kl %R~*)
auth u x
sort kl by w*
auth default x
`,
);

test("the digest of a text is that of the published examples", () => {
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256Hex("a".repeat(1_000_000))).toBe(
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  );
});
