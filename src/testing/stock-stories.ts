// Stock stories: what our server must answer as a stock Redis answers it, from tables, as tests.
//
// Role: for the tests of a command family. Stories are calls of one client; conversations are those of several; besides,
// which calls count as changes, and what is said of the commands' arguments. Every test has a stock server of its own,
// so that it does not matter what ran before; where none can be started they are skipped, as stock-server.ts says.

import { expect, test } from "vitest";
import { createTestServer, type TestServer } from "./command-runner.ts";
import { converse, converseWithStock, type Step } from "./conversation.ts";
import { hasStockRedis, type RawStockRedis, startStockRedis } from "./stock-server.ts";
import { StockWire } from "./stock-wire.ts";

type Protocol = 2 | 3;

/**
 * Calls in their order: the words of one, or a line of several parted by "; ", words by a space. In a line "" is an empty
 * word, \xNN a byte, \0 a NUL, and <dump> the payload that DUMP gave last.
 */
export type Story = readonly (string | readonly string[])[];

export type StoryOptions = {
  /** Each story runs over each number of shards, in each protocol. */
  readonly shards?: readonly number[];
  readonly protocols?: readonly Protocol[];
  /** Directives that stories change, as both servers have them whenever a story begins. */
  readonly config?: Readonly<Record<string, string>>;
  /** A reply without what Redis does not promise. */
  readonly comparable?: (reply: string, words: readonly string[]) => string;
};

export type ConversationOptions = {
  readonly shards?: readonly number[];
  /** The record of a conversation without what is each server's own; ids that HELLO tells are taken out before. */
  readonly comparable?: (record: string) => string;
};

/** Whether tests that need a stock server run; asked once for each test file, as the answer is printed when it is no. */
export const isStock = hasStockRedis();

/**
 * Declares a test for each story: on empty servers, each reply is that of the stock one, byte for byte, and each call
 * counts as so many changes of data.
 */
export function testStories(stories: Readonly<Record<string, Story>>, options: StoryOptions = {}): void {
  const { shards = [1, 4], protocols = [2, 3] } = options;
  const where = `over ${listed(shards)} shards, in ${listed(protocols.map((each) => `RESP${each}`))}`;
  const runs = shards.flatMap((count) => protocols.map((protocol) => ({ shards: count, protocol })));
  for (const [title, story] of Object.entries(stories)) {
    const calls = story.flatMap(callsOf);
    test.skipIf(!isStock)(`${title}: as a stock Redis answers, ${where}`, async () => {
      expect(calls.length * runs.length).toBeGreaterThan(0);
      await withStockRedis(async (stock) => {
        for (const run of runs) {
          // Changes are the same in any protocol.
          const isCounting = run.protocol === protocols[0];
          await compareStory(calls, { ...options, ...run, isCounting }, stock);
        }
      });
    });
  }
}

/** The same for stories of which a text alone is a script without keys and arguments. */
export function testScripts(stories: Readonly<Record<string, Story>>): void {
  const evaluated = (call: Story[number]): Story[number] =>
    typeof call === "string" ? ["EVAL", call, "0"] : call;
  testStories(
    Object.fromEntries(Object.entries(stories).map(([title, story]) => [title, story.map(evaluated)])),
  );
}

export type StoryRun = Pick<StoryOptions, "config" | "comparable"> & {
  readonly shards: number;
  readonly protocol: Protocol;
  /** Whether calls must also count as so many changes of data. */
  readonly isCounting: boolean;
};

/** Compares all replies of one run, from empty servers on; exported for this module's own test. */
export async function compareStory(
  calls: readonly (readonly string[])[],
  run: StoryRun,
  stock: RawStockRedis,
): Promise<void> {
  const { shards, protocol, config = {}, comparable = (reply) => reply } = run;
  await empty(stock, protocol, config);
  const server = createTestServer({ shards, protocol, config, nowMs: Date.now() });
  const counts = run.isCounting ? await ChangeCounts.begin(server, stock) : undefined;
  let payload = "";
  let isQueueing = false;
  for (const call of calls) {
    const words = call.map((word) => (word === "<dump>" ? payload : word));
    const theirs = await stock.run(...words);
    const ours = server.run(...words);
    if (call[0] === "MULTI" || call[0] === "EXEC") isQueueing = call[0] === "MULTI";
    if (counts !== undefined && !isQueueing) await counts.read();
    const facts = { shards, protocol, call: call.join(" ") };
    expect({ ...facts, reply: comparable(ours, words), changes: counts?.ours }).toEqual({
      ...facts,
      reply: comparable(theirs, words),
      changes: counts?.theirs,
    });
    if (call[0] === "DUMP" && theirs.startsWith("$")) payload = theirs.slice(theirs.indexOf("\n") + 1, -2);
  }
}

// How many changes of data each server has counted since `begin`.
class ChangeCounts {
  ours = 0;
  theirs = 0;
  private readonly server: TestServer;
  private readonly stock: RawStockRedis;
  private atBegin = { ours: 0, theirs: 0 };

  private constructor(server: TestServer, stock: RawStockRedis) {
    this.server = server;
    this.stock = stock;
  }

