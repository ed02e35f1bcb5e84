// The gate over the whole table: no command that is served gets past it, on whichever way it comes.

import { expect, test } from "vitest";
import type { Command } from "../commands/define.ts";
import { CommandTable } from "../commands/registry.ts";
import {
  createTestServer,
  encodeRequest,
  type TestClient,
  type TestServer,
} from "../testing/command-runner.ts";

const everything = [...new CommandTable().byName.values()].flatMap((command) => [
  ...(command.execute === undefined ? [] : [command]),
  ...command.byName.values(),
]);
// What those who have not logged in may do, and who may do nothing else: to log in, and to leave.
const forEveryone = ["auth", "hello", "quit", "reset"];
const guarded = everything.filter(({ fullName }) => !forEveryone.includes(fullName));

/** As few words as its arity asks for. */
function callOf(command: Command): string[] {
  const words = command.fullName.split("|");
  return [...words, ...Array<string>(Math.abs(command.arity) - words.length).fill("1")];
}

function newServer(config: Readonly<Record<string, string>> = {}): TestServer {
  return createTestServer({ config: { "enable-debug-command": "yes", ...config } });
}

/** The replies to all calls, sent in one piece; errors end with a line. */
function pipelined(client: TestClient, calls: readonly (readonly string[])[]): string[] {
  client.send(Buffer.concat(calls.map((words) => encodeRequest(words))));
  return client.take().split("\r\n").slice(0, -1);
}

// EXEC that is refused ends the transaction, and says so before the reason.
const refusedAs = (fullName: string, text: string): string =>
  fullName === "exec" ? `-EXECABORT Transaction discarded because of: ${text}` : `-${text}`;
const noPermission = ({ fullName }: Command): string =>
  refusedAs(fullName, `NOPERM this user has no permissions to run the '${fullName}' command`);
const noLogin = ({ fullName }: Command): string => refusedAs(fullName, "NOAUTH Authentication required.");

test("the table is whole, and commands for everyone are those that Redis has", () => {
  expect(guarded.length).toBeGreaterThan(300);
  expect(everything.filter(({ flags }) => flags.includes("no_auth")).map(({ fullName }) => fullName)).toEqual(
    forEveryone,
  );
});

test("who has not logged in is told so of every command: alone, pipelined, and behind MULTI", () => {
  const server = newServer({ requirepass: "secret" });
  const calls = guarded.map(callOf);
  for (const command of guarded) expect(server.run(...callOf(command))).toBe(`${noLogin(command)}\r\n`);
  const refusals = guarded.map(noLogin);
  expect(pipelined(server.connect(), calls)).toEqual(refusals);
  const behindMulti = calls.flatMap((call) => [["MULTI"], call]);
  expect(pipelined(server.connect(), behindMulti)).toEqual(
    refusals.flatMap((each) => ["-NOAUTH Authentication required.", each]),
  );
  expect(server.run("AUTH", "secret")).toBe("+OK\r\n");
  expect(server.run("DBSIZE")).toBe(":0\r\n");
});

test("a default user who is off is nobody, even without a password", () => {
  const server = newServer();
  server.run("ACL", "SETUSER", "default", "off");
  const replies = pipelined(server.connect(), guarded.map(callOf));
  expect(replies).toEqual(guarded.map(noLogin));
});

test("a user without commands is refused every one of them: alone and pipelined", () => {
  const server = newServer();
  server.run("ACL", "SETUSER", "u", "on", "nopass", "~*", "&*", "-@all");
  const client = server.connect();
  client.run("AUTH", "u", "");
  for (const command of guarded) {
    expect(client.run(...callOf(command))).toBe(`${noPermission(command)}\r\n`);
  }
  const other = server.connect();
  other.run("AUTH", "u", "");
  expect(pipelined(other, guarded.map(callOf))).toEqual(guarded.map(noPermission));
});

test("a user who may only open and end transactions can queue no command, nor run one by EXEC", () => {
  const server = newServer();
  server.run("ACL", "SETUSER", "u", "on", "nopass", "~*", "&*", "+multi", "+exec", "+discard");
  for (const command of guarded) {
    if (["multi", "exec", "discard"].includes(command.fullName)) continue;
    const client = server.connect();
    client.run("AUTH", "u", "");
    const replies = pipelined(client, [["MULTI"], callOf(command), ["EXEC"]]);
    const isForNone = command.flags.includes("no_multi");
    expect([command.fullName, ...replies]).toEqual([
      command.fullName,
      "+OK",
      isForNone ? "-ERR Command not allowed inside a transaction" : noPermission(command),
      "-EXECABORT Transaction discarded because of previous errors.",
    ]);
  }
});

