import { expect, test } from "vitest";
import { Chance } from "../../compat/generator/chance.ts";
import { Oracle } from "../oracle.ts";
import { elementSeen, expiringSeen, groupsSeen } from "./seen.ts";

const nowMs = 1_000_000;

function stored(...calls: readonly string[]) {
  const oracle = new Oracle();
  for (const line of calls) oracle.execute(1, line.split(" "), nowMs);
  return (key: string) => oracle.model.get(0, key);
}

const drawn = (count: number, draw: (chance: Chance) => string | undefined): string[] => {
  const chance = new Chance(5);
  return [...new Set(Array.from({ length: count }, () => draw(chance) ?? "none"))].sort();
};

test("of each type every one of a few elements is drawn, and nothing of what has none", () => {
  const at = stored("RPUSH l a b c", "SADD s a b", "ZADD z 1 a 2 b", "HSET h f 1 g 2", "SET k v");
  const elements = (key: string): string[] => drawn(200, (chance) => elementSeen(at(key), chance));
  expect(elements("l")).toEqual(["a", "b", "c"]);
  expect(elements("s")).toEqual(["a", "b"]);
  expect(elements("z")).toEqual(["a", "b"]);
  expect(elements("h")).toEqual(["f", "g"]);
  expect(elements("k")).toEqual(["none"]);
  expect(elements("missing")).toEqual(["none"]);
});

test("of a long list both ends are drawn", () => {
  const at = stored(`RPUSH l ${Array.from({ length: 50 }, (_, i) => `e${i}`).join(" ")}`);
  const ends = drawn(500, (chance) => elementSeen(at("l"), chance));
  expect(ends).toContain("e0");
  expect(ends).toContain("e49");
  expect(ends).not.toContain("e25");
});

test("keys that expire are drawn by type, and none where there is none", () => {
  const oracle = new Oracle();
  const run = (line: string): unknown => oracle.execute(1, line.split(" "), nowMs);
  const seen = (type: string | undefined): string[] =>
    drawn(100, (chance) => expiringSeen(oracle.model.databases[0], type, chance));
  run("SET for-ever v");
  expect(seen(undefined)).toEqual(["none"]);
  for (const line of ["SET k v PX 100", "RPUSH l a", "PEXPIRE l 100"]) run(line);
  expect(seen(undefined)).toEqual(["k", "l"]);
  expect(seen("list")).toEqual(["l"]);
  expect(seen("hash")).toEqual(["none"]);
});

test("of groups it is told what they have given away, to whom, and whether they have more", () => {
  const at = stored(
    ...["XADD x 1-1 f v", "XADD x 2-1 f v", "XGROUP CREATE x g 0", "XGROUP CREATE x done $"],
    "XREADGROUP GROUP g me COUNT 1 STREAMS x >",
  );
  const g = { name: "g", hasNews: true, pending: ["1-1"], consumer: "me" };
  expect(groupsSeen(at("x"))).toEqual([g, { name: "done", hasNews: false, pending: [], consumer: "" }]);
  expect(groupsSeen(at("missing"))).toEqual([]);
});
