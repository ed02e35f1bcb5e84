import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Crc64 } from "../lib/crc64.ts";
import { hasStockRedis, StockRedis } from "../testing/stock-server.ts";
import { ByteSink } from "./byte-sink.ts";
import { type DumpReading, readDumpPayload, writeDumpPayload } from "./dump-payload.ts";

const sizeMax = 512 * 1024 * 1024;

function dump(bytes: Uint8Array, isCompressed = true): Buffer {
  const sink = new ByteSink();
  sink.copy(Buffer.from("before"), 0, 6); // A payload starts wherever the sink stands.
  writeDumpPayload(sink, { kind: "string", bytes }, isCompressed);
  return Buffer.from(sink.bytes.subarray(6, sink.sizeBytes));
}

const read = (payload: Uint8Array): DumpReading => readDumpPayload(payload, 0, payload.length, sizeMax);

// The body with a footer that fits it.
function sealed(body: Uint8Array, version = 10): Buffer {
  const payload = Buffer.concat([body, Buffer.of(version & 0xff, version >> 8), Buffer.alloc(8)]);
  const crc = new Crc64();
  crc.update(payload, 0, payload.length - 8);
  crc.writeTo(payload, payload.length - 8);
  return payload;
}

// Strings of every kind that has its own encoding, and of every degree of repetition in between.
const integerEdges = [
  0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 2147483647, 2147483648, 4294967295, 999999999999,
]
  .flatMap((n) => [n - 1, n, n + 1])
  .flatMap((n) => [String(n), String(-n), `0${n}`, `+${n}`, `${n} `]);
const symbols = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 0, max: 200 }),
    fc.array(fc.nat(), { maxLength: 900 }),
  )
  .map(([count, first, picks]) => Buffer.from(picks.map((pick) => first + (pick % count))));
const pieces = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(), { maxLength: 60 }),
  )
  .map(([parts, order]) => Buffer.concat(order.map((n) => parts[n % parts.length] ?? Buffer.alloc(0))));
const runs = fc
  .array(fc.tuple(fc.nat({ max: 255 }), fc.integer({ min: 1, max: 600 })), { maxLength: 12 })
  .map((list) => Buffer.concat(list.map(([byte, length]) => Buffer.alloc(length, byte))));
const shortStrings = fc.oneof(
  fc.constantFrom(...integerEdges).map((text) => Buffer.from(text)),
  fc.maxSafeInteger().map((n) => Buffer.from(String(n))),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  symbols,
  pieces,
  runs,
);

// Long strings from a seed: fast-check would spend its time on choosing bytes one by one.
function longString(seed: number): Buffer {
  let state = seed * 2654435761 + 1;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const size = 21 + Math.floor(70_000 ** (below(1000) / 1000));
  const symbolCount = 1 + below(below(2) === 0 ? 6 : 255);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const length = Math.min(1 + below(below(4) === 0 ? 400 : 12), size - at);
    const distance = 1 + below(Math.min(9000, at + 1));
    const isCopy = at >= distance && below(3) > 0;
    for (let i = 0; i < length; i++, at++)
      bytes[at] = isCopy ? (bytes[at - distance] ?? 0) : 32 + below(symbolCount);
  }
  return bytes;
}

test("a payload reads back as the string it was made of", () => {
  fc.assert(
    fc.property(shortStrings, fc.boolean(), (value, isCompressed) => {
      const reading = read(dump(value, isCompressed));
      expect(reading.kind).toBe("string");
      if (reading.kind === "string") expect(Buffer.compare(reading.bytes, value)).toBe(0);
    }),
  );
});

test("a payload that is cut, newer than version 10 or changed in any bit has a bad footer", () => {
  const payload = dump(Buffer.from("hello"));
  expect(payload.toString("hex")).toMatch(/^000568656c6c6f0a00[0-9a-f]{16}$/);
  for (let size = 0; size < payload.length; size++)
    expect(read(payload.subarray(0, size)).kind).toBe("bad-footer");
  for (let bit = 0; bit < payload.length * 8; bit++) {
    const changed = Buffer.from(payload);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(read(changed).kind).toBe("bad-footer");
  }
  expect(read(sealed(Buffer.from("000568656c6c6f", "hex"), 11)).kind).toBe("bad-footer");
  expect(read(sealed(Buffer.from("000568656c6c6f", "hex"), 6)).kind).toBe("string");
});

test("a type of Redis that is not here yet is told apart from a type that no Redis has", () => {
  expect(read(sealed(Buffer.of(6, 0)))).toEqual({ kind: "unsupported-type", type: 6 });
  expect(read(sealed(Buffer.of(7, 0)))).toEqual({ kind: "unsupported-type", type: 7 });
  for (const type of [8, 20, 255]) expect(read(sealed(Buffer.of(type, 0))).kind).toBe("bad-data");
});

test("a string longer than the limit is bad data", () => {
  const payload = dump(Buffer.alloc(1000, 97));
  expect(readDumpPayload(payload, 0, payload.length, 1000).kind).toBe("string");
  expect(readDumpPayload(payload, 0, payload.length, 999).kind).toBe("bad-data");
});

