// The ACL file, and users of the configuration: read as a stock Redis reads them, and written so that both read them again.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClientView, PubsubView } from "../commands/context.ts";
import { CommandTable } from "../commands/registry.ts";
import { Config } from "../config/config.ts";
import { loadConfig } from "../config/parse.ts";
import { realDisk } from "../env/real/disk.ts";
import { realHashing } from "../env/real/hashing.ts";
import { hasStockRedis, type RawStockRedis, startStockRedis } from "../testing/stock-server.ts";
import { Acl } from "./acl.ts";

const folder = mkdtempSync(join(tmpdir(), "acl-file-"));
const path = join(folder, "users.acl");
const asker = { id: 0 } as ClientView;
let stock: RawStockRedis | undefined;

beforeAll(async () => {
  writeFileSync(path, "");
  stock = await startStockRedis(["--aclfile", path]);
});
afterAll(async () => {
  await stock?.stop();
  rmSync(folder, { recursive: true });
});

function newAcl(
  config: { readonly aclfile?: string; readonly userLines?: readonly (readonly string[])[] } = {},
): Acl {
  const disk = realDisk();
  return new Acl({
    commands: new CommandTable().byName.values(),
    config: {
      aclfile: "",
      userLines: [],
      aclPubsubDefault: "resetchannels",
      acllogMaxLen: 128,
      requirepass: "",
      ...config,
    },
    sha256: (bytes) => realHashing().sha256(bytes),
    secret: (target) => target.fill(7),
    readText: (from) => disk.readText(from),
    replaceText: (to, text) => disk.replaceText(to, text),
    log: () => {},
    clients: () => [],
    clientById: () => undefined,
    pubsub: () => ({}) as PubsubView,
    nowMs: () => 0,
  });
}

test("a line of the configuration that is wrong is told without its password", () => {
  const acl = newAcl({ userLines: [["u", "on", "<s3cret"]] });
  const fault = acl.start();
  expect(fault).toContain("Error loading ACL rule '<(redacted)' for the user named 'u'");
});

const files = [
  "user alice on >secret ~k* +get\nuser bob on nopass (+set %W~w*) (+get %R~r*)\n",
  "\n\n  user alice on   nopass ~* +@all \r\n\tuser bob off\n",
  "user default on nopass ~* &* +@all -keys -@scripting\n",
  "user default on >p +@all\nuser alice on nopass +@all ~* &*",
  "# a comment\nuser alice on\n",
  "user\n",
  "user \n",
  "User alice on\n",
  "user alice on\nuser alice off\n",
  "user default on\nuser default off\n",
  "user alice on nonsense +nosuch -nosuch +@nosuch more nonsense\nuser bob #x ~a &b\n",
  "user alice +@all ~* ~k &* &c\n",
  "user alice <gone !gone\n",
  "user al\tice on\n",
  'user alice on "~a b"\n',
  "user alice (+get ~a) ( +set ~b ) (nonsense)\n",
  "user alice on nopass resetchannels &c* +select|0 -select|0\n",
  "user alice on nopass +config|get +config|nosuch +config|get|x\n",
];

test.skipIf(!hasStockRedis())(
  "a file is accepted or refused with the same words, line by line, and told again",
  async () => {
    const acl = newAcl({ aclfile: path });
    for (const text of files) {
      writeFileSync(path, text);
      const fault = acl.load(asker);
      const theirs = (await stock?.run("ACL", "LOAD")) ?? "";
      expect({ text, reply: fault === undefined ? "+OK\r\n" : `-ERR ${fault}\r\n` }).toEqual({
        text,
        reply: theirs,
      });
      expect(acl.lines().join("\n")).toEqual(wordsOf((await stock?.run("ACL", "LIST")) ?? "").join("\n"));
    }
  },
);

