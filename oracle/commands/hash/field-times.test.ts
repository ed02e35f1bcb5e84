import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { encode } from "../../encode.ts";
import { Oracle } from "../../oracle.ts";

// The stock server of these tests has no times of fields; what is expected here stands in the documentation.

const nowMs = 1_000_000;

function ask(oracle: Oracle, line: string, atMs = nowMs): string | undefined {
  return encode(oracle.execute(1, line.split(" "), atMs), 2);
}

function hash(): Oracle {
  const oracle = new Oracle();
  ask(oracle, "HSET h a 1 b 2 c 3");
  return oracle;
}

test("a field ends at its time, and the key with its last field", () => {
  const oracle = hash();
  expect(ask(oracle, "HPEXPIRE h 100 FIELDS 2 a b")).toBe("*2\r\n:1\r\n:1\r\n");
  expect(ask(oracle, "HGET h a", nowMs + 99)).toBe("$1\r\n1\r\n");
  expect(ask(oracle, "HMGET h a b c", nowMs + 100)).toBe("*3\r\n$-1\r\n$-1\r\n$1\r\n3\r\n");
  expect(ask(oracle, "HLEN h", nowMs + 100)).toBe(":1\r\n");
  ask(oracle, "HPEXPIREAT h 2000000 FIELDS 1 c", nowMs + 100);
  expect(ask(oracle, "EXISTS h", 1_999_999)).toBe(":1\r\n");
  expect(ask(oracle, "EXISTS h", 2_000_000)).toBe(":0\r\n");
  expect(oracle.execute(1, ["DBSIZE"], 2_000_000)).toEqual({ kind: "between", low: 0, high: 1 });
  oracle.removed(0, "h", "expired");
  expect(ask(oracle, "DBSIZE", 2_000_000)).toBe(":0\r\n");
});

test("conditions are about the time that a field has", () => {
  const oracle = hash();
  expect(ask(oracle, "HEXPIRE h 10 XX FIELDS 2 a none")).toBe("*2\r\n:0\r\n:-2\r\n");
  expect(ask(oracle, "HEXPIRE h 10 GT FIELDS 1 a")).toBe("*1\r\n:0\r\n");
  expect(ask(oracle, "HEXPIRE h 10 NX FIELDS 1 a")).toBe("*1\r\n:1\r\n");
  expect(ask(oracle, "HEXPIRE h 20 nx FIELDS 1 a")).toBe("*1\r\n:0\r\n");
  expect(ask(oracle, "HEXPIRE h 20 GT FIELDS 1 a")).toBe("*1\r\n:1\r\n");
  expect(ask(oracle, "HEXPIRE h 30 LT FIELDS 2 a b")).toBe("*2\r\n:0\r\n:1\r\n");
  expect(ask(oracle, "HPEXPIRETIME h FIELDS 4 a b c d")).toBe("*4\r\n:1020000\r\n:1030000\r\n:-1\r\n:-2\r\n");
  expect(ask(oracle, "HTTL h FIELDS 1 a")).toBe("*1\r\n:20\r\n");
  expect(ask(oracle, "HPERSIST h FIELDS 3 a c d")).toBe("*3\r\n:1\r\n:-1\r\n:-2\r\n");
  expect(ask(oracle, "HPTTL h FIELDS 1 a")).toBe("*1\r\n:-1\r\n");
});

test("a time that is over deletes, and nothing is left of a key without fields", () => {
  const oracle = hash();
  expect(ask(oracle, "HEXPIRE h 0 FIELDS 2 a a")).toBe("*2\r\n:2\r\n:-2\r\n");
  expect(ask(oracle, "HEXPIREAT h 1 FIELDS 2 b c")).toBe("*2\r\n:2\r\n:2\r\n");
  expect(ask(oracle, "EXISTS h")).toBe(":0\r\n");
  expect(ask(oracle, "HEXPIRE h 10 FIELDS 1 a")).toBe("*1\r\n:-2\r\n");
});

test("a field that is written loses its time, one that is counted up keeps it", () => {
  const oracle = hash();
  ask(oracle, "HEXPIRE h 10 FIELDS 3 a b c");
  ask(oracle, "HSET h a 9");
  ask(oracle, "HINCRBY h b 1");
  ask(oracle, "HINCRBYFLOAT h c 1");
  ask(oracle, "COPY h copy");
  for (const key of ["h", "copy"]) {
    expect(ask(oracle, `HPTTL ${key} FIELDS 3 a b c`)).toBe("*3\r\n:-1\r\n:10000\r\n:10000\r\n");
  }
});

