import fc from "fast-check";
import { expect, test } from "vitest";
import type { Executed, Observer } from "../env/observer.ts";
import { createTestServer, encodeRequest, type TestClient } from "../testing/command-runner.ts";
import { TOLD_BYTES_MAX } from "./witness.ts";

/** Keeps all it is told, in order, as one list of lines and one of calls. */
class Recorder implements Observer {
  readonly calls: Executed[] = [];
  readonly lines: string[] = [];

  connected(client: number): void {
    this.lines.push(`connected ${client}`);
  }
  disconnected(client: number): void {
    this.lines.push(`disconnected ${client}`);
  }
  executed(call: Executed): void {
    this.calls.push(call);
    this.lines.push(`${call.client}: ${call.words.join(" ").slice(0, 60)}`);
  }
  removed(db: number, key: string, why: string): void {
    this.lines.push(`${why} ${db} ${key}`);
  }
  /** All replies told for one client. */
  replies(client: number): string {
    return this.calls
      .filter((call) => call.client === client)
      .map(({ reply }) => reply)
      .join("");
  }
  takeLines(): string[] {
    return this.lines.splice(0);
  }
}

const keys = ["a", "b", "{t}1", "{t}2", "", "\xff\0\r\n"];
const key = fc.constantFrom(...keys);
const value = fc.oneof(
  fc.constantFrom("", "0", "-1", "9223372036854775807", "x\r\ny", "\0\xff"),
  fc.integer({ min: 0, max: 200_000 }).map((length) => "v".repeat(length)),
);
const shortValue = fc.constantFrom("", "0", "xyz");
const requestOf = (value: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.oneof(
    fc.tuple(fc.constant("SET"), key, value),
    fc.tuple(fc.constant("get"), key),
    fc.tuple(fc.constant("MSET"), key, value, key, value),
    fc.tuple(fc.constant("MGET"), key, key, key),
    fc.tuple(fc.constant("INCR"), key),
    fc.tuple(fc.constantFrom("GETDEL", "STRLEN", "APPEND", "NOSUCH"), key, value),
    fc.tuple(fc.constantFrom("DBSIZE", "PING", "ECHO", "INFO", "RESET", "COMMAND", "KEYS")),
    fc.tuple(fc.constant("KEYS"), fc.constant("*")),
    fc.tuple(fc.constant("SELECT"), fc.constantFrom("0", "1", "99")),
    fc.tuple(fc.constant("HELLO"), fc.constantFrom("2", "3", "4")),
    fc.tuple(fc.constant("CLIENT"), fc.constant("REPLY"), fc.constantFrom("ON", "OFF", "SKIP", "NO")),
    fc.tuple(fc.constant("AUTH"), fc.constantFrom("good", "bad")),
    fc.tuple(fc.constant("CLIENT"), fc.constantFrom("ID", "LIST", "NOSUCH")),
  );
// Which client sends how many requests at once, cut where.
const stepOf = (value: fc.Arbitrary<string>) =>
  fc.record({
    client: fc.nat({ max: 2 }),
    batch: fc.array(requestOf(value), { minLength: 1, maxLength: 6 }),
    cut: fc.nat({ max: 1000 }),
  });

test.each([
  { shards: 1, password: "" },
  { shards: 4, password: "" },
  { shards: 1, password: "good" },
])("what is told is what clients sent and received, in order: %o", ({ shards, password }) => {
  // Before it has logged in a client may not send long values.
  const step = stepOf(password === "" ? value : shortValue);
  const scenario = fc.array(step, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(scenario, (steps) => {
      const recorder = new Recorder();
      const config = password === "" ? {} : { requirepass: password };
      const server = createTestServer({ shards, observer: recorder, config });
      const clients = [0, 1, 2].map(() => server.connect());
      const sent: string[] = [];
      for (const { client, batch, cut } of steps) {
        const bytes = Buffer.concat(batch.map((each) => encodeRequest(each)));
        const at = cut % (bytes.length + 1);
        (clients[client] as TestClient).send(bytes.subarray(0, at));
        (clients[client] as TestClient).send(bytes.subarray(at));
        sent.push(...batch.map((each) => JSON.stringify([client + 2, each])));
      }
      const told = recorder.calls.map((call) => JSON.stringify([call.client, call.words]));
      expect(told.length).toBe(sent.length);
      expect(told.findIndex((each, i) => each !== sent[i])).toBe(-1);
      for (const [i, client] of clients.entries()) {
        expect(recorder.replies(i + 2) === client.received).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
});

test("the protocol told is the one the reply was written in", () => {
  const recorder = new Recorder();
  const client = createTestServer({ observer: recorder }).connect();
  client.run("GET", "a");
  client.send(Buffer.concat([encodeRequest(["HELLO", "3"]), encodeRequest(["GET", "a"])]));
  client.send(
    Buffer.concat([encodeRequest(["HELLO", "9"]), encodeRequest(["RESET"]), encodeRequest(["GET", "a"])]),
  );
  expect(recorder.calls.map(({ protocol, reply }) => [protocol, reply.slice(0, 4)])).toEqual([
    [2, "$-1\r"],
    [3, "%7\r\n"],
    [3, "_\r\n"],
    [3, "-NOP"],
    [2, "+RES"],
    [2, "$-1\r"],
  ]);
});

test("refused requests are told with their errors: unknown, arity, subcommand, password, memory", () => {
  const recorder = new Recorder();
  const config = { requirepass: "good", maxmemory: "2mb" };
  const server = createTestServer({ observer: recorder, config });
  const client = server.connect();
  client.run("GET", "a");
  client.run("AUTH", "good");
  for (const request of [["NOSUCH"], ["GET"], ["CLIENT", "NOSUCH"]]) client.run(...request);
  for (let i = 0; i < 4; i++) client.run("SET", `key:${i}`, "x".repeat(600_000));
  client.run("CLIENT", "REPLY", "OFF");
  client.run("GET");
  expect(recorder.calls.map(({ reply }) => reply.slice(0, 26))).toEqual([
    "-NOAUTH Authentication req",
    "+OK\r\n",
    "-ERR unknown command 'NOSU",
    "-ERR wrong number of argum",
    "-ERR unknown subcommand 'N",
    "+OK\r\n",
    "+OK\r\n",
    "-OOM command not allowed w",
    "-OOM command not allowed w",
    "",
    "",
  ]);
});

test("a request that CLIENT PAUSE held back is told when it runs, after those that ran before it", () => {
  const recorder = new Recorder();
  const server = createTestServer({ observer: recorder });
  const [first, second] = [server.connect(), server.connect()];
  first.run("CLIENT", "PAUSE", "50", "WRITE");
  first.send(Buffer.concat([encodeRequest(["SET", "a", "1"]), encodeRequest(["GET", "a"])]));
  second.run("GET", "a");
  expect(recorder.takeLines().filter((line) => line.includes(":"))).toEqual([
    "2: CLIENT PAUSE 50 WRITE",
    "3: GET a",
  ]);
  server.advance(100);
  expect(recorder.takeLines()).toEqual(["2: SET a 1", "2: GET a"]);
  expect(recorder.calls.at(-1)?.nowMs).toBeGreaterThanOrEqual(1_700_000_000_050);
});

test("removed keys are told with their database, before the command that met them", () => {
  const recorder = new Recorder();
  const server = createTestServer({ shards: 4, observer: recorder });
  server.run("SELECT", "3");
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  server.run("SET", "\xff\0", "1", "PX", "10");
  server.run("SET", "b", "1", "PX", "10");
  recorder.takeLines();
  server.advance(20);
  expect(recorder.takeLines()).toEqual([]);
  server.run("GET", "\xff\0");
  expect(recorder.takeLines()).toEqual(["expired 3 \xff\0", "1: GET \xff\0"]);
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "1");
  server.advance(1000);
  expect(recorder.takeLines()).toEqual(["1: DEBUG SET-ACTIVE-EXPIRE 1", "expired 3 b"]);
});

test("evicted keys are told before the command that needed their room", () => {
  const recorder = new Recorder();
  const config = { maxmemory: "3mb", "maxmemory-policy": "allkeys-random" };
  const server = createTestServer({ shards: 2, observer: recorder, config });
  for (let i = 0; i < 100; i++) server.run("SET", `key:${i}`, "x".repeat(50_000));
  const left = server.run("KEYS", "*").match(/key:\d+/g) ?? [];
  const live = new Set<string>();
  let evictedCount = 0;
  for (const line of recorder.lines) {
    const [, set] = /^1: SET (key:\d+)/.exec(line) ?? [];
    const [, evicted] = /^evicted 0 (key:\d+)$/.exec(line) ?? [];
    if (set !== undefined) live.add(set);
    if (evicted === undefined) continue;
    expect(live.delete(evicted)).toBe(true);
    evictedCount++;
  }
  expect(evictedCount).toBeGreaterThan(20);
  expect([...live].sort()).toEqual(left.sort());
});

test("a client is told as connected once, and as gone once, after the request that closed it", () => {
  const recorder = new Recorder();
  const server = createTestServer({ observer: recorder, config: { maxclients: "3" } });
  const [first, second] = [server.connect(), server.connect()];
  server.connect(); // Refused.
  recorder.takeLines();
  first.run("CLIENT", "KILL", "ID", "3");
  expect([first.isClosed, second.isClosed]).toEqual([false, true]);
  first.run("QUIT");
  const third = server.connect();
  third.events.closed(undefined);
  expect(recorder.takeLines()).toEqual([
    "2: CLIENT KILL ID 3",
    "disconnected 3",
    "2: QUIT",
    "disconnected 2",
    "connected 5",
    "disconnected 5",
  ]);
});

test("a client whose own reply closes it is told as gone after that request", () => {
  const recorder = new Recorder();
  const server = createTestServer({ observer: recorder });
  const client = server.connect();
  client.run("SET", "a", "1");
  recorder.takeLines();
  client.run("CLIENT", "KILL", "ID", "2", "SKIPME", "no");
  expect([client.isClosed, recorder.takeLines()]).toEqual([
    true,
    ["2: CLIENT KILL ID 2 SKIPME no", "disconnected 2"],
  ]);
});

test("a monitor's own lines are no part of its replies", () => {
  const recorder = new Recorder();
  const client = createTestServer({ observer: recorder }).connect();
  client.run("MONITOR");
  client.run("PING");
  expect(client.run("PING")).toContain('"PING"');
  expect(recorder.replies(2)).toBe("+OK\r\n+PONG\r\n+PONG\r\n");
});

test("a browser's request is not told, since it is neither run nor refused", () => {
  const recorder = new Recorder();
  const client = createTestServer({ observer: recorder }).connect();
  client.send("POST / HTTP/1.1\r\n");
  expect(recorder.takeLines()).toEqual(["connected 1", "connected 2", "disconnected 2"]);
});

test("replies of any length up to the bound are told whole, a longer one is told as cut", () => {
  const recorder = new Recorder();
  const client = createTestServer({ observer: recorder }).connect();
  for (const length of [65_500, 65_536, 70_000, 300_000, TOLD_BYTES_MAX - 100, TOLD_BYTES_MAX + 1]) {
    client.run("SETRANGE", "a", length - 1, "x");
    client.send(
      Buffer.concat([encodeRequest(["PING"]), encodeRequest(["GET", "a"]), encodeRequest(["PING"])]),
    );
    const received = client.take();
    const [before, call, after] = recorder.calls.slice(-3);
    const told = `${before?.reply}${call?.reply}${after?.reply}`;
    if (length < TOLD_BYTES_MAX) expect([told === received, call?.isReplyCut]).toEqual([true, false]);
    else expect([told, call?.isReplyCut]).toEqual(["+PONG\r\n+PONG\r\n", true]);
  }
});

test("a request over the bound is told without its long words", () => {
  const recorder = new Recorder();
  const client = createTestServer({ observer: recorder }).connect();
  client.run("MSET", "a", "1", "b", "x".repeat(TOLD_BYTES_MAX), "c", "3");
  const [call] = recorder.calls;
  expect([call?.words, call?.isRequestCut, call?.reply]).toEqual([
    ["MSET", "a", "1", "b", "", "c", "3"],
    true,
    "+OK\r\n",
  ]);
});

test("an observer that counts hears of the same requests, without their texts", () => {
  const recorders = [new Recorder(), Object.assign(new Recorder(), { isCounting: true })];
  for (const observer of recorders) {
    const client = createTestServer({ observer }).connect();
    client.send(encodeRequest(["SET", "k", "v"]));
    for (const words of [
      ["GET", "k"],
      ["MULTI"],
      ["INCR", "n"],
      ["NOSUCH"],
      ["DISCARD"],
      ["MULTI"],
      ["INCR", "n"],
    ])
      client.send(encodeRequest(words));
    client.send(encodeRequest(["EXEC"]));
    client.send(encodeRequest(["EVAL", "return redis.call('get', 'k')", "0"]));
    client.send("POST / HTTP/1.1\r\n\r\n");
  }
  const [told, counted] = recorders.map(({ calls }) =>
    calls.map(({ client, transaction, protocol, isReplyCut }) => ({
      client,
      transaction,
      protocol,
      isReplyCut,
    })),
  );
  expect(counted).toEqual(told);
  expect(counted?.length).toBeGreaterThan(9);
  for (const { words, reply } of recorders[1]?.calls ?? []) expect([words, reply]).toEqual([[], ""]);
});
