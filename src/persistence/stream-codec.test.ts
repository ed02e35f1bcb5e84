import fc from "fast-check";
import { expect, test } from "vitest";
import { Crc64 } from "../lib/crc64.ts";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { isStock, withStockRedis } from "../testing/stock-stories.ts";

const nowMs = 1_700_000_000_000;

function sealed(body: Buffer, version = 10): Buffer {
  const payload = Buffer.concat([body, Buffer.of(version, 0), Buffer.alloc(8)]);
  const crc = new Crc64();
  crc.update(payload, 0, payload.length - 8);
  crc.writeTo(payload, payload.length - 8);
  return payload;
}

function bulkOf(reply: string): Buffer {
  return Buffer.from(reply.slice(reply.indexOf("\r\n") + 2, -2), "latin1");
}

// Calls that make a stream with deleted entries, groups, consumers and pending entries.
const calls = [
  ...Array.from({ length: 30 }, (_, i) => `XADD key ${10 + i}-${i % 3} field ${i} other value${i}`),
  "XADD key 9000000000000-18446744073709551615 a b",
  "XDEL key 12-2 15-2",
  "XTRIM key MAXLEN 25",
  "XGROUP CREATE key g 0",
  "XGROUP CREATE key h $ ENTRIESREAD 7",
  "XREADGROUP GROUP g 123 COUNT 8 STREAMS key >",
  "XREADGROUP GROUP g other COUNT 5 STREAMS key >",
  "XGROUP CREATECONSUMER key h idle",
  "XACK key g 20-1",
  "XCLAIM key g other 0 22-0 RETRYCOUNT 9223372036854775807 JUSTID",
];

function filled(): TestServer {
  const server = createTestServer({ nowMs, config: { "stream-node-max-entries": "8" } });
  for (const call of calls) server.run(...call.split(" "));
  return server;
}

function describe(server: TestServer, key: string): string {
  return [
    server.run("XINFO", "STREAM", key, "FULL", "COUNT", "0"),
    server.run("XINFO", "GROUPS", key),
    server.run("XPENDING", key, "g", "-", "+", "100"),
  ].join("");
}

test("a stream comes back from its payload as it was", () => {
  const server = filled();
  const payload = bulkOf(server.run("DUMP", "key"));
  expect(payload[0]).toBe(19);
  expect(server.run("RESTORE", "copy", "0", payload)).toBe("+OK\r\n");
  expect(describe(server, "copy")).toBe(describe(server, "key"));
  expect(bulkOf(server.run("DUMP", "copy"))).toEqual(payload);
});

test.skipIf(!isStock)("a stock Redis takes it, and its own payload comes back as it was", () =>
  withStockRedis(async (stock) => {
    const server = filled();
    const payload = bulkOf(server.run("DUMP", "key"));
    expect(await stock.run("RESTORE", "key", "0", payload)).toBe("+OK\r\n");
    const told = await stock.run("XINFO", "STREAM", "key", "FULL", "COUNT", "0");
    expect(server.run("XINFO", "STREAM", "key", "FULL", "COUNT", "0")).toBe(told);
    expect(bulkOf(await stock.run("DUMP", "key"))).toEqual(payload);
  }),
);

// A stream of one entry, 5-1 a 1, which was read by consumer c of group g at time 0x0102, and by hand.
const listpack = Buffer.from("1c0000000a00" + "010100010101816102000102010001000101010401ff", "hex");
const id = Buffer.from("00000000000000050000000000000001", "hex");

function handMade(type: number): Buffer {
  const isNew = type > 15;
  const nodes = [Buffer.of(1, 16), id, Buffer.of(listpack.length), listpack, Buffer.of(1, 5, 1)];
  const history = isNew ? [Buffer.of(5, 1, 0, 0, 1)] : [];
  const time = Buffer.from("0201000000000000", "hex");
  const group = [Buffer.of(1, 1), Buffer.from("g"), Buffer.of(5, 1), ...(isNew ? [Buffer.of(1)] : [])];
  const pending = [Buffer.of(1), id, time, Buffer.of(3)];
  const consumer = [
    Buffer.of(1, 1),
    Buffer.from("c"),
    time,
    ...(type === 21 ? [time] : []),
    Buffer.of(1),
    id,
  ];
  return Buffer.concat([Buffer.of(type), ...nodes, ...history, ...group, ...pending, ...consumer]);
}

