import fc from "fast-check";
import { expect, test } from "vitest";
import { StreamId } from "../lib/stream-id.ts";
import { Element } from "../store/element.ts";
import { argsOf, KeyspaceFixture, textOf } from "../testing/keyspace-fixture.ts";
import { defaultLimits } from "./limits.ts";
import type { StreamView } from "./stream-view.ts";
import { transfer } from "./transfer.ts";

const limits = { ...defaultLimits, streamNodeMaxEntries: 7, streamNodeMaxBytes: 400 };
const first = new StreamId();
const last = new StreamId().setMax();

function idOf(ms: number): StreamId {
  return new StreamId().setTime(ms);
}
function msOf({ w0, w1 }: StreamId): number {
  return w0 * 2 ** 32 + (w1 >>> 0);
}

function append(stream: StreamView, ms: number, words: readonly string[]): void {
  const args = argsOf(...words);
  stream.append(idOf(ms), args, 0, words.length / 2);
}

function open(fixture: KeyspaceFixture, key: string): StreamView {
  const stream = fixture.keyspace.streamForUpdate(argsOf(key), 0);
  if (stream === undefined) throw new Error("wrong type");
  return stream;
}

// The entries that a range shows, as texts.
function read(stream: StreamView, from = first, to = last, isReversed = false): string[] {
  const found: string[] = [];
  const element = new Element();
  for (let more = stream.openRange(from, to, isReversed); more; more = stream.nextInRange()) {
    const words = [`${msOf(stream.id)}`];
    stream.node.rewindFields();
    for (let i = 0; i < stream.node.fieldCount; i++) {
      stream.node.readField(element);
      words.push(textOf(element));
      stream.node.readValue(element);
      words.push(textOf(element));
    }
    found.push(words.join(" "));
  }
  return found;
}

const word = fc.oneof(
  fc.constantFrom("a", "b", "1", "127", "128", "-4097", "", "9007199254740993", "x".repeat(70)),
  fc.string({ maxLength: 6 }),
  fc.constantFrom("y".repeat(500)),
);
const entry = fc.array(fc.tuple(fc.constantFrom("a", "b", "7"), word), { minLength: 1, maxLength: 3 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("add" as const), gap: fc.nat({ max: 3 }), entry }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete" as const), back: fc.nat({ max: 40 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("trim" as const),
      length: fc.nat({ max: 60 }),
      isById: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("range" as const), from: fc.nat(120), to: fc.nat(120) }),
  },
);

test("a stream has the entries of a list of pairs to which the same is done, and leaves nothing behind", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const fixture = new KeyspaceFixture({ limits });
      const stream = open(fixture, "key");
      stream.create();
      let model: { ms: number; text: string }[] = [];
      let ms = 10;
      for (const each of steps) {
        if (each.kind === "add") {
          ms += 1 + each.gap;
          const words = each.entry.flat();
          append(stream, ms, words);
          model.push({ ms, text: [`${ms}`, ...words].join(" ") });
        } else if (each.kind === "delete") {
          const wanted = Math.max(0, ms - each.back);
          const isThere = model.some((one) => one.ms === wanted);
          expect(stream.delete(idOf(wanted))).toBe(isThere);
          stream.finishDeletes(isThere ? 1 : 0);
          model = model.filter((one) => one.ms !== wanted);
        } else if (each.kind === "trim") {
          const { length, isById: byId } = each;
          const minId = idOf(Math.max(0, ms - length));
          stream.trim({ byId, length, minId, isApproximate: false, limit: 0 }, true);
          model = byId
            ? model.filter((one) => one.ms >= ms - length)
            : model.slice(Math.max(0, model.length - length));
        } else {
          const [from, to] = [idOf(each.from), idOf(each.to)];
          const texts = model
            .filter((one) => one.ms >= each.from && one.ms <= each.to)
            .map((one) => one.text);
          expect(read(stream, from, to)).toEqual(texts);
          expect(read(stream, from, to, true)).toEqual(texts.toReversed());
          for (const limit of [1, 5, Number.POSITIVE_INFINITY]) {
            expect(stream.countRange(from, to, limit)).toBe(Math.min(limit, texts.length));
          }
        }
        expect(stream.length).toBe(model.length);
        expect(msOf(stream.firstId)).toBe(model[0]?.ms ?? 0);
      }
      expect(read(stream)).toEqual(model.map((one) => one.text));
      expect(stream.readLastEntry(new StreamId())).toBe(model.length > 0);
      stream.removeKey();
      expect(fixture.leftBytes()).toBe(0);
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  );
});

// Groups with consumers and pending entries; what is asked of them tells all that they hold.
function fillGroups(stream: StreamView, count: number): void {
  const { groups } = stream;
  for (const name of ["left", "right", "a-name-that-is-rather-long"]) {
    const args = argsOf(name);
    groups.add(args.bytes, args.start(0), args.end(0), idOf(5), 0, 3);
    for (let c = 0; c < 9; c++) {
      const consumer = argsOf(`consumer ${c}`);
      groups.addConsumer(consumer.bytes, consumer.start(0), consumer.end(0), 1000 + c);
    }
    for (let i = 0; i < count; i++) {
      const consumer = argsOf(`consumer ${(i * 7) % 9}`);
      groups.findConsumer(consumer.bytes, consumer.start(0), consumer.end(0));
      groups.deliver(idOf(i + 1), 2000 + i);
    }
  }
}