test("what was queued while it was allowed is not run once it is not", () => {
  const server = newServer();
  const atOnce = ["multi", "exec", "discard", "watch"];
  for (const command of guarded) {
    if (atOnce.includes(command.fullName) || command.flags.includes("no_multi")) continue;
    server.run("ACL", "SETUSER", "u", "reset", "on", "nopass", "~*", "&*", "+@all");
    const client = server.connect();
    client.run("AUTH", "u", "");
    expect(pipelined(client, [["MULTI"], callOf(command)])).toEqual(["+OK", "+QUEUED"]);
    server.run("ACL", "SETUSER", "u", "-@all", "+exec");
    expect([command.fullName, client.run("EXEC")]).toEqual([
      command.fullName,
      "*1\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. " +
        "This command is no longer allowed for the following reason: " +
        "no permission to execute the command or subcommand\r\n",
    ]);
    client.events.closed(undefined);
  }
  expect(server.run("DBSIZE")).toBe(":0\r\n");
});

test("a script calls no command that its user may not, even where scripts may call everything", () => {
  const server = newServer();
  server.run("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "1");
  server.run("ACL", "SETUSER", "u", "on", "nopass", "~*", "&*", "+eval");
  const client = server.connect();
  client.run("AUTH", "u", "");
  const script = "return redis.pcall(unpack(ARGV))";
  const check = "return tostring(redis.acl_check_cmd(unpack(ARGV)))";
  for (const command of guarded) {
    if (command.fullName === "eval") continue;
    const call = callOf(command);
    expect([command.fullName, client.run("EVAL", script, "0", ...call)]).toEqual([
      command.fullName,
      "-ERR The user executing the script can't run this command or subcommand\r\n",
    ]);
    expect(client.run("EVAL", check, "0", ...call)).toBe("$5\r\nfalse\r\n");
  }
  expect(server.run("DBSIZE")).toBe(":0\r\n");
});

test("a request that waits is answered with NOPERM when its user may not make it any more", () => {
  const waits = [
    [
      ["BLPOP", "k", "0"],
      ["RPUSH", "k", "x"],
    ],
    [
      ["BRPOP", "k", "0"],
      ["RPUSH", "k", "x"],
    ],
    [
      ["BLMOVE", "k", "l", "LEFT", "LEFT", "0"],
      ["RPUSH", "k", "x"],
    ],
    [
      ["BLMPOP", "0", "1", "k", "LEFT"],
      ["RPUSH", "k", "x"],
    ],
    [
      ["BZPOPMIN", "k", "0"],
      ["ZADD", "k", "1", "x"],
    ],
    [
      ["BZMPOP", "0", "1", "k", "MIN"],
      ["ZADD", "k", "1", "x"],
    ],
    [
      ["XREAD", "BLOCK", "0", "STREAMS", "k", "0"],
      ["XADD", "k", "*", "f", "v"],
    ],
  ] as const;
  for (const [wait, feed] of waits) {
    for (const [rule, text] of [
      ["-@all", `-NOPERM this user has no permissions to run the '${wait[0].toLowerCase()}' command\r\n`],
      ["resetkeys", "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n"],
    ] as const) {
      const server = newServer();
      server.run("ACL", "SETUSER", "u", "on", "nopass", "~*", "+@all");
      const client = server.connect();
      client.run("AUTH", "u", "");
      expect(client.run(...wait)).toBe("");
      server.run("ACL", "SETUSER", "u", rule);
      expect(client.take()).toBe("");
      server.run(...feed);
      expect(client.take()).toBe(text);
      expect(server.run("EXISTS", "k")).toBe(":1\r\n");
    }
  }
});

test("a client is unrestricted exactly while its user may do everything and it has logged in", () => {
  const server = newServer();
  const client = server.connect();
  const isUnrestricted = (): boolean => [...server.server.hub.clients()].at(-1)?.isUnrestricted === true;
  const steps: [run: () => unknown, expected: boolean][] = [
    [() => {}, true],
    [() => server.run("ACL", "SETUSER", "u", "on", "nopass", "+@all", "~*"), true],
    [() => client.run("AUTH", "u", ""), false],
    [() => server.run("ACL", "SETUSER", "u", "&*"), true],
    [() => server.run("ACL", "SETUSER", "u", "-get"), false],
    [() => server.run("ACL", "SETUSER", "u", "+get"), true],
    [() => server.run("ACL", "SETUSER", "u", "resetkeys"), false],
    [() => server.run("ACL", "SETUSER", "u", "(+@all ~* &*)"), true],
    [() => client.run("RESET"), true],
    [() => server.run("CONFIG", "SET", "requirepass", "x"), true],
    [() => client.run("RESET"), false],
    [() => client.run("AUTH", "x"), true],
    [() => client.run("RESET"), false],
    [() => server.run("CONFIG", "SET", "requirepass", ""), true],
    [() => server.run("ACL", "SETUSER", "default", "-@dangerous"), false],
  ];
  for (const [i, [run, expected]] of steps.entries()) {
    run();
    expect([i, isUnrestricted()]).toEqual([i, expected]);
  }
});
