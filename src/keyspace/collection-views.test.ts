import fc from "fast-check";
import { expect, test } from "vitest";
import { ENCODING_LARGE } from "../store/entry.ts";
import { argsOf, KeyspaceFixture, textOf } from "../testing/keyspace-fixture.ts";
import { defaultLimits } from "./limits.ts";
import { PUT_ADDED, PUT_SAME, PUT_UPDATED } from "./sorted-set-view.ts";
import { transfer } from "./transfer.ts";

const limits = {
  ...defaultLimits,
  hashMaxListpackEntries: 40,
  hashMaxListpackValue: 20,
  listMaxListpackSize: -2,
  setMaxIntsetEntries: 40,
  zsetMaxListpackEntries: 40,
  zsetMaxListpackValue: 20,
};
const integerText = fc.oneof(
  fc.integer({ min: -200, max: 200 }).map(String),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
);
const shortText = fc.oneof(
  fc.nat({ max: 60 }).map((n) => `m${n}`),
  fc.nat({ max: 60 }).map(String),
  fc.string({ maxLength: 5 }),
);
const anyText = fc.oneof(
  { weight: 12, arbitrary: shortText },
  { weight: 4, arbitrary: integerText },
  { weight: 1, arbitrary: fc.constantFrom(21, 130, 700, 20_000).map((n) => "x".repeat(n)) },
);
const run = fc.record({
  kind: fc.constantFrom("add", "add", "remove", "fill", "drain", "copy", "move", "expire", "reread"),
  texts: fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 10 }),
  count: fc.nat({ max: 120 }),
});
type Run = {
  readonly kind: string;
  readonly texts: readonly (readonly [string, string])[];
  readonly count: number;
};

// The collection at "key" goes to another key and back; `copy` leaves a copy that is then removed.
function carry(fixture: KeyspaceFixture, kind: string): void {
  const { keyspace } = fixture;
  const there = argsOf("other{9}");
  const home = argsOf("key");
  const isMove = kind === "move";
  for (const [from, to] of [
    [home, there],
    [there, home],
  ] as const) {
    const source = keyspace.peek(from, 0);
    if (source === undefined) return;
    const isTaken = keyspace.peek(to, 0, keyspace.second) !== undefined;
    transfer(source, keyspace.second, { isTaken, isMove }, to.bytes, to.start(0), to.end(0));
  }
  if (!isMove) keyspace.remove(there, 0);
}

function disturb(fixture: KeyspaceFixture, kind: string): void {
  if (kind === "copy" || kind === "move") carry(fixture, kind);
  if (kind !== "expire") return;
  const entry = fixture.keyspace.peek(argsOf("key"), 0);
  if (entry !== undefined) fixture.keyspace.setExpiry(entry, entry.hasExpiry ? 0 : 4e12);
}

function play(
  runs: readonly Run[],
  shards: number,
  step: (fixture: KeyspaceFixture, each: Run) => void,
): void {
  const fixture = new KeyspaceFixture({ shards, limits });
  for (const each of runs) {
    disturb(fixture, each.kind);
    step(fixture, each);
  }
  fixture.keyspace.remove(argsOf("key"), 0);
  expect(fixture.leftBytes()).toBe(0);
}

const runs = fc.array(run, { maxLength: 14 });
const shards = fc.constantFrom(1, 4);