function describeGroups({ groups }: StreamView): string[] {
  const told: string[] = [];
  const id = new StreamId();
  for (let i = 0; i < groups.count; i++) {
    groups.seek(i);
    told.push(
      `group ${msOf(groups.lastId)} ${groups.readLow} ${groups.consumerCount} ${groups.pending.size}`,
    );
    for (let more = groups.pending.seekFirst(); more; more = groups.pending.next()) {
      groups.pending.readId(id);
      groups.seekSlot(groups.pending.slot);
      const name = String.fromCharCode(
        ...groups.consumerBytes.subarray(groups.consumerStart, groups.consumerEnd),
      );
      told.push(`${msOf(id)} ${name} ${groups.pending.deliveredMs} ${groups.pending.deliveriesLow}`);
    }
    for (let c = 0; c < groups.consumerCount; c++) {
      groups.seekConsumer(c);
      told.push(`consumer ${groups.seenMs} ${groups.own.size}`);
    }
  }
  return told;
}

test("a copy holds the same, in this shard and another, and each goes its own way", () => {
  for (const shards of [1, 4]) {
    const fixture = new KeyspaceFixture({ limits, shards });
    const { keyspace } = fixture;
    const stream = open(fixture, "source");
    stream.create();
    for (let i = 1; i < 300; i++) append(stream, i, ["field", `${i}`, "a", "b"]);
    fillGroups(stream, 250);
    const before = [...read(stream), ...describeGroups(stream)];
    for (const name of ["t1", "t2", "t3", "t4", "t5"]) {
      const target = argsOf(name);
      keyspace.peekKey(target.bytes, target.start(0), target.end(0), keyspace.second);
      const options = { isTaken: false, isMove: false };
      const source = keyspace.peekKey(argsOf("source").bytes, 1, 7);
      if (source === undefined) throw new Error("no source");
      transfer(source, keyspace.second, options, target.bytes, target.start(0), target.end(0));
      const copy = open(fixture, name);
      expect([...read(copy), ...describeGroups(copy)]).toEqual(before);
      append(copy, 1000, ["x", "y"]);
      copy.groups.seek(1);
      copy.removeGroup();
      const again = open(fixture, "source");
      expect([...read(again), ...describeGroups(again)]).toEqual(before);
    }
    for (const name of ["source", "t1", "t2", "t3", "t4", "t5"]) open(fixture, name).removeKey();
    expect(fixture.leftBytes()).toBe(0);
  }
});

test("an evacuation moves every part of a stream, and it holds the same", () => {
  const fixture = new KeyspaceFixture({ limits });
  const [databases] = fixture.databases;
  if (databases === undefined) throw new Error("no databases");
  const { arena, collections } = databases;
  const stream = open(fixture, "key");
  stream.create();
  for (let i = 1; i < 4000; i++) append(stream, i, ["field", `${i}`]);
  fillGroups(stream, 2000);
  const before = [...read(stream), ...describeGroups(stream)];
  const { ref } = stream.entry;
  const moved = new Set([stream.node.block]);
  for (let round = 0; round < 3; round++) {
    arena.beginEvacuation(true);
    collections.relocate(ref);
    while (collections.moveSome());
    arena.endEvacuation();
    const now = open(fixture, "key");
    expect([...read(now), ...describeGroups(now)]).toEqual(before);
    moved.add(now.node.block);
  }
  expect(moved.size).toBeGreaterThan(1);
  // What is changed afterwards goes to the right places too.
  const { groups } = open(fixture, "key");
  groups.seek(2);
  while (groups.consumerCount > 0) {
    groups.seekConsumer(0);
    groups.removeConsumer();
  }
  expect(groups.pending.size).toBe(0);
  open(fixture, "key").removeKey();
  // The entry stayed where it was: all else went.
  expect(fixture.leftBytes()).toBe(0);
});

test("a stream with much in its groups is freed in slices", () => {
  const fixture = new KeyspaceFixture({ limits });
  const [databases] = fixture.databases;
  const stream = open(fixture, "key");
  stream.create();
  append(stream, 1, ["a", "b"]);
  fillGroups(stream, 5000);
  fixture.keyspace.remove(argsOf("key"), 0);
  expect(databases?.pendingFrees).toBe(1);
  let slices = 0;
  while ((databases?.pendingFrees ?? 0) > 0) {
    databases?.freeSome(100);
    slices++;
  }
  expect(slices).toBeGreaterThan(10);
  expect(fixture.leftBytes()).toBe(0);
});

test("slots of consumers that went are used again", () => {
  const fixture = new KeyspaceFixture({ limits });
  const stream = open(fixture, "key");
  stream.create();
  const { groups } = stream;
  const group = argsOf("group");
  groups.add(group.bytes, group.start(0), group.end(0), first, -1, -1);
  const before = fixture.usedBytes;
  for (let i = 0; i < 500; i++) {
    const name = argsOf(`consumer ${i % 3}`);
    groups.addConsumer(name.bytes, name.start(0), name.end(0), i);
    groups.deliver(idOf(i + 1), i);
    expect(groups.pending.size).toBe(1);
    groups.removeConsumer();
    expect(groups.pending.size).toBe(0);
  }
  expect(fixture.usedBytes - before).toBeLessThan(100);
});
