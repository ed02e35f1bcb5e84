import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultLimits, fieldExpiryMsMax } from "../keyspace/limits.ts";
import { Crc64 } from "../lib/crc64.ts";
import { ENCODING_LARGE, ENCODING_TIMED } from "../store/entry.ts";
import { argsOf, KeyspaceFixture, textOf } from "../testing/keyspace-fixture.ts";
import { ByteSink } from "./byte-sink.ts";
import { isOver, readDumpPayload, storeCollection, writeEntryPayload } from "./dump-payload.ts";

const nowMs = 1_700_000_000_000;
const key = argsOf("key");
const large = { ...defaultLimits, hashMaxListpackEntries: 0 };

function sealed(body: Uint8Array, version = 12): Buffer {
  const payload = Buffer.concat([body, Buffer.of(version, 0), Buffer.alloc(8)]);
  const crc = new Crc64();
  crc.update(payload, 0, payload.length - 8);
  crc.writeTo(payload, payload.length - 8);
  return payload;
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

// A hash with fields [name, value, expiry in ms or 0].
type Fields = readonly (readonly [field: string, value: string, atMs: number])[];

function fixtureOf(fields: Fields, isLarge: boolean): KeyspaceFixture {
  const fixture = new KeyspaceFixture(isLarge ? { limits: large } : {});
  fixture.setTime(nowMs);
  for (const [field, value, atMs] of fields) {
    const args = argsOf("key", field, value);
    const hash = fixture.keyspace.hashForUpdate(args, 0);
    hash?.set(args, 1, 2);
    if (atMs > 0) hash?.setExpiry(args, 1, atMs);
  }
  return fixture;
}

function dumped({ keyspace }: KeyspaceFixture): Buffer {
  const entry = keyspace.peek(key, 0);
  if (entry === undefined) throw new Error("nothing to dump");
  const sink = new ByteSink();
  writeEntryPayload(sink, entry, false);
  return Buffer.from(sink.bytes.subarray(0, sink.sizeBytes));
}

// What a payload stores, or the kind of refusal.
function restored(payload: Uint8Array, limits = defaultLimits): Fields | string {
  const reading = readDumpPayload(payload, 0, payload.length, 2 ** 20);
  if (reading.kind !== "collection") return reading.kind;
  if (isOver(reading, nowMs)) return "over";
  const fixture = new KeyspaceFixture({ limits });
  fixture.setTime(nowMs);
  const hash = fixture.keyspace.hash.show(storeCollection(fixture.keyspace, key, 0, reading));
  const found: [string, string, number][] = [];
  hash.rewind();
  while (hash.next()) found.push([textOf(hash.field), textOf(hash.value), hash.fieldExpireAtMs]);
  return found.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

test("a small hash with times is written as Redis 7.4 writes it: by time, those without one last", () => {
  const fields: Fields = [
    ["c", "7", 0],
    ["b", "y", nowMs + 300],
    ["a", "x", nowMs + 5],
  ];
  const listpack =
    "2e000000 0900 8161 02 8178 02 f40568e5cf8b010000 09 8162 02 8179 02 f42c69e5cf8b010000 09 8163 02 07 01 00 01 ff";
  expect(dumped(fixtureOf(fields, false))).toEqual(sealed(bytesOf(`19 0568e5cf8b010000 2e ${listpack}`)));
});

test("a large one is written field by field, times counted from the first", () => {
  const fields: Fields = [["a", "x", nowMs + 5]];
  expect(dumped(fixtureOf(fields, true))).toEqual(sealed(bytesOf("18 0568e5cf8b010000 01 01 0161 0178")));
  const [first, ...rest] = dumped(fixtureOf([...fields, ["b", "y", 0]], true));
  expect([first, rest[8]]).toEqual([24, 2]);
});

test("a hash without times, or with none left, is written as Redis 7.0 writes it", () => {
  for (const isLarge of [false, true]) {
    const plain = fixtureOf([["a", "x", 0]], isLarge);
    const timed = fixtureOf([["a", "x", nowMs + 5]], isLarge);
    timed.keyspace.hashForUpdate(key, 0)?.setExpiry(argsOf("key", "a"), 1, 0);
    expect(timed.keyspace.peek(key, 0)?.encoding).toBe(isLarge ? ENCODING_LARGE : ENCODING_TIMED);
    expect(dumped(timed)).toEqual(dumped(plain));
  }
});

const field = fc.tuple(
  fc.string({ maxLength: 8 }),
  fc.oneof(fc.string({ maxLength: 8 }), fc.integer().map(String)),
  fc.oneof(fc.constant(0), fc.integer({ min: nowMs + 1, max: nowMs + 500 }), fc.constant(fieldExpiryMsMax)),
);

test("what was dumped is restored, whatever the encodings on either side", () => {
  const fields = fc.uniqueArray(field, { minLength: 1, maxLength: 40, selector: ([name]) => name });
  fc.assert(
    fc.property(fields, fc.boolean(), fc.boolean(), (list, fromLarge, toLarge) => {
      const payload = dumped(fixtureOf(list, fromLarge));
      expect(payload[0]).toBe(
        list.some(([, , atMs]) => atMs > 0) ? (fromLarge ? 24 : 25) : fromLarge ? 4 : 16,
      );
      const expected = list.toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(restored(payload, toLarge ? large : defaultLimits)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
}, 30_000);

test("fields that have expired by the time of RESTORE are left out, and a hash of nothing else is over", () => {
  const fields: Fields = [
    ["a", "x", nowMs + 5],
    ["b", "y", nowMs + 9],
  ];
  const payload = dumped(fixtureOf(fields, false));
  const reading = readDumpPayload(payload, 0, payload.length, 2 ** 20);
  if (reading.kind !== "collection") throw new Error(reading.kind);
  expect([isOver(reading, nowMs + 8), isOver(reading, nowMs + 9)]).toEqual([false, true]);
  const fixture = new KeyspaceFixture();
  fixture.setTime(nowMs + 8);
  expect(fixture.keyspace.hash.show(storeCollection(fixture.keyspace, key, 0, reading)).length).toBe(1);
});

test("version 12 is taken of hashes with times only", () => {
  expect(restored(sealed(bytesOf("18 0568e5cf8b010000 01 01 0161 0178"), 13))).toBe("bad-footer");
  expect(restored(sealed(bytesOf("04 01 0161 0178"), 12))).toBe("bad-footer");
  expect(restored(sealed(bytesOf("04 01 0161 0178"), 10))).toEqual([["a", "x", 0]]);
  for (const type of ["14", "15", "16", "17", "1a"]) {
    expect(restored(sealed(bytesOf(`${type} 0568e5cf8b010000 01 01 0161 0178`), 10))).toBe("bad-data");
  }
});

test.each([
  ["no field", "18 0568e5cf8b010000 00"],
  ["cut off in its first time", "18 0568e5cf"],
  ["a field twice", "18 0568e5cf8b010000 02 01 0161 0178 01 0161 0178"],
  ["a first time beyond 2^46", "18 00000000000040ff 01 01 0161 0178"],
  ["a time beyond 2^46", "18 0568e5cf8b010000 01 8100003fffffffffff 0161 0178"],
  ["more fields than bytes", "18 0568e5cf8b010000 80ffffffff 01 0161 0178"],
  ["elements that are no triples", "19 0568e5cf8b010000 0d 0d000000 0200 8161 02 8178 02 ff"],
  ["a time that is no number", "19 0568e5cf8b010000 10 10000000 0300 8161 02 8178 02 8178 02 ff"],
  ["a time below zero", "19 0568e5cf8b010000 10 10000000 0300 8161 02 8178 02 dfff 02 ff"],
])("a payload with %s is bad data", (_, hex) => {
  expect(restored(sealed(bytesOf(hex)))).toBe("bad-data");
});

test("no change of a payload makes reading throw", () => {
  const payloads = [false, true].map((isLarge) =>
    dumped(
      fixtureOf(
        [
          ["a", "x", nowMs + 5],
          ["b", "yy", nowMs + 70_000],
          ["c", "12345", 0],
        ],
        isLarge,
      ),
    ),
  );
  const change = fc.tuple(fc.nat({ max: 80 }), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...payloads),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (payload, changes) => {
        const body = Buffer.from(payload.subarray(0, payload.length - 10));
        for (const [at, byte] of changes) body[1 + (at % (body.length - 1))] = byte;
        const found = restored(sealed(body));
        expect(typeof found === "string" || found.length > 0).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
}, 30_000);