test("a hash holds what a Map holds, in order while packed, and leaves nothing behind", () => {
  fc.assert(
    fc.property(runs, shards, (list, shardCount) => {
      const model = new Map<string, string>();
      let wasLarge = false;
      play(list, shardCount, ({ keyspace, rng }, { kind, texts, count }) => {
        const set = (field: string, value: string): void => {
          const args = argsOf("key", field, value);
          const isNew = keyspace.hashForUpdate(args, 0)?.set(args, 1, 2);
          expect(isNew).toBe(!model.has(field));
          model.set(field, value);
        };
        const remove = (field: string): void => {
          const args = argsOf("key", field);
          expect(keyspace.hashForUpdate(args, 0)?.delete(args, 1)).toBe(model.delete(field));
        };
        if (kind === "add") for (const [field, value] of texts) set(field, value);
        else if (kind === "remove") for (const [field] of texts) remove(field);
        else if (kind === "fill") for (let i = 0; i < count; i++) set(`m${i}`, `${i * i}`);
        else if (kind === "drain") for (const field of [...model.keys()].slice(0, count)) remove(field);
        if (model.size === 0) wasLarge = false;
        if (model.size > 40 || [...model].some(([f, v]) => f.length > 20 || v.length > 20)) wasLarge = true;

        const hash = keyspace.readHash(argsOf("key"), 0);
        if (hash === undefined) throw new Error("wrong type");
        expect([hash.length, hash.exists]).toEqual([model.size, model.size > 0]);
        if (hash.exists && kind !== "drain" && kind !== "remove") {
          if (wasLarge) expect(hash.entry.encoding).toBe(ENCODING_LARGE);
        }
        const found: [string, string][] = [];
        hash.rewind();
        while (hash.next()) found.push([textOf(hash.field), textOf(hash.value)]);
        const expected = [...model];
        if (hash.isPacked) expect(found).toEqual(expected);
        else expect(found.toSorted()).toEqual(expected.toSorted());
        const scanned: string[] = [];
        for (let cursor = 0, calls = 0; calls === 0 || cursor !== 0; calls++) {
          cursor = hash.scan(cursor, 5, () => scanned.push(textOf(hash.field)));
        }
        expect(scanned.toSorted()).toEqual(expected.map(([field]) => field).toSorted());
        for (const [field] of texts) {
          const args = argsOf("key", field);
          expect(hash.get(args, 1) ? textOf(hash.value) : undefined).toBe(model.get(field));
        }
        if (model.size > 0) {
          hash.random(rng);
          expect(model.get(textOf(hash.field))).toBe(textOf(hash.value));
        }
      });
    }),
    { numRuns: 50, interruptAfterTimeLimit: 20_000 },
  );
});

test("a list holds what an array holds, and leaves nothing behind", () => {
  fc.assert(
    fc.property(runs, shards, (list, shardCount) => {
      let model: string[] = [];
      play(list, shardCount, ({ keyspace }, { kind, texts, count }) => {
        const open = (args: ReturnType<typeof argsOf>) => {
          const view = keyspace.listForUpdate(args, 0);
          if (view === undefined) throw new Error("wrong type");
          return view;
        };
        if (kind === "add") {
          for (const [i, [a, b]] of texts.entries()) {
            const args = argsOf("key", a, b);
            const view = open(args);
            if (i % 4 === 0) {
              view.pushHead(args, 1);
              model.unshift(a);
            } else if (i % 4 === 1 || model.length === 0) {
              view.pushTail(args, 1);
              model.push(a);
            } else if (i % 4 === 2) {
              const at = (count * 7) % model.length;
              expect(view.seek(at)).toBe(true);
              const isAfter = count % 2 === 0;
              view.insert(args, 1, isAfter);
              model.splice(isAfter ? at + 1 : at, 0, a);
            } else {
              const at = (count * 11) % model.length;
              view.seek(at);
              view.setPattern(argsOf("key", model[at] as string), 1);
              expect(view.matches()).toBe(true);
              view.replace(args, 2);
              model[at] = b;
            }
          }
        } else if (kind === "remove" && model.length > 0) {
          const at = count % model.length;
          const view = open(argsOf("key"));
          view.seek(at);
          view.remove();
          model.splice(at, 1);
        } else if (kind === "fill") {
          for (let i = 0; i < count; i++) {
            const args = argsOf("key", `element ${i}`);
            if (i % 3 === 0) open(args).pushHead(args, 1);
            else open(args).pushTail(args, 1);
            if (i % 3 === 0) model.unshift(`element ${i}`);
            else model.push(`element ${i}`);
          }
        } else if (kind === "drain") {
          const at = Math.floor(model.length / 3);
          open(argsOf("key")).removeRange(at, count);
          model = [...model.slice(0, at), ...model.slice(at + count)];
        }
        const view = keyspace.readList(argsOf("key"), 0);
        if (view === undefined) throw new Error("wrong type");
        expect([view.length, view.exists]).toEqual([model.length, model.length > 0]);
        const found: string[] = [];
        for (let more = view.first(); more; more = view.next()) found.push(textOf(view.element));
        expect(found).toEqual(model);
        const backwards: string[] = [];
        for (let more = view.last(); more; more = view.previous()) backwards.push(textOf(view.element));
        expect(backwards.reverse()).toEqual(model);
      });
    }),
    { numRuns: 50, interruptAfterTimeLimit: 20_000 },
  );
});