// Bodies near valid ones: valid, then bytes changed, inserted or cut.
const mutated = fc
  .tuple(
    shortStrings,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("set", "insert", "cut"), fc.nat({ max: 255 })), {
      maxLength: 4,
    }),
    fc.boolean(),
  )
  .map(([value, changes, isEarly]) => {
    const whole = dump(value);
    let body = whole.subarray(0, whole.length - 10);
    for (const [where, how, byte] of changes) {
      // Half of the changes go to the first bytes, where the lengths are.
      const at = 1 + (where % Math.max(1, isEarly ? Math.min(8, body.length) : body.length));
      const rest = body.subarray(how === "insert" ? at : at + 1);
      const middle = how === "cut" ? Buffer.alloc(0) : Buffer.of(byte);
      body = Buffer.concat([body.subarray(0, at), middle, rest]);
    }
    return sealed(body);
  });

test("no payload with a right footer makes reading throw or give more than its bytes can stand for", () => {
  fc.assert(
    fc.property(mutated, (payload) => {
      const reading = read(payload);
      if (reading.kind === "string") expect(reading.bytes.length).toBeLessThanOrEqual(payload.length * 88);
    }),
    { numRuns: 20_000 },
  );
});

describe.skipIf(!hasStockRedis())("against a stock Redis", () => {
  let stock: StockRedis;
  beforeAll(async () => {
    stock = await StockRedis.start();
  });
  afterAll(() => stock.stop());

  const sameAsStock = async (values: readonly Buffer[], isCompressed: boolean): Promise<void> => {
    for (let from = 0; from < values.length; from += 100) {
      const some = values.slice(from, from + 100);
      for (const [i, value] of some.entries()) void stock.call("SET", `k${i}`, value);
      const theirs = await Promise.all(some.map((_, i) => stock.bulk("DUMP", `k${i}`)));
      for (const [i, value] of some.entries()) {
        const ours = dump(value, isCompressed);
        if (!ours.equals(theirs[i] ?? Buffer.alloc(0))) {
          expect({ value, payload: ours.toString("hex") }).toEqual({
            value,
            payload: theirs[i]?.toString("hex"),
          });
        }
      }
    }
  };

  test("our payloads of short strings equal DUMP's, byte for byte", async () => {
    await sameAsStock(
      integerEdges.map((text) => Buffer.from(text)),
      true,
    );
    await sameAsStock(fc.sample(shortStrings, { numRuns: 5000, seed: 64 }), true);
  });

  test("our payloads of strings up to 70,000 bytes equal DUMP's, byte for byte", async () => {
    const values = Array.from({ length: 600 }, (_, seed) => longString(seed));
    await sameAsStock(
      [...values, Buffer.alloc(70_000, 97), Buffer.alloc(16_384), Buffer.alloc(16_383)],
      true,
    );
    expect(values.filter((value) => dump(value)[1] === 0xc3).length).toBeGreaterThan(300);
  });

  test("with rdbcompression off the payloads are equal too", async () => {
    await stock.call("CONFIG", "SET", "rdbcompression", "no");
    await sameAsStock(fc.sample(shortStrings, { numRuns: 500, seed: 65 }), false);
    await stock.call("CONFIG", "SET", "rdbcompression", "yes");
  });

  test("RESTORE takes our payloads and gives the same string back", async () => {
    const values = [
      ...fc.sample(shortStrings, { numRuns: 1000, seed: 66 }),
      longString(1000),
      longString(1001),
    ];
    for (const value of values) {
      expect(await stock.text("RESTORE", "restored", 0, dump(value), "REPLACE")).toBe("OK");
      expect((await stock.bulk("GET", "restored")).equals(value)).toBe(true);
    }
  });

  const stockReading = async (payload: Uint8Array): Promise<string> => {
    const reply = await stock.text("RESTORE", "restored", 0, payload, "REPLACE");
    if (reply === "OK") return (await stock.bulk("GET", "restored")).toString("latin1");
    return reply;
  };
  const ourReading = (payload: Uint8Array): string => {
    const reading = read(payload);
    if (reading.kind === "string") return Buffer.from(reading.bytes).toString("latin1");
    if (reading.kind === "bad-footer") return "ERR DUMP payload version or checksum are wrong";
    return "ERR Bad data format";
  };

  test("RESTORE accepts exactly the damaged payloads that we accept, and reads them alike", async () => {
    for (const payload of fc.sample(mutated, { numRuns: 4000, seed: 67 })) {
      if (read(payload).kind === "unsupported-type") continue;
      const hex = payload.toString("hex");
      expect([hex, ourReading(payload)]).toEqual([hex, await stockReading(payload)]);
    }
  });

  test("odd payloads are judged as RESTORE judges them", async () => {
    const hello = "000568656c6c6f";
    const zeroChecksum = Buffer.from(`${hello}0a000000000000000000`, "hex");
    const bodies = [
      hello,
      `${hello}ffff`,
      "000868656c6c6f",
      "000f68656c6c6f",
      "001068656c6c6f",
      "00c302000041",
    ];
    bodies.push(
      "00c3000100",
      "00c3000000",
      "00c400",
      "00ff",
      "0082",
      "00",
      "08",
      "14",
      "ff",
      "00810000000000000001",
      "00c32000",
    );
    const payloads = [zeroChecksum, Buffer.alloc(10), Buffer.alloc(0), sealed(Buffer.alloc(0), 8)];
    for (const body of bodies) payloads.push(sealed(Buffer.from(body, "hex")));
    for (const version of [0, 1, 9, 10, 11, 255, 256])
      payloads.push(sealed(Buffer.from(hello, "hex"), version));
    for (const payload of payloads) {
      const hex = payload.toString("hex");
      expect([hex, ourReading(payload)]).toEqual([hex, await stockReading(payload)]);
    }
  });
});
