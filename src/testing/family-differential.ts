// Random calls of one family of commands against the server in the test's process and a stock Redis, in step.
//
// Replies are compared by the command's declared class: exact byte for byte, unordered as the same words in any
// order, random and the rest by kind and number of words; errors always byte for byte. From time to time all keys are
// compared: type, encoding, contents, and DUMP payloads, byte for byte where the encoding fixes the order, and
// else by restoring each server's payload on the other.
// A difference is reported with the seed, the calls on its key since the start, and the command to repeat it.

import { relative } from "node:path";
import { expect, test } from "vitest";
import { declarations } from "../commands/registry.ts";
import { Rng } from "../lib/rng.ts";
import { createTestServer, type TestServer } from "./command-runner.ts";
import type { RawStockRedis } from "./stock-server.ts";
import { isStock, withStockRedis } from "./stock-stories.ts";

type Config = Readonly<Record<string, string>>;

export type FamilyRun = {
  readonly next: (rng: Rng) => readonly string[];
  readonly calls: number;
  readonly seed: number;
  /** Every key that a call can make. */
  readonly keys: readonly string[];
  readonly protocol?: 2 | 3;
  readonly shards?: number;
  /** Directives for both servers. */
  readonly config?: Config;
};

export type Family = Pick<FamilyRun, "calls" | "keys"> & {
  /** What draws the calls of one run. */
  readonly drawing: () => FamilyRun["next"];
  /** One run for each, with its place as the seed; every other run is over 4 shards, and from the third on in RESP3. */
  readonly configs: readonly Config[];
};

const stateEvery = 500;
const shownCalls = 40;
const orderedEncodings = ["listpack", "intset", "int", "embstr", "raw"];

/** Declares a test for each run of a family, skipped where there is no stock server. */
export function testRandomCalls({ drawing, calls, keys, configs }: Family): void {
  for (const [seed, config] of configs.entries()) {
    const protocol = seed < 2 ? 2 : 3;
    const shards = seed % 2 === 0 ? 1 : 4;
    const limits = Object.keys(config).length === 0 ? "usual limits" : JSON.stringify(config);
    test.skipIf(!isStock)(
      `random calls answer as a stock Redis: seed ${seed}, RESP${protocol}, ${shards} shard(s), ${limits}`,
      () => runAgainstStock({ next: drawing(), calls, seed, keys, protocol, shards, config }),
    );
  }
}

/** Runs the calls; throws with what differs first. For tests that are skipped unless `isStock`. */
export async function runAgainstStock(run: FamilyRun): Promise<void> {
  const flags = Object.entries(run.config ?? {}).flatMap(([name, value]) => [`--${name}`, value]);
  await withStockRedis((stock) => compareCalls(run, stock), flags);
}

async function compareCalls(run: FamilyRun, stock: RawStockRedis): Promise<void> {
  const { config = {}, shards = 1, seed } = run;
  const server = createTestServer({ config, shards, nowMs: Date.now(), seed });
  if (run.protocol === 3) {
    server.run("HELLO", "3");
    await stock.run("HELLO", "3");
  }
  const classes = new Map(declarations.map((each) => [each.name, each.class]));
  const rng = new Rng(seed);
  const history: string[][] = [];
  for (let i = 1; i <= run.calls; i++) {
    const call = [...run.next(rng)];
    history.push(call);
    const theirs = await stock.run(...call);
    const ours = server.run(...call);
    const kind = classes.get((call[0] ?? "").toLowerCase()) ?? "exact";
    if (!isSame(ours, theirs, kind)) throw difference(run, history, "replies differ", ours, theirs);
    if (i % stateEvery === 0 || i === run.calls) await compareState(run, history, server, stock);
  }
}