test("a set holds what a Set holds, integers in ascending order, and leaves nothing behind", () => {
  const member = fc.record({
    kind: fc.constantFrom("add", "add", "remove", "fill", "drain", "copy", "move", "expire", "text"),
    texts: fc.array(fc.tuple(integerText, anyText), { minLength: 1, maxLength: 10 }),
    count: fc.nat({ max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 14 }), shards, (list, shardCount) => {
      const model = new Set<string>();
      play(list, shardCount, ({ keyspace, rng }, { kind, texts, count }) => {
        const add = (text: string): void => {
          const args = argsOf("key", text);
          expect(keyspace.setForUpdate(args, 0)?.add(args, 1)).toBe(!model.has(text));
          model.add(text);
        };
        const remove = (text: string): void => {
          const args = argsOf("key", text);
          expect(keyspace.setForUpdate(args, 0)?.remove(args, 1)).toBe(model.delete(text));
        };
        if (kind === "add") for (const [text] of texts) add(text);
        else if (kind === "text") for (const [, text] of texts) add(text);
        else if (kind === "remove") for (const [one, two] of texts) [one, two].map(remove);
        else if (kind === "fill") for (let i = 0; i < count; i++) add(`${i * 37}`);
        else if (kind === "drain") for (const text of [...model].slice(0, count)) remove(text);
        const set = keyspace.readSet(argsOf("key"), 0);
        if (set === undefined) throw new Error("wrong type");
        expect([set.length, set.exists]).toEqual([model.size, model.size > 0]);
        const found: string[] = [];
        set.rewind();
        while (set.next()) found.push(textOf(set.member));
        if (set.isIntegers) {
          const sorted = [...model].map(BigInt).toSorted((a, b) => (a < b ? -1 : 1));
          expect(found).toEqual(sorted.map(String));
        } else expect(found.toSorted()).toEqual([...model].toSorted());
        const scanned: string[] = [];
        for (let cursor = 0, calls = 0; calls === 0 || cursor !== 0; calls++) {
          cursor = set.scan(cursor, 5, () => scanned.push(textOf(set.member)));
        }
        expect(scanned.toSorted()).toEqual([...model].toSorted());
        for (const pair of texts) {
          for (const text of pair) expect(set.has(argsOf("key", text), 1)).toBe(model.has(text));
        }
        if (model.size > 0) {
          set.random(rng);
          expect(model.has(textOf(set.member))).toBe(true);
        }
      });
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  );
});

test("a sorted set orders by score and bytes, ranks and bounds agree, and nothing is left behind", () => {
  const score = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true }),
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 60, 0.1),
  );
  const step = fc.record({
    kind: fc.constantFrom("add", "add", "remove", "fill", "drain", "copy", "move", "expire"),
    texts: fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 8 }),
    scores: fc.array(score, { minLength: 1, maxLength: 8 }),
    count: fc.nat({ max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), shards, (list, shardCount) => {
      const model = new Map<string, number>();
      const order = (): [string, number][] =>
        [...model].toSorted(([a, x], [b, y]) =>
          x !== y ? (x < y ? -1 : 1) : Buffer.compare(Buffer.from(a, "latin1"), Buffer.from(b, "latin1")),
        );
      let at = 0;
      play(list, shardCount, ({ keyspace, rng }, { kind, texts, count }) => {
        const scores = list[at++ % list.length]?.scores ?? [0];
        const put = (text: string, its: number): void => {
          const args = argsOf("key", text);
          const old = model.get(text);
          const expected = old === undefined ? PUT_ADDED : old === its ? PUT_SAME : PUT_UPDATED;
          expect(keyspace.sortedSetForUpdate(args, 0)?.put(args, 1, its)).toBe(expected);
          model.set(text, its === 0 ? 0 : its);
        };
        const remove = (text: string): void => {
          const args = argsOf("key", text);
          expect(keyspace.sortedSetForUpdate(args, 0)?.remove(args, 1)).toBe(model.delete(text));
        };
        if (kind === "add")
          for (const [i, [text]] of texts.entries()) put(text, scores[i % scores.length] as number);
        else if (kind === "remove") for (const [text] of texts) remove(text);
        else if (kind === "fill") for (let i = 0; i < count; i++) put(`m${i}`, (i * 31) % 17);
        else if (kind === "drain" && model.size > 0) {
          const from = count % model.size;
          for (const [text] of order().slice(from, from + 20)) model.delete(text);
          keyspace.sortedSetForUpdate(argsOf("key"), 0)?.removeRange(from, 20);
        }
        const set = keyspace.readSortedSet(argsOf("key"), 0);
        if (set === undefined) throw new Error("wrong type");
        const expected = order();
        expect([set.length, set.exists]).toEqual([model.size, model.size > 0]);
        const found: [string, number][] = [];
        for (let more = set.seek(0); more; more = set.next())
          found.push([textOf(set.member), set.score === 0 ? 0 : set.score]);
        expect(found).toEqual(expected);
        const backwards: string[] = [];
        for (let more = set.seek(model.size - 1); more; more = set.previous())
          backwards.push(textOf(set.member));
        expect(backwards.reverse()).toEqual(expected.map(([text]) => text));
        for (const bound of scores) {
          expect(set.countBelow(bound, false)).toBe(expected.filter(([, s]) => s < bound).length);
          expect(set.countBelow(bound, true)).toBe(expected.filter(([, s]) => s <= bound).length);
        }
        for (const [text] of texts) {
          const args = argsOf("key", text);
          expect(set.rank(args, 1)).toBe(expected.findIndex(([each]) => each === text));
          expect(set.find(args, 1)).toBe(model.has(text));
          if (model.has(text)) expect(set.score === 0 ? 0 : set.score).toBe(model.get(text));
        }
        const scanned: string[] = [];
        for (let cursor = 0, calls = 0; calls === 0 || cursor !== 0; calls++) {
          cursor = set.scan(cursor, 5, () => scanned.push(textOf(set.member)));
        }
        expect(scanned.toSorted()).toEqual([...model.keys()].toSorted());
        if (model.size > 0) {
          set.random(rng);
          expect(model.has(textOf(set.member))).toBe(true);
        }
      });
    }),
    { numRuns: 50, interruptAfterTimeLimit: 20_000 },
  );
});

