import { expect, test } from "vitest";
import { AccessClock } from "../../keyspace/access-clock.ts";
import { Databases } from "../../keyspace/databases.ts";
import { Keyspace } from "../../keyspace/keyspace.ts";
import { stringEncoding } from "../../keyspace/string-encoding.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import { Rng } from "../../lib/rng.ts";
import { digestOfEverything, digestOfValue } from "./debug-digest.ts";

const databases = 3;
const nowMs = 1_700_000_000_000;

function keyspaceOf(shards: number, seed: number): Keyspace {
  const rng = new Rng(seed);
  const owners = Array.from({ length: shards }, () => {
    const access = new AccessClock(rng);
    const owner = new Databases({ databases, seed: { k0: seed, k1: 7 }, access });
    owner.nowMs = nowMs;
    return owner;
  });
  return new Keyspace(owners, rng);
}

function put(keyspace: Keyspace, name: string, text: string, db = 0, expireAtMs = 0): void {
  const key = latin1Bytes(name);
  const value = latin1Bytes(text);
  const encoding = stringEncoding(value, 0, value.length);
  keyspace.setEncoded(key, 0, key.length, value, 0, value.length, encoding, expireAtMs, db);
}

function digestAfter(fill: (keyspace: Keyspace) => void, shards = 1, seed = 1): string {
  const keyspace = keyspaceOf(shards, seed);
  fill(keyspace);
  return digestOfEverything(keyspace, databases);
}

test("the digest is the same for any number of shards, hash seed and order of writes", () => {
  const names = Array.from({ length: 500 }, (_, i) => `key:${i}`);
  const fill = (order: readonly string[]) => (keyspace: Keyspace) => {
    for (const name of order) put(keyspace, name, `value of ${name}`, name.length % databases);
  };
  const digest = digestAfter(fill(names));
  expect(digest).toMatch(/^[0-9a-f]{40}$/);
  expect(digestAfter(fill([...names].reverse()), 4, 99)).toBe(digest);
  expect(digestAfter(fill(names), 16, 5)).toBe(digest);
});

test("any change of a key, a value, a database or of having an expiry changes the digest", () => {
  const digests = [
    digestAfter(() => undefined),
    digestAfter((keyspace) => put(keyspace, "a", "b")),
    digestAfter((keyspace) => put(keyspace, "b", "a")),
    digestAfter((keyspace) => put(keyspace, "a", "c")),
    digestAfter((keyspace) => put(keyspace, "a", "b", 1)),
    digestAfter((keyspace) => put(keyspace, "a", "b", 0, nowMs + 1000)),
    digestAfter((keyspace) => {
      put(keyspace, "a", "b");
      put(keyspace, "a", "b", 1);
    }),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(digests[0]).toBe("0".repeat(40));
});

test("when a key expires does not count, and an expired key is not there", () => {
  const at = (ms: number) => digestAfter((keyspace) => put(keyspace, "a", "b", 0, nowMs + ms));
  expect(at(1000)).toBe(at(2000));
  expect(at(-1)).toBe("0".repeat(40));
});

test("the digest of a value does not depend on its key", () => {
  const keyspace = keyspaceOf(1, 1);
  put(keyspace, "a", "same");
  put(keyspace, "b", "same");
  put(keyspace, "c", "other");
  const digestOf = (name: string): string => digestOfValue(keyspace.peekKey(latin1Bytes(name), 0, 1));
  expect(digestOf("a")).toBe(digestOf("b"));
  expect(digestOf("c")).not.toBe(digestOf("a"));
  expect(digestOf("d")).toBe("0".repeat(40));
});
