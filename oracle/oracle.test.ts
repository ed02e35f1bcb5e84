import { expect, test } from "vitest";
import { encode } from "./encode.ts";
import { Oracle } from "./oracle.ts";
import { stateOf } from "./state.ts";

function conversation(oracle: Oracle, ...lines: readonly string[]): (string | undefined)[] {
  return lines.map((line) => {
    const reply = oracle.execute(1, line.split(" "), 1000);
    return encode(reply, oracle.session(1).protocol);
  });
}

// What a stock server sends, line by line; it says nothing to some.
test("CLIENT REPLY keeps replies back as a stock server does", () => {
  const talk = (...lines: readonly string[]) => conversation(new Oracle(), ...lines);
  expect(talk("client reply skip", "ping", "ping 2")).toEqual(["", "", "$1\r\n2\r\n"]);
  expect(talk("client reply skip", "client reply skip", "ping", "ping 2")).toEqual([
    "",
    "",
    "",
    "$1\r\n2\r\n",
  ]);
  expect(talk("client reply skip", "client reply on", "ping")).toEqual(["", "+OK\r\n", "+PONG\r\n"]);
  expect(talk("client reply skip", "nosuch", "ping")).toEqual(["", "", "+PONG\r\n"]);
  expect(talk("client reply skip", "reset", "ping")).toEqual(["", "", "+PONG\r\n"]);
  expect(talk("client reply off", "get", "client reply skip", "ping")).toEqual(["", "", "", ""]);
  expect(talk("client reply off", "client reply on", "ping")).toEqual(["", "+OK\r\n", "+PONG\r\n"]);
  expect(talk("client reply off", "reset", "ping")).toEqual(["", "+RESET\r\n", "+PONG\r\n"]);
});

test("a client that asked to MONITOR may not touch keys until RESET", () => {
  const refused = "-ERR Replica can't interact with the keyspace\r\n";
  const replies = conversation(new Oracle(), "monitor", "get k", "flushall", "ping", "reset", "get k");
  expect(replies).toEqual(["+OK\r\n", refused, refused, "+PONG\r\n", "+RESET\r\n", "$-1\r\n"]);
});

test("a muted command changes the model", () => {
  const oracle = new Oracle();
  expect(conversation(oracle, "client reply off", "set k v", "client reply on", "get k").at(-1)).toBe(
    "$1\r\nv\r\n",
  );
});

test("clients have a database, a protocol and a name each", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["SELECT", "3"], 1);
  oracle.execute(1, ["SET", "k", "v"], 1);
  oracle.execute(1, ["HELLO", "3", "SETNAME", "one"], 1);
  expect(encode(oracle.execute(2, ["GET", "k"], 1), 2)).toBe("$-1\r\n");
  expect(oracle.session(2)).toMatchObject({ db: 0, protocol: 2, name: "" });
  oracle.forget(1);
  expect(oracle.session(1)).toMatchObject({ db: 0, protocol: 2, name: "" });
});

test("who connects after a password is set must give it, who was there before need not", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["CONFIG", "SET", "requirepass", "secret"], 1);
  expect(encode(oracle.execute(1, ["PING"], 1), 2)).toBe("+PONG\r\n");
  expect(encode(oracle.execute(2, ["PING"], 1), 2)).toBe("-NOAUTH Authentication required.\r\n");
  oracle.execute(2, ["AUTH", "secret"], 1);
  expect(encode(oracle.execute(2, ["PING"], 1), 2)).toBe("+PONG\r\n");
});

test("DEBUG is refused before the password is asked for, but after its arity", () => {
  const oracle = new Oracle({ config: { requirepass: "secret" } });
  expect(encode(oracle.execute(1, ["DEBUG"], 1), 2)).toContain("wrong number of arguments");
  expect(encode(oracle.execute(1, ["DEBUG", "SLEEP", "0"], 1), 2)).toContain("DEBUG command not allowed");
});

test("a key whose time is over counts until the server has removed it", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["SET", "k", "v", "PXAT", "2000"], 1000);
  expect(oracle.execute(1, ["DBSIZE"], 2000)).toEqual({ kind: "between", low: 0, high: 1 });
  oracle.removed(0, "k", "expired");
  expect(oracle.execute(1, ["DBSIZE"], 2000)).toEqual({ kind: "integer", value: 0 });
});

test("a removal before its time is not believed, an eviction is", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["MSET", "a", "1", "b", "2"], 1000);
  oracle.execute(1, ["PEXPIREAT", "a", "2001"], 1000);
  oracle.removed(0, "a", "expired");
  expect(encode(oracle.execute(1, ["GET", "a"], 2000), 2)).toBe("$1\r\n1\r\n");
  oracle.removed(0, "b", "evicted");
  expect(encode(oracle.execute(1, ["GET", "b"], 2000), 2)).toBe("$-1\r\n");
});

test("the state holds live keys with type, value, encoding and time", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["SET", "n", "5", "PXAT", "5000"], 1000);
  oracle.execute(1, ["SET", "over", "x", "PXAT", "1500"], 1000);
  oracle.execute(1, ["SELECT", "2"], 1000);
  oracle.execute(1, ["APPEND", "s", "a"], 1000);
  oracle.execute(1, ["APPEND", "s", "b"], 2000);
  const state = stateOf(oracle.model);
  expect([...state.keys()]).toEqual([0, 2]);
  expect([...(state.get(0) ?? [])]).toEqual([
    ["n", { type: "string", value: "5", encoding: "int", expireAtMs: 5000 }],
  ]);
  expect(state.get(2)?.get("s")).toEqual({
    type: "string",
    value: "ab",
    encoding: "raw",
    expireAtMs: undefined,
  });
});

test("on a clock of the server's own, times are bounds", () => {
  const oracle = new Oracle({ timeToleranceMs: 50 });
  oracle.execute(1, ["SET", "k", "v", "PX", "10000"], 1000);
  expect(oracle.execute(1, ["PTTL", "k"], 2000)).toEqual({ kind: "between", low: 8950, high: 9050 });
  expect(oracle.execute(1, ["TTL", "k"], 2500)).toEqual({ kind: "between", low: 8, high: 9 });
});
