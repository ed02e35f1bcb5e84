import { expect, test } from "vitest";
import { chooseCollections, collectionDatasets, largeKeys, smallElementCount } from "./collection-load.ts";
import { parseReply } from "./wire.ts";

const count = 20;

// The words of every request in the batches; a request is an array of bulks, as a reply may be.
function requests(batches: ReturnType<(typeof collectionDatasets)[number]["batches"]>): string[][] {
  const found: string[][] = [];
  for (const { bytes, replyCount } of batches) {
    const before = found.length;
    for (let at = 0; at < bytes.length; ) {
      const parsed = parseReply(bytes, at);
      if (parsed === undefined) throw new Error("a request is cut");
      found.push(parsed.reply as string[]);
      at = parsed.end;
    }
    expect(found.length - before).toBe(replyCount);
  }
  return found;
}

// What is left of a request after its command, key, id and scores.
function elementsOf([command, , ...words]: readonly string[]): string[] {
  switch (command) {
    case "HSET":
      return words.filter((_, index) => index % 2 === 0);
    case "ZADD":
      return words.filter((_, index) => index % 2 === 1);
    case "XADD":
      return words.slice(0, 1);
    default:
      return words;
  }
}

test("every dataset holds the keys and elements it says, each element once in its key", () => {
  for (const { name, type, shape, batches, keyCount, elementCount } of collectionDatasets) {
    const byKey = new Map<string, string[]>();
    for (const words of requests(batches(count))) {
      const key = words[1] as string;
      byKey.set(key, [...(byKey.get(key) ?? []), ...elementsOf(words)]);
    }
    expect(byKey.size, name).toBe(keyCount(count));
    const elements = [...byKey.values()];
    expect(elements.flat().length, name).toBe(elementCount(count));
    for (const ofKey of elements) {
      expect(new Set(ofKey).size, name).toBe(shape === "small" ? smallElementCount : count);
      for (const element of ofKey) expect(element, name).not.toMatch(/^-?\d+$/);
    }
    if (shape === "large") expect([...byKey.keys()], name).toEqual([largeKeys[type].key]);
  }
});

test("a small sorted set's scores are all different and out of order", () => {
  const small = collectionDatasets.find(({ name }) => name === "small-zset");
  const words = requests(small?.batches(1) ?? [])[0] ?? [];
  const scores = words.slice(2).filter((_, index) => index % 2 === 0);
  expect([...scores].sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(scores).not.toEqual([...scores].sort());
});

test("a stream's ids grow", () => {
  for (const name of ["small-stream", "large-stream"]) {
    const stream = collectionDatasets.find((dataset) => dataset.name === name);
    const ids = requests(stream?.batches(count) ?? []).map((words) => words[2] as string);
    expect(ids).toEqual([...new Set(ids)].sort());
  }
});

test("datasets are chosen by name, shape or type, and a wrong word is an error", () => {
  const names = (wanted: readonly string[]): string[] => chooseCollections(wanted).map(({ name }) => name);
  expect(names([])).toHaveLength(10);
  expect(names(["zset"])).toEqual(["small-zset", "large-zset"]);
  expect(names(["large"])).toHaveLength(5);
  expect(names(["large-list", "small-hash"])).toEqual(["small-hash", "large-list"]);
  expect(() => names(["hashes"])).toThrow('no dataset "hashes"');
});