async function compareState(
  run: FamilyRun,
  history: readonly (readonly string[])[],
  server: TestServer,
  stock: RawStockRedis,
): Promise<void> {
  const both = async (what: string, kind: string, ...call: string[]): Promise<string> => {
    const ours = server.run(...call);
    const theirs = await stock.run(...call);
    if (!isSame(ours, theirs, kind)) throw difference(run, history, `${what} differs`, ours, theirs);
    return theirs;
  };
  await both("DBSIZE", "exact", "DBSIZE");
  for (const key of run.keys) {
    const type = await both(`type of ${key}`, "exact", "TYPE", key);
    if (type === "+none\r\n") continue;
    const encoding = bulkOf(await both(`encoding of ${key}`, "exact", "OBJECT", "ENCODING", key));
    await both(`value of ${key}`, ...contents(type, key));
    const ours = bulkOf(server.run("DUMP", key));
    const theirs = bulkOf(await stock.run("DUMP", key));
    if (orderedEncodings.includes(encoding) && ours !== theirs) {
      throw difference(run, history, `DUMP of ${key} differs`, hex(ours), hex(theirs));
    }
    // Each takes what the other dumped, and has the same value afterwards.
    const expected = await stock.run("RESTORE", "restored{a}", "0", Buffer.from(ours, "latin1"));
    const reply = server.run("RESTORE", "restored{a}", "0", Buffer.from(theirs, "latin1"));
    if (reply !== "+OK\r\n" || expected !== "+OK\r\n") {
      throw difference(run, history, `restoring ${key} fails`, reply, expected);
    }
    await both(`encoding of ${key} restored`, "exact", "OBJECT", "ENCODING", "restored{a}");
    await both(`value of ${key} restored`, ...contents(type, "restored{a}"));
    await both("DEL", "exact", "DEL", "restored{a}");
  }
}

// How a value is read as a whole, and how the two replies compare.
function contents(type: string, key: string): [kind: string, ...call: string[]] {
  switch (type.trim()) {
    case "+hash":
      return ["unordered", "HGETALL", key];
    case "+set":
      return ["unordered", "SMEMBERS", key];
    case "+list":
      return ["exact", "LRANGE", key, "0", "-1"];
    case "+zset":
      return ["exact", "ZRANGE", key, "0", "-1", "WITHSCORES"];
    case "+stream":
      return ["exact", "XRANGE", key, "-", "+"];
    default:
      return ["exact", "GET", key];
  }
}

function isSame(ours: string, theirs: string, kind: string): boolean {
  if (ours === theirs) return true;
  if (kind === "exact" || ours.startsWith("-") || theirs.startsWith("-")) return false;
  const left = wordsOf(ours);
  const right = wordsOf(theirs);
  if (left.length !== right.length || ours[0] !== theirs[0]) return false;
  if (kind !== "unordered") return true;
  // The first word of a reply of a scan is a cursor, which no one promises.
  return left.toSorted().join("\0") === right.toSorted().join("\0");
}

// The words of a reply, without the marks of its structure; a null is a word.
function wordsOf(reply: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < reply.length; ) {
    const end = reply.indexOf("\r\n", at);
    const mark = reply[at] ?? "";
    const text = reply.slice(at + 1, end);
    at = end + 2;
    if ("*%~>".includes(mark)) continue;
    if (!"$=".includes(mark) || text === "-1") {
      words.push(`${mark}${text}`);
      continue;
    }
    words.push(`$${reply.slice(at, at + Number(text))}`);
    at += Number(text) + 2;
  }
  return words;
}

function bulkOf(reply: string): string {
  return reply.startsWith("$") ? reply.slice(reply.indexOf("\r\n") + 2, -2) : reply;
}

function hex(text: string): string {
  return Buffer.from(text, "latin1").toString("hex");
}

function difference(
  run: FamilyRun,
  history: readonly (readonly string[])[],
  what: string,
  ours: string,
  theirs: string,
): Error {
  const key = history.at(-1)?.[1] ?? "";
  const related = history.filter((call) => call.includes(key)).slice(-shownCalls);
  const calls = related.map((call) => call.map((word) => JSON.stringify(word)).join(" ")).join("\n  ");
  const file = relative(process.cwd(), expect.getState().testPath ?? "");
  return new Error(
    `seed ${run.seed}, call ${history.length}: ${what}\n  ${calls}\nours   ${JSON.stringify(ours)}\ntheirs ${JSON.stringify(theirs)}\n` +
      `repeat: npx vitest run --config src/testing/vitest.config.ts ${file} -t "seed ${run.seed}"`,
  );
}
