import { expect, test } from "vitest";
import { call, type Operation, writeOperation } from "./operation.ts";
import { Shrinker } from "./shrink.ts";

const noise = (count: number): Operation[] =>
  Array.from({ length: count }, (_, i) =>
    call(i % 3, "SET", `k${i}`, "some longer value that means nothing"),
  );

function shrunkBy(
  operations: readonly Operation[],
  differsAt: (list: readonly Operation[]) => number | undefined,
) {
  return new Shrinker(operations, async (list) => shownAt(list, differsAt(list))).run();
}

function shownAt(list: readonly Operation[], index: number | undefined) {
  return index === undefined ? undefined : { index, words: wordsOf(list[index]) };
}

const wordsOf = (each: Operation | undefined): readonly string[] => (each?.kind === "call" ? each.words : []);

test("a difference that needs two calls far apart is shrunk to these two, with plain arguments", async () => {
  const operations = [
    ...noise(150),
    call(1, "SET", "needle", "NX"),
    ...noise(150),
    call(2, "GET", "needle", "x"),
  ];
  const shrunk = await shrunkBy(operations, (list) => {
    const set = list.findIndex((each) => wordsOf(each)[2] === "NX");
    const get = list.findIndex((each, i) => i > set && wordsOf(each)[0] === "GET");
    return set < 0 || get < 0 ? undefined : get;
  });
  expect(shrunk.doesRepeat).toBe(true);
  expect(shrunk.operations.map((each) => writeOperation(each))).toEqual(['0> SET "" NX', "0> GET"]);
});

test("a difference that does not come again is told as such", async () => {
  const shrunk = await shrunkBy(noise(10), () => undefined);
  expect([shrunk.doesRepeat, shrunk.operations.length]).toEqual([false, 10]);
});

test("what follows the difference is cut off", async () => {
  const shrunk = await shrunkBy(noise(10), () => 3);
  expect(shrunk.operations).toHaveLength(1);
});

test("the number of replays is bounded", async () => {
  const shrinker = new Shrinker(
    noise(500),
    async (list) => shownAt(list, list.length > 400 ? list.length - 1 : undefined),
    {
      replaysMax: 30,
    },
  );
  const shrunk = await shrinker.run();
  expect(shrunk.doesRepeat).toBe(true);
  expect(shrunk.replays).toBeLessThanOrEqual(30);
});

test("steps of the clock that become neighbours become one", async () => {
  const steps: Operation[] = Array.from({ length: 30 }, () => ({ kind: "advance", ms: 70 }));
  const operations = [...steps.flatMap((step, i) => [step, call(0, "GET", `k${i}`)]), call(0, "TIME")];
  const shrunk = await shrunkBy(operations, (list) => {
    let ms = 0;
    for (const each of list) if (each.kind === "advance") ms += each.ms;
    return ms === 2100 && wordsOf(list.at(-1))[0] === "TIME" ? list.length - 1 : undefined;
  });
  expect(shrunk.operations.map((each) => writeOperation(each))).toEqual(["@advance 2100", "0> TIME"]);
});

test("of a walk in steps one walk at once is left, with none of what made it long", async () => {
  const steps: Operation[] = noise(60).flatMap((each, i) =>
    i % 20 === 0 ? [{ kind: "scan", client: 1, options: ["COUNT", "3", "TYPE", "string"] }, each] : [each],
  );
  const last: Operation = { kind: "scan", client: 1, options: ["COUNT", "3", "MATCH", "x"] };
  // The last step shows it when a step before began a walk that takes all, or when it takes all itself.
  const shrunk = await shrunkBy([...steps, last], (list) => {
    const scans = list.filter(({ kind }) => kind === "scan");
    const [first] = scans;
    const isWhole = first?.kind === "scan" && !first.options.includes("MATCH");
    const isLong = scans.length === 1 || list.length > 40;
    return isWhole && isLong && list.at(-1)?.kind === "scan" ? list.length - 1 : undefined;
  });
  expect(shrunk.operations.map((each) => writeOperation(each))).toEqual(["0> @scan COUNT 1000"]);
});

test("of a walk that must be under way two steps are left, and the keys that it needs when the first gives little", async () => {
  const keys = noise(40).map((each) => ({ ...each, client: 0 }));
  const scan: Operation = { kind: "scan", client: 0, options: [] };
  const needle = call(0, "SET", "needle", "1");
  const operations = [needle, ...keys, scan, call(0, "DEL", "needle"), scan];
  // As SCAN goes: a first step gives ten keys, or so many as it says, and the last must come behind all of them.
  const shrunk = await shrunkBy(operations, (list) => {
    const first = list.findIndex(({ kind }) => kind === "scan");
    const last = list.findLastIndex(({ kind }) => kind === "scan");
    const sets = list.slice(0, Math.max(first, 0)).filter((each) => wordsOf(each)[0] === "SET").length;
    const step = list[first];
    const given = step?.kind === "scan" ? Number(step.options[1] ?? 10) : 0;
    const deleted = list.findIndex((each) => wordsOf(each)[0] === "DEL");
    return sets > given && first < deleted && deleted < last ? last : undefined;
  });
  expect(shrunk.operations.length).toBe(5);
  expect(shrunk.operations.map((each) => writeOperation(each)).slice(-3)).toEqual([
    "0> @scan COUNT 1",
    "0> DEL",
    "0> @scan COUNT 1000",
  ]);
});

test("a date becomes the time until it, and the steps of the clock before it go", async () => {
  const startMs = 1_000_000;
  const operations: Operation[] = [
    { kind: "advance", ms: 700 },
    call(0, "HELLO", "3"),
    { kind: "advance", ms: 300 },
    call(0, "EXPIREAT", "", "1002"),
    { kind: "advance", ms: 1000 },
    call(0, "SET", "", "a", "PXAT", "1003000"),
    call(0, "GET", ""),
  ];
  // The key must be over in 1000 ms from EXPIREAT on, the other in 1000 ms from SET on.
  const test = async (list: readonly Operation[]) => {
    let nowMs = startMs;
    const spans: number[] = [];
    for (const each of list) {
      if (each.kind === "advance") nowMs += each.ms;
      const words = wordsOf(each);
      if (words[0] === "EXPIREAT") spans.push(Number(words[2]) * 1000 - nowMs);
      if (words[0] === "PEXPIRE") spans.push(Number(words[2]));
      if (words[3] === "PXAT") spans.push(Number(words[4]) - nowMs);
      if (words[3] === "PX") spans.push(Number(words[4]));
    }
    return shownAt(list, spans.join() === "1000,1000" ? list.length - 1 : undefined);
  };
  const shrunk = await new Shrinker(operations, test, { startMs }).run();
  const lines = shrunk.operations.map((each) => writeOperation(each));
  expect(lines.filter((line) => line.startsWith("@"))).toEqual([]);
  expect(lines[0]).toMatch(/^0> PEXPIRE \S+ 1000$/);
  expect(lines).toHaveLength(3);
});
