import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestServer, encodeRequest } from "../testing/command-runner.ts";
import { GROUP, Lookahead } from "./lookahead.ts";

const limits = { bulkBytesMax: 1024, isAuthenticated: true };
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

test("a group ends after sixteen requests, and tells where each begins", () => {
  const ping = encodeRequest(["PING"]);
  const bytes = join(...Array.from({ length: GROUP + 4 }, () => ping));
  const lookahead = new Lookahead();
  expect(lookahead.parse(bytes, 0, bytes.length, limits)).toBe(GROUP);
  for (let i = 0; i <= GROUP; i++) expect(lookahead.starts[i]).toBe(i * ping.length);
  expect(lookahead.parse(bytes, GROUP * ping.length, bytes.length, limits)).toBe(4);
});

test("a group ends before a request that is incomplete or faulty, and forgets it", () => {
  const get = encodeRequest(["GET", "k"]);
  for (const tail of ["*2\r\n$3\r\nGET\r\n$1\r\n", "*2\r\n$3\r\nGET\r\n$x\r\nk\r\n", "$"]) {
    const bytes = join(get, get, Buffer.from(tail));
    const lookahead = new Lookahead();
    expect(lookahead.parse(bytes, 0, bytes.length, limits)).toBe(2);
    expect(lookahead.starts[2]).toBe(get.length * 2);
    // The third parser must not go on with what it gave up.
    const whole = join(get, get, get);
    expect(lookahead.parse(whole, 0, whole.length, limits)).toBe(3);
    expect(lookahead.args(2).text(1)).toBe("k");
  }
});

// Commands whose effects the look-ahead could get wrong: other databases, keys made and removed within the
// group, argument 1 that is no key, and requests that change how the next ones are read.
const call = fc.oneof(
  fc.tuple(fc.constantFrom("GET", "INCR", "DEL", "TTL", "GETDEL"), fc.constantFrom("a", "b", "c")),
  fc.tuple(fc.constantFrom("SET", "APPEND"), fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "xyz")),
  fc.tuple(fc.constantFrom("SELECT"), fc.constantFrom("0", "1")),
  fc.tuple(fc.constantFrom("RENAME", "COPY"), fc.constantFrom("a", "b"), fc.constantFrom("c", "a")),
  fc.tuple(fc.constantFrom("ECHO", "NOSUCH"), fc.constantFrom("a", "b")),
  fc.tuple(fc.constantFrom("FLUSHALL", "PING", "DBSIZE")),
  fc.tuple(
    fc.constantFrom("SET"),
    fc.constantFrom("a", "b"),
    fc.constant("v"),
    fc.constant("PX"),
    fc.constant("5"),
  ),
);

test.each([1, 4])("a pipeline answers as its requests one by one do, at %i shards", (shards) => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const piped = createTestServer({ shards });
      const single = createTestServer({ shards });
      const client = piped.connect();
      client.send(join(new Uint8Array(0), ...calls.map((args) => encodeRequest(args))));
      expect(client.take()).toBe(calls.map((args) => single.run(...args)).join(""));
    }),
    { numRuns: 60 },
  );
});

test("what comes after RESET in a group is refused where a password is required", () => {
  const server = createTestServer({ config: { requirepass: "secret" } });
  const client = server.connect();
  client.send(
    join(
      encodeRequest(["AUTH", "secret"]),
      encodeRequest(["SET", "k", "v"]),
      encodeRequest(["GET", "k"]),
      encodeRequest(["RESET"]),
      encodeRequest(["GET", "k"]),
    ),
  );
  expect(client.take()).toBe("+OK\r\n+OK\r\n$1\r\nv\r\n+RESET\r\n-NOAUTH Authentication required.\r\n");
});