test("HGETEX, HGETDEL and HSETEX read, take and write fields with their times", () => {
  const oracle = hash();
  expect(ask(oracle, "HGETEX h PX 500 FIELDS 2 a none")).toBe("*2\r\n$1\r\n1\r\n$-1\r\n");
  expect(ask(oracle, "HGETEX h FIELDS 1 a")).toBe("*1\r\n$1\r\n1\r\n");
  expect(ask(oracle, "HPTTL h FIELDS 1 a")).toBe("*1\r\n:500\r\n");
  ask(oracle, "HGETEX h PERSIST FIELDS 1 a");
  expect(ask(oracle, "HPTTL h FIELDS 1 a")).toBe("*1\r\n:-1\r\n");
  expect(ask(oracle, "HSETEX h FNX PX 5 FIELDS 2 new 1 a 2")).toBe(":0\r\n");
  expect(ask(oracle, "HSETEX h PX 5 FXX FIELDS 2 b 1 a 2")).toBe(":1\r\n");
  expect(ask(oracle, "HSETEX h KEEPTTL FIELDS 1 a 3")).toBe(":1\r\n");
  expect(ask(oracle, "HSETEX h FIELDS 1 b 3")).toBe(":1\r\n");
  expect(ask(oracle, "HPTTL h FIELDS 2 a b")).toBe("*2\r\n:5\r\n:-1\r\n");
  expect(ask(oracle, "HGETDEL h FIELDS 4 a b c c")).toBe("*4\r\n$1\r\n3\r\n$1\r\n3\r\n$1\r\n3\r\n$-1\r\n");
  expect(ask(oracle, "EXISTS h")).toBe(":0\r\n");
});

test("of a call that is wrong some error is expected", () => {
  const oracle = hash();
  for (const line of [
    "HEXPIRE h x FIELDS 1 a",
    "HEXPIRE h -1 FIELDS 1 a",
    "HEXPIRE h 10 FIELDS 0 a",
    "HEXPIRE h 10 FIELDS 2 a",
    "HEXPIRE h 10 NX XX FIELDS 1 a",
    "HTTL h FIELD 1 a",
    "HSETEX h FNX FXX FIELDS 1 a 1",
    "HSETEX h EX 1 KEEPTTL FIELDS 1 a 1",
    "HSETEX h FIELDS 1 a 1 b",
    "HGETEX h EX x FIELDS 1 a",
  ]) {
    expect(matches(oracle.execute(1, line.split(" "), nowMs), "-ERR in some words\r\n", 2)).toBeUndefined();
    expect(matches(oracle.execute(1, line.split(" "), nowMs), "*1\r\n:1\r\n", 2)).toContain("an error");
  }
});

test("a time far away may be refused, and counts when it is not", () => {
  const oracle = hash();
  const line = ["HPEXPIREAT", "h", "99999999999999", "FIELDS", "1", "a"];
  expect(matches(oracle.execute(1, line, nowMs), "-ERR too far\r\n", 2)).toBeUndefined();
  expect(ask(oracle, "HPTTL h FIELDS 1 a")).toBe("*1\r\n:-1\r\n");
  expect(matches(oracle.execute(1, line, nowMs), "*1\r\n:1\r\n", 2)).toBeUndefined();
  expect(ask(oracle, "HPEXPIRETIME h FIELDS 1 a")).toBe("*1\r\n:99999999999999\r\n");
});

test("a payload of a hash with times restores them", () => {
  const oracle = hash();
  ask(oracle, "HPEXPIRE h 100 FIELDS 1 a");
  expect(matches(oracle.execute(1, ["DUMP", "h"], nowMs), "$7\r\npayload\r\n", 2)).toBeUndefined();
  expect(ask(oracle, "RESTORE to 0 payload")).toBe("+OK\r\n");
  expect(ask(oracle, "HPTTL to FIELDS 2 a b")).toBe("*2\r\n:100\r\n:-1\r\n");
});

test("a small hash is a listpack of another kind once a field has a time, and stays one", () => {
  const oracle = hash();
  expect(ask(oracle, "OBJECT ENCODING h")).toBe("$8\r\nlistpack\r\n");
  ask(oracle, "HPEXPIRE h 100 FIELDS 1 a");
  ask(oracle, "HSET h d 4");
  ask(oracle, "COPY h copy");
  for (const key of ["h", "copy"]) {
    expect(ask(oracle, `OBJECT ENCODING ${key}`)).toBe("$10\r\nlistpackex\r\n");
  }
  ask(oracle, "HPERSIST h FIELDS 1 a");
  const afterwards = oracle.execute(1, ["OBJECT", "ENCODING", "h"], nowMs);
  expect(matches(afterwards, "$10\r\nlistpackex\r\n", 2)).toBeUndefined();
  expect(matches(afterwards, "$9\r\nhashtable\r\n", 2)).toContain("one of");
});
