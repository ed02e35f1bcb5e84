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

test("what WAITAOF has said to be synced is never lost, and what it has not, or another has written, may be", () => {
  const after = (appendfsync: string, reply: string, recovered: Keys): readonly string[] =>
    restarted({ appendonly: "yes", appendfsync }, "power-loss", {
      before(history) {
        history.call(1, "SET a 1", "+OK");
        history.call(2, "SET b 2", "+OK");
        history.call(1, "WAITAOF 1 0 100", reply);
      },
      recovered,
    });
  for (const policy of ["everysec", "no"]) {
    expect(after(policy, "*2\r\n:1\r\n:0", {})).toEqual(lost);
    expect(after(policy, "*2\r\n:1\r\n:0", { a: "1" })).toEqual([]);
    expect(after(policy, "*2\r\n:0\r\n:0", {})).toEqual([]);
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
  history.end("kill").start().recover().end("kill").start().recover();
  expect(history.violations(durability)).toEqual([]);
});

/** A history whose node holds these keys in database 0 after each start. */
function historyOf(config: Keys, ...recovered: readonly Keys[]): History {
  return new History({
    config,
    recovered: (db, generation) =>
      new Map(
        db === 0
          ? Object.entries(recovered[generation - 1] ?? {}).map(([key, value]) => [
              key,
              { value: `string ${value}`, expireAtMs: undefined },
            ])
          : [],
      ),
  });
}

const kindsOf = (history: History): readonly string[] =>
  history
    .finish()
    .violations(durability)
    .map(({ kind }) => kind);
const everysec = { appendonly: "yes", appendfsync: "everysec" };

test("what a start recovered may be lost with the power soon after, and not when it had time to be synced", () => {
  const after = (ms: number): readonly string[] => {
    const history = historyOf(everysec, { a: "1" }, {});
    history.call(1, "SET a 1", "+OK");
    history.end("kill").start().recover();
    history.wait(ms * 1000);
    return kindsOf(history.end("power-loss").start().recover());
  };
  expect([after(1000), after(10_000)]).toEqual([[], lost]);
});

test("with always, nothing that was let out after a start is lost, whenever the power goes", () => {
  const history = historyOf({ appendonly: "yes", appendfsync: "always" }, { a: "1" }, {});
  // Nobody was told of it before the kill, but it was there to be read after it.
  history.execute(history.invoke(1, "SET a 1"), "+OK");
  history.end("kill").start().recover();
  expect(kindsOf(history.end("power-loss").start().recover())).toEqual(nowhere);
});

test("a start that ends while it loads is a part of the end before it", () => {
  const ended = (how: "kill" | "power-loss"): readonly string[] => {
    const history = historyOf({ appendonly: "yes", appendfsync: "no" }, {}, {});
    history.call(1, "SET a 1", "+OK");
    return kindsOf(history.end("kill").start().end(how).start().recover());
  };
  expect([ended("power-loss"), ended("kill")]).toEqual([[], lost]);
});

test("without a log a node comes back as of a snapshot: of the last that was told to be there, or a later moment", () => {
  const after = (recovered: Keys): readonly string[] => {
    const history = historyOf({}, recovered);
    history.call(1, "SET a 1", "+OK");
    history.call(1, "SAVE", "+OK");
    history.call(1, "SET a 2", "+OK");
    history.call(1, "SET a 3", "+OK");
    return kindsOf(history.end("power-loss").start().recover());
  };
  expect([after({}), after({ a: "1" }), after({ a: "2" }), after({ a: "4" })]).toEqual([
    lost,
    [],
    [],
    nowhere,
  ]);
});

test("what was answered before a sync failed may be gone if nothing was answered after it, and else may not", () => {
  const after = (isAnswered: boolean): readonly string[] => {
    const history = historyOf(everysec, {});
    history.call(1, "SET a 1", "+OK");
    const { nowUs, wallMs } = history;
    const event = { atUs: nowUs, name: "disk.sync-fails-once", node: 1, text: "" } as const;
    history.happenings.push({ on: "faultFired", event, nowUs, wallMs });
    history.wait(20_000_000);
    if (isAnswered) history.call(1, "SET b 1", "+OK");
    return kindsOf(history.end("power-loss").start().recover());
  };
  expect([after(false), after(true)]).toEqual([[], lost]);
});

test("of a disk that was replaced, or settings that were changed, nothing is asked", () => {
  const wiped = historyOf(everysec, {});
  wiped.call(1, "SET a 1", "+OK");
  const { nowUs, wallMs } = wiped;
  wiped.happenings.push({
    on: "faultFired",
    event: { atUs: nowUs, name: "proc.wipe", node: 1, text: "" },
    nowUs,
    wallMs,
  });
  expect(kindsOf(wiped.end("power-loss").start().recover())).toEqual([]);
  const changed = historyOf(everysec, {});
  changed.call(1, "CONFIG SET appendonly no", "+OK");
  changed.call(1, "SET a 1", "+OK");
  expect(kindsOf(changed.end("kill").start().recover())).toEqual([]);
});

test("libraries of functions are kept as keys are, in logs and in snapshots", () => {
  const code = (version: number): string =>
    `#!lua name=kept\nredis.register_function('kept', function() return ${version} end)\n`;
  const after = (config: Keys, found: string | undefined): readonly string[] => {
    const recovered = new Map(found === undefined ? [] : [["kept", found]]);
    let starts = 0; // Asked for once after each.
    const libraries = () => (starts++ === 0 ? new Map() : recovered);
    const history = new History({ config, node: { libraries } });
    history.call(1, ["FUNCTION", "LOAD", code(1)], "$4\r\nkept");
    history.call(1, "SAVE", "+OK");
    history.call(1, ["FUNCTION", "LOAD", "REPLACE", code(2)], "$4\r\nkept");
    history.end("kill").start().openSession(9).turn();
    return history
      .finish()
      .violations(durability)
      .map(({ kind }) => kind);
  };
  const founds = [undefined, code(1), code(2), code(3)];
  expect(founds.map((found) => after({ appendonly: "yes" }, found))).toEqual([lost, lost, [], nowhere]);
  expect(founds.map((found) => after({ save: "3600 1" }, found))).toEqual([lost, [], [], nowhere]);
});

test("an orderly end with save points keeps what was answered, not what ran and was not", () => {
  const ended = (isAnswered: boolean): readonly string[] => {
    const history = historyOf({ save: "3600 1" }, {});
    const request = history.invoke(1, "SET a 1");
    history.execute(request, "+OK");
    if (isAnswered) history.reply(request);
    return kindsOf(history.end("stop").start().recover());
  };
  expect([ended(true), ended(false)]).toEqual([lost, []]);
});