test.each([
  [15, 9],
  [19, 10],
  [21, 11],
])("type %d of RDB version %d is read", (type, version) => {
  const server = createTestServer({ nowMs });
  const body = handMade(type);
  expect(server.run("RESTORE", "key", "0", sealed(body, version))).toBe("+OK\r\n");
  expect(server.run("XRANGE", "key", "-", "+")).toBe("*1\r\n*2\r\n$3\r\n5-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  expect(server.run("XPENDING", "key", "g")).toContain("$1\r\nc\r\n$1\r\n1\r\n");
  expect(server.run("XINFO", "GROUPS", "key")).toContain("entries-read\r\n:1\r\n$3\r\nlag\r\n:0\r\n");
  expect(server.run("XINFO", "STREAM", "key")).toContain("entries-added\r\n:1\r\n");
});

test("numbers in longer forms than streams have are taken, and stand in the shortest afterwards", () => {
  const server = createTestServer({ nowMs });
  // The flags of the entry as an integer of two bytes, its value as one of four.
  const longer = Buffer.from(
    `210000000a00${"01010001010181610200 01c00202000100 01f301000000050401ff".replaceAll(" ", "")}`,
    "hex",
  );
  longer.writeUInt32LE(longer.length, 0);
  const body = Buffer.concat([
    ...[Buffer.of(19, 1, 16), id, Buffer.of(longer.length), longer],
    Buffer.of(1, 5, 1, 5, 1, 0, 0, 1, 0),
  ]);
  expect(server.run("RESTORE", "key", "0", sealed(body))).toBe("+OK\r\n");
  expect(server.run("XRANGE", "key", "-", "+")).toBe("*1\r\n*2\r\n$3\r\n5-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  expect(bulkOf(server.run("DUMP", "key")).includes(listpack)).toBe(true);
  expect(server.run("XDEL", "key", "5-1")).toBe(":1\r\n");
});

test("a payload with bytes changed is refused or read, and what was read can be used", () => {
  const server = filled();
  const whole = bulkOf(server.run("DUMP", "key")).subarray(0, -10);
  // Small ones are hit where it matters more often than a long listpack.
  const bodies = [whole, handMade(15), handMade(19)];
  const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom("set", "cut", "insert"));
  let refused = 0;
  fc.assert(
    fc.property(fc.nat({ max: 2 }), fc.array(change, { minLength: 1, maxLength: 3 }), (which, changes) => {
      let body = Buffer.from(bodies[which] as Buffer);
      for (const [place, byte, kind] of changes) {
        const at = 1 + (place % (body.length - 1));
        if (kind === "set") body[at] = byte;
        else if (kind === "cut") body = Buffer.concat([body.subarray(0, at), body.subarray(at + 1)]);
        else body = Buffer.concat([body.subarray(0, at), Buffer.of(byte), body.subarray(at)]);
      }
      const reply = server.run("RESTORE", "odd", "0", sealed(body), "REPLACE");
      if (reply !== "+OK\r\n") {
        expect(reply).toBe("-ERR Bad data format\r\n");
        refused++;
        return;
      }
      for (const call of [
        "XRANGE odd - +",
        "XREVRANGE odd + -",
        "XINFO STREAM odd FULL",
        "XADD odd 99999999999999-* a b",
        "XREADGROUP GROUP g c STREAMS odd >",
        "XAUTOCLAIM odd g d 0 0",
        "XDEL odd 5-1 13-0",
        "XTRIM odd MINID 20",
        "XTRIM odd MAXLEN ~ 3",
        "XTRIM odd MAXLEN 2",
        "COPY odd even REPLACE",
        "DUMP even",
        "XGROUP DESTROY odd g",
      ]) {
        server.run(...call.split(" "));
      }
    }),
    { numRuns: 1500, interruptAfterTimeLimit: 20_000 },
  );
  expect(refused).toBeGreaterThan(300);
});