test.skipIf(!hasStockRedis())("what one server saves the other loads, with the same users", async () => {
  const acl = newAcl({ aclfile: path });
  acl.setUser(asker, "alice", [
    "on",
    ">secret",
    "~k*",
    "%R~r*",
    "&c*",
    "+@all",
    "-@dangerous",
    "+keys",
    "(+get ~x)",
  ]);
  acl.setUser(asker, "caf\xc3\xa9", [
    "on",
    "nopass",
    "~\xff*",
    "+select|0",
    "+psync",
    "-cluster",
    "+cluster|slots",
  ]);
  acl.setUser(asker, "default", ["on", ">p", "+@all"]);
  expect(acl.save()).toBe(true);
  expect(readFileSync(path, "latin1")).toBe(`${acl.lines().join("\n")}\n`);
  // The connection here is the default user's, and stays so.
  expect(await stock?.run("ACL", "LOAD")).toBe("+OK\r\n");
  expect(sorted(wordsOf((await stock?.run("ACL", "LIST")) ?? ""))).toEqual(sorted(acl.lines()));
  expect(await stock?.run("ACL", "SAVE")).toBe("+OK\r\n");
  const other = newAcl({ aclfile: path });
  expect(other.start()).toBe(undefined);
  expect(sorted(other.lines())).toEqual(sorted(acl.lines()));
  await stock?.run("ACL", "SETUSER", "default", "reset", "on", "nopass", "~*", "&*", "+@all");
});

test("users of the configuration are there from the start; a mistake in them keeps the server from starting", () => {
  const acl = newAcl({
    userLines: [
      ["alice", "on", "nopass", "(", "+get", "~a", ")"],
      ["default", "on", ">p", "+@all"],
    ],
  });
  expect(acl.start()).toBe(undefined);
  expect(acl.lines()[0]).toBe("user alice on nopass resetchannels -@all (~a resetchannels -@all +get)");
  expect(acl.lines()[1]).toMatch(/^user default on sanitize-payload #[0-9a-f]{64} resetchannels \+@all$/);
  expect(acl.isPasswordRequired).toBe(true);
  for (const [line, text] of [
    [["alice", "nonsense"], "Error loading ACL rule 'nonsense' for the user named 'alice': Syntax error"],
    [["alice", "+nosuch"], "Error loading ACL rule '+nosuch' for the user named 'alice': Unknown command"],
    [["alice", "(", "+get"], "Unmatched parenthesis in acl selector starting at '('."],
    [["a b", "on"], "Spaces not allowed in ACL usernames"],
  ] as const) {
    expect(newAcl({ userLines: [line] }).start()).toContain(text);
  }
});

test("what CONFIG REWRITE writes of users is read again, quotes and all", () => {
  const acl = newAcl();
  acl.setUser(asker, 'q"uote', ["on", "nopass", "~'a", '%R~"b"', "(+get", '~\\"c)', "&\xff'"]);
  const config = new Config();
  const text = acl.configLines().map((line) => `${line}\n`);
  const options = { version: "0", readIncluded: () => ({ ok: false, error: "" }) as const };
  expect(
    loadConfig(config, { file: text.join(""), input: undefined, overrides: undefined }, options),
  ).toEqual({
    ok: true,
  });
  const again = newAcl({ userLines: config.userLines });
  expect(again.start()).toBe(undefined);
  expect(again.lines().at(-1)).toBe(acl.lines().at(-1));
});

test("users in two places, or in a file that cannot be read, keep the server from starting", () => {
  expect(newAcl({ aclfile: path, userLines: [["alice"]] }).start()).toContain(
    "define them in one of the two",
  );
  const missing = newAcl({ aclfile: join(folder, "none") });
  expect(missing.start()).toMatch(
    /^Aborting startup because of ACL errors: Error loading ACLs, opening file '.*none': /,
  );
});

function wordsOf(reply: string): readonly string[] {
  return reply.split("\r\n").filter((line) => line.startsWith("user "));
}

// Rules about single commands stand in the order of a hash table there.
function sorted(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.split(" ").sort().join(" "));
}