  static async begin(server: TestServer, stock: RawStockRedis): Promise<ChangeCounts> {
    const counts = new ChangeCounts(server, stock);
    await counts.read();
    counts.atBegin = { ours: counts.ours, theirs: counts.theirs };
    counts.ours = 0;
    counts.theirs = 0;
    return counts;
  }

  async read(): Promise<void> {
    this.ours = changesIn(this.server.run("INFO", "persistence")) - this.atBegin.ours;
    this.theirs = changesIn(await this.stock.run("INFO", "persistence")) - this.atBegin.theirs;
  }
}

function changesIn(info: string): number {
  const [, count] = /rdb_changes_since_last_save:(\d+)/.exec(info) ?? [];
  if (count === undefined) throw new Error(`no changes in ${JSON.stringify(info)}`);
  return Number(count);
}

// As new: nothing selected, queued or set by the connection, no keys, scripts or functions.
async function empty(
  stock: RawStockRedis,
  protocol: Protocol,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  for (const line of ["RESET", `HELLO ${protocol}`, "FLUSHALL", "SCRIPT FLUSH", "FUNCTION FLUSH"]) {
    expect(await stock.run(...line.split(" "))).not.toMatch(/^-/);
  }
  const directives = Object.entries(config).flat();
  if (directives.length > 0) expect(await stock.run("CONFIG", "SET", ...directives)).toBe("+OK\r\n");
}

/** Declares a test for each conversation: every client receives, after each step, what the stock server sends. */
export function testConversations(
  conversations: Readonly<Record<string, readonly Step[]>>,
  options: ConversationOptions = {},
): void {
  const { shards = [1, 4], comparable = (record) => record } = options;
  const shown = (record: readonly string[]): string =>
    comparable(record.join("\n").replaceAll(/\$2\\r\\nid\\r\\n:\d+/g, "id"));
  for (const [title, steps] of Object.entries(conversations)) {
    test.skipIf(!isStock)(`${title}: as a stock Redis sends it, over ${listed(shards)} shards`, async () => {
      expect(steps.length * shards.length).toBeGreaterThan(0);
      const wire = await StockWire.start();
      try {
        const theirs = shown(await converseWithStock(steps, wire));
        for (const count of shards) {
          const ours = shown(converse(steps, { shards: count }));
          expect(`${count} shards\n${ours}`).toEqual(`${count} shards\n${theirs}`);
        }
      } finally {
        await wire.stop();
      }
    });
  }
}

/** Declares a test of what calls count as, for those whose replies nobody promises; stories are counted anyway. */
export function testChangeCounts(lines: Story): void {
  const calls = lines.flatMap(callsOf);
  test.skipIf(!isStock)("every change is counted once, as a stock Redis counts, over 1 and 4 shards", () =>
    withStockRedis(async (stock) => {
      expect(calls.length).toBeGreaterThan(0);
      const run = { protocol: 2, isCounting: true, comparable: () => "not compared" } as const;
      for (const shards of [1, 4]) await compareStory(calls, { ...run, shards }, stock);
    }),
  );
}

/**
 * Declares a test of what COMMAND INFO says, and COMMAND DOCS of arguments; "xinfo|stream" is a name too. Summaries and
 * histories are in our own words, and complexities too unless they are said to be the same.
 */
export function testArgumentDocs(
  names: readonly string[],
  { isComplexitySame = false }: { readonly isComplexitySame?: boolean } = {},
): void {
  const shown = (docs: string): readonly string[] => [
    argumentsOf(docs),
    ...(isComplexitySame ? [complexityOf(docs)] : []),
  ];
  test.skipIf(!isStock)("arguments are documented as a stock Redis documents them", () =>
    withStockRedis(async (stock) => {
      expect(names.length).toBeGreaterThan(0);
      const server = createTestServer();
      for (const name of names) {
        const docs = shown(server.run("COMMAND", "DOCS", name));
        const info = server.run("COMMAND", "INFO", name);
        expect({ name, docs, info }).toEqual({
          name,
          docs: shown(await stock.run("COMMAND", "DOCS", name)),
          info: await stock.run("COMMAND", "INFO", name),
        });
      }
    }),
  );
}

function argumentsOf(docs: string): string {
  const at = docs.indexOf("$9\r\narguments\r\n");
  return at < 0 ? "no arguments" : docs.slice(at);
}

function complexityOf(docs: string): string {
  return /complexity\r\n[^\r]*\r\n[^\r]*/.exec(docs)?.[0] ?? "no complexity";
}

/** Runs `work` with a stock server of its own, started with extra redis.conf flags; for tests skipped unless `isStock`. */
export async function withStockRedis(
  work: (stock: RawStockRedis) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const stock = await startStockRedis(flags);
  if (stock === undefined) throw new Error("no stock server: the test was to be skipped");
  try {
    await work(stock);
  } finally {
    await stock.stop();
  }
}

function callsOf(line: string | readonly string[]): readonly (readonly string[])[] {
  if (typeof line !== "string") return [line];
  return line.split("; ").map((call) => call.split(" ").map(wordOf));
}

function wordOf(text: string): string {
  if (text === '""') return "";
  return text.replaceAll(/\\x([0-9a-f]{2})|\\0/g, (_, digits: string | undefined) =>
    String.fromCharCode(Number.parseInt(digits ?? "0", 16)),
  );
}

function listed(names: readonly (string | number)[]): string {
  return names.join(" and ");
}
