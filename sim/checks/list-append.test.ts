import fc from "fast-check";
import { expect, test } from "vitest";
import { appendAnomaly, type ListStep, type ListTransaction } from "./append-cycles.ts";
import { bulk, History, list, play } from "./histories.ts";
import { listAppend } from "./list-append.ts";

const append = (key: string, ...values: readonly string[]): ListStep => ({ is: "append", key, values });
const read = (key: string, ...values: readonly string[]): ListStep => ({ is: "read", key, values });
let clock = 0;
/** Transactions that all overlap, unless `at` says otherwise. */
const done = (...steps: readonly ListStep[]): ListTransaction => ({
  from: 0,
  to: 1000,
  steps,
  outcome: "done",
  shown: `T${clock++}`,
});
const at = (from: number, to: number, transaction: ListTransaction): ListTransaction => ({
  ...transaction,
  from,
  to,
});
const kind = (...all: readonly ListTransaction[]): string | undefined => appendAnomaly(all)?.kind;

test("transactions that ran one after the other pass", () => {
  expect(
    kind(
      done(append("x", "1"), append("y", "1")),
      done(read("x", "1"), read("y", "1")),
      done(append("x", "2")),
    ),
  ).toBe(undefined);
});

test.each([
  ["a read of nobody's value", "a value nobody appended", [done(read("x", "9"))]],
  ["a value that is there twice", "a value there twice", [done(append("x", "1")), done(read("x", "1", "1"))]],
  [
    "a refused append that is seen",
    "a value whose append was refused",
    [{ ...done(append("x", "1")), outcome: "refused" as const }, done(read("x", "1"))],
  ],
  [
    "two readers who saw two orders",
    "two orders of one list",
    [done(append("x", "1")), done(append("x", "2")), done(read("x", "1", "2")), done(read("x", "2", "1"))],
  ],
  [
    "a transaction that does not see its own append",
    "a transaction that does not see itself",
    [done(append("x", "1"), read("x"))],
  ],
  [
    "a read in between two reads of one transaction",
    "a transaction that does not see itself",
    [done(append("x", "1")), done(read("x"), read("x", "1"))],
  ],
  [
    "half of a transaction that is seen",
    "a cycle of transactions",
    [done(append("x", "1"), append("y", "1")), done(read("x", "1"), read("y"))],
  ],
  [
    "a write skew: each read what the other did not yet write",
    "a cycle of transactions",
    [
      done(read("x"), append("y", "1")),
      done(read("y"), append("x", "1")),
      done(read("x", "1"), read("y", "1")),
    ],
  ],
  [
    "two readers who saw two writes in opposite order",
    "a cycle of transactions",
    [
      done(append("x", "1")),
      done(append("y", "1")),
      done(read("x", "1"), read("y")),
      done(read("x"), read("y", "1")),
    ],
  ],
] as const)("%s is found", (_, expected, all) => {
  expect(kind(...all)).toBe(expected);
});

test("a stale read is found by real time alone", () => {
  const write = at(0, 1, done(append("x", "1")));
  expect(kind(write, at(2, 3, done(read("x"))))).toBe("a cycle of transactions");
  expect(kind(write, at(1, 3, done(read("x"))))).toBe(undefined);
});

test("an append of unknown outcome may be seen late, or never", () => {
  const unknown = { ...at(0, Number.POSITIVE_INFINITY, done(append("x", "1"))), outcome: "unknown" as const };
  expect(kind(unknown, at(5, 6, done(read("x"))), at(7, 8, done(read("x", "1"))))).toBe(undefined);
  expect(kind(unknown, at(5, 6, done(read("x", "1"))), at(7, 8, done(read("x"))))).toBe(
    "a cycle of transactions",
  );
});

test("what ran in some order passes, whatever the clients' times", () => {
  const step = fc.record({ isRead: fc.boolean(), key: fc.constantFrom("x", "y") });
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
      fc.nat({ max: 30 }),
      (all, width) => {
        const lists = new Map<string, string[]>();
        const transactions = all.map((steps, i): ListTransaction => {
          const made = steps.map(({ isRead, key }, j): ListStep => {
            const held = lists.get(key) ?? [];
            if (isRead) return read(key, ...held);
            lists.set(key, [...held, `${i}.${j}`]);
            return append(key, `${i}.${j}`);
          });
          return at(i * 10 - width, i * 10 + width, done(...made));
        });
        expect(appendAnomaly(transactions)).toBeUndefined();
        // And a read that misses the last value of a list is found, if later ones depend on it.
        const last = [...lists].find(([, values]) => values.length > 0);
        if (last === undefined) return;
        const [key, values] = last;
        const whole = at(10_000, 10_001, done(read(key, ...values)));
        const stale = at(20_000, 20_001, done(read(key, ...values.slice(0, -1))));
        expect(appendAnomaly([...transactions, whole, stale])?.kind).toBe("a cycle of transactions");
      },
    ),
  );
});

const kinds = (history: History) =>
  history
    .finish()
    .violations(listAppend)
    .map((each) => each.kind);
const items = (...values: readonly string[]): string => list(...values.map(bulk));

test("clients' calls become transactions, single ones and those between MULTI and EXEC", () => {
  const history = new History();
  history.call(1, "RPUSH x a", ":1");
  history.call(2, "MULTI", "+OK");
  history.call(2, "RPUSH x b", "+QUEUED");
  history.call(2, "LRANGE x 0 -1", "+QUEUED");
  history.call(2, "EXEC", list(":2\r\n", items("a", "b")));
  history.call(1, "LRANGE x 0 -1", items("a", "b"));
  const { violations, counts } = play(listAppend, history.finish().happenings);
  expect([violations, counts]).toEqual([[], { "transactions?": 3 }]);
});

test("a transaction that another client was let into is found", () => {
  const history = new History();
  history.call(2, "MULTI", "+OK");
  history.call(2, "RPUSH x a", "+QUEUED");
  history.call(2, "RPUSH y a", "+QUEUED");
  const exec = history.invoke(2, "EXEC");
  history.call(1, "LRANGE x 0 -1", items("a"));
  history.call(1, "LRANGE y 0 -1", items());
  history.execute(exec, list(":1\r\n", ":1\r\n")).reply(exec);
  expect(kinds(history)).toEqual(["a cycle of transactions"]);
});

test("a stale read is found, one of another database or of a deleted list is none", () => {
  const history = new History();
  history.call(1, "RPUSH x a", ":1");
  history.call(2, "SELECT 1", "+OK");
  history.call(2, "LRANGE x 0 -1", items());
  history.call(1, "RPUSH gone a", ":1");
  history.call(1, "DEL gone", ":1");
  history.call(1, "LRANGE gone 0 -1", items());
  expect(kinds(history)).toEqual([]);
  history.call(1, "LRANGE x 0 -1", items());
  expect(kinds(history)).toEqual(["a cycle of transactions"]);
});

test("the appends of a transaction that was refused must not be seen", () => {
  const history = new History();
  history.call(1, "MULTI", "+OK");
  history.call(1, "RPUSH x a", "+QUEUED");
  history.call(1, "EXEC", "*-1");
  history.call(2, "LRANGE x 0 -1", items("a"));
  expect(kinds(history)).toEqual(["a value whose append was refused"]);
});