test("members of equal score are found by bounds on their bytes", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(shortText, { maxLength: 90 }),
      fc.array(anyText, { maxLength: 6 }),
      (members, bounds) => {
        const fixture = new KeyspaceFixture({ limits });
        for (const member of members) {
          const args = argsOf("key", member);
          fixture.keyspace.sortedSetForUpdate(args, 0)?.put(args, 1, 7);
        }
        const set = fixture.keyspace.readSortedSet(argsOf("key"), 0);
        for (const bound of [...bounds, ...members.slice(0, 5)]) {
          const { bytes } = argsOf(bound);
          const below = members.filter((each) => each < bound).length;
          expect(set?.countBelowMember(bytes, 1, 1 + bound.length, false)).toBe(below);
          expect(set?.countBelowMember(bytes, 1, 1 + bound.length, true)).toBe(
            below + (members.includes(bound) ? 1 : 0),
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("a key of another type is no collection of this one, and nothing happens to it", () => {
  const { keyspace } = new KeyspaceFixture();
  const args = argsOf("key", "member");
  keyspace.setForUpdate(args, 0)?.add(args, 1);
  expect(keyspace.readHash(args, 0)).toBeUndefined();
  expect(keyspace.listForUpdate(args, 0)).toBeUndefined();
  expect(keyspace.sortedSetForUpdate(args, 0)).toBeUndefined();
  expect(keyspace.readSet(args, 0)?.length).toBe(1);
});

test("the limits decide the encoding, and CONFIG SET's new ones at once", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  const fill = (key: string, count: number): number => {
    for (let i = 0; i < count; i++) {
      const args = argsOf(key, `${i}`, "v");
      keyspace.hashForUpdate(args, 0)?.set(args, 1, 2);
    }
    return keyspace.hash.entry.encoding;
  };
  expect([fill("a", 512), fill("b", 513)]).toEqual([0, 1]);
  for (const each of fixture.databases) each.limits = { ...defaultLimits, hashMaxListpackEntries: 3 };
  // A field that is set again counts as well, as in Redis.
  expect([fill("c", 3), fill("d", 4), fill("a", 1)]).toEqual([0, 1, 1]);
});

test("a large collection is freed in slices, a small one at once", () => {
  const fixture = new KeyspaceFixture({ limits });
  const { keyspace } = fixture;
  const [databases] = fixture.databases;
  for (const [key, count] of [
    ["small", 60],
    ["large", 5000],
  ] as const) {
    for (let i = 0; i < count; i++) {
      const args = argsOf(key, `member ${i}`);
      keyspace.sortedSetForUpdate(args, 0)?.put(args, 1, i);
    }
  }
  keyspace.remove(argsOf("small"), 0);
  expect(databases?.pendingFrees).toBe(0);
  keyspace.remove(argsOf("large"), 0);
  expect(databases?.pendingFrees).toBe(1);
  let slices = 0;
  let before = fixture.usedBytes;
  while ((databases?.pendingFrees ?? 0) > 0) {
    databases?.freeSome(100);
    expect(before - fixture.usedBytes).toBeLessThan(400 * 1100);
    before = fixture.usedBytes;
    slices++;
  }
  expect(slices).toBeGreaterThan(20);
  expect(fixture.leftBytes()).toBe(0);
});
