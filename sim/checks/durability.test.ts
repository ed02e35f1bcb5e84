import { expect, test } from "vitest";
import { durability } from "./durability.ts";
import { History } from "./histories.ts";

type Keys = Readonly<Record<string, string>>;

/** A node with this policy that ends in this way after `before`, and holds `recovered` when it is back. */
function restarted(
  config: Keys,
  how: "kill" | "power-loss" | "stop",
  run: { readonly before: (history: History) => void; readonly recovered: Keys },
): readonly string[] {
  const held = new Map(
    Object.entries(run.recovered).map(([key, value]) => [
      key,
      { value: `string ${value}`, expireAtMs: undefined },
    ]),
  );
  const history = new History({ config, recovered: (db) => (db === 0 ? held : new Map()) });
  run.before(history);
  history.end(how).start().openSession(9).turn();
  return history
    .finish()
    .violations(durability)
    .map(({ kind }) => kind);
}

const lost = ["an acknowledged write lost"];
const nowhere = ["the state of no moment"];

/** Three writes, the first two long ago, the last just now. */
const before = (history: History): void => {
  history.call(1, "SET a 1", "+OK");
  history.call(1, "SET b 2", "+OK");
  history.wait(3_000_000);
  history.call(1, "SET a 3", "+OK");
};
const steps: readonly Keys[] = [{}, { a: "1" }, { a: "1", b: "2" }, { a: "3", b: "2" }];

test("a node that keeps nothing comes back empty, and with nothing else", () => {
  for (const how of ["kill", "power-loss", "stop"] as const) {
    expect(restarted({}, how, { before, recovered: {} })).toEqual([]);
    expect(restarted({}, how, { before, recovered: { a: "3" } })).toEqual(["keys from nowhere"]);
  }
});

test.each([
  ["always", "kill", [lost, lost, lost, []]],
  ["always", "power-loss", [lost, lost, lost, []]],
  ["everysec", "kill", [lost, lost, lost, []]],
  ["everysec", "power-loss", [lost, lost, [], []]],
  ["no", "kill", [lost, lost, lost, []]],
  ["no", "power-loss", [[], [], [], []]],
  ["no", "stop", [lost, lost, lost, []]],
] as const)("fsync %s vouches for what it should after a %s", (policy, how, verdicts) => {
  const config = { appendonly: "yes", appendfsync: policy };
  expect(steps.map((recovered) => restarted(config, how, { before, recovered }))).toEqual(verdicts);
});

test("a state that never was is found under every policy", () => {
  const recovered = { a: "3" }; // The last write without the second.
  for (const appendfsync of ["always", "everysec", "no"]) {
    expect(restarted({ appendonly: "yes", appendfsync }, "power-loss", { before, recovered })).toEqual(
      nowhere,
    );
  }
});

test("a write that nobody was told of may be there or not", () => {
  const unacked = (history: History): void => {
    history.call(1, "SET a 1", "+OK");
    history.execute(history.invoke(1, "SET a 2"), "+OK");
  };
  const config = { appendonly: "yes", appendfsync: "always" };
  const after = (recovered: Keys) => restarted(config, "kill", { before: unacked, recovered });
  expect([after({ a: "1" }), after({ a: "2" }), after({}), after({ a: "7" })]).toEqual([
    [],
    [],
    lost,
    nowhere,
  ]);
});

test("a transaction is there as a whole or not at all", () => {
  const transaction = (history: History): void => {
    history.call(1, "MULTI", "+OK");
    const exec = history.invoke(1, "EXEC");
    history.execute({ ...exec, words: ["SET", "a", "1"] }, "+OK", { transaction: "inner" });
    history.execute({ ...exec, words: ["SET", "b", "2"] }, "+OK", { transaction: "inner" });
    history.execute({ ...exec, words: ["EXEC"] }, "*2\r\n+OK\r\n+OK\r\n");
    history.call(2, "SET c 3", "+OK");
  };
  const config = { appendonly: "yes", appendfsync: "no" };
  const after = (recovered: Keys) => restarted(config, "power-loss", { before: transaction, recovered });
  expect(after({ a: "1" })).toEqual(nowhere);
  expect([after({}), after({ a: "1", b: "2", c: "3" })]).toEqual([[], []]);
});

test("a database that was selected counts, and a second restart begins with what the first recovered", () => {
  const config = { appendonly: "yes", appendfsync: "always" };
  const other = (history: History): void => {
    history.call(1, "SELECT 1", "+OK");
    history.call(1, "SET a 1", "+OK");
  };
  expect(restarted(config, "kill", { before: other, recovered: { a: "1" } })).toEqual(nowhere);
  const held = new Map([["a", { value: "string 1", expireAtMs: undefined }]]);
  const history = new History({ config, recovered: (db) => (db === 0 ? held : new Map()) });
  history.call(1, "SET a 1", "+OK");
  history.end("kill").start().turn().end("kill").start().turn();
  expect(history.violations(durability)).toEqual([]);
});
