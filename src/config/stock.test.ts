// Comparisons with a stock redis-server: names, defaults, CONFIG SET's answers, CONFIG REWRITE's text and the
// reports on bad files. They are the proof that the tables in this folder are Redis's and not our guess.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram, stockRedisIsRequired, stockRedisSkipReason } from "../testing/stock-redis.ts";
import { readCommandLine } from "./cli.ts";
import { Config } from "./config.ts";
import { entries } from "./directives.ts";
import { loadConfig } from "./parse.ts";
import { badFiles, commandLines, goodFiles, rewrittenFile, setCases } from "./stock-cases.ts";

const program = findProgram("redis-server");
// Other versions know other names and bounds, so only the one that this server follows is asked.
const isVersionFollowed =
  program !== undefined && /v=7\.0\./.test(spawnSync(program, ["--version"]).stdout.toString());
const isSkipped = !isVersionFollowed && !stockRedisIsRequired;
if (isSkipped) {
  console.log(
    program === undefined
      ? stockRedisSkipReason
      : "skipped: comparisons with Redis 7.0, as redis-server is another version",
  );
}

type Stock = { readonly client: Redis; readonly stop: () => Promise<void> };

/** Redis's own names that differ from ours, with the reason. */
const knownDifferences: Readonly<Record<string, string>> = {
  port: "the stock server was given a port of its own",
  bind: "the stock server was kept to loopback",
  dir: "the stock server was given a folder of its own",
};

// Every server started here, so that a test that fails half-way leaves none behind.
const children: ChildProcess[] = [];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function startStock(args: readonly string[], folder: string): Promise<Stock> {
  if (program === undefined) throw new Error("redis-server is required and not on the PATH");
  const port = await freePort();
  const fixed = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const child: ChildProcess = spawn(program, [...args, ...fixed], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  let log = "";
  await new Promise<void>((done, fail) => {
    child.once("exit", () => fail(new Error(`redis-server ended: ${log}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("Ready to accept connections")) done();
    });
  });
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => null });
  client.on("error", () => {}); // Its server is killed under it; a command that fails still rejects.
  const stop = async () => {
    client.disconnect();
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  };
  return { client, stop };
}

/** The reply of CONFIG SET as text: OK or the error. */
async function stockSet(client: Redis, words: readonly string[]): Promise<string> {
  try {
    return String(await client.call("CONFIG", "SET", ...words.map((word) => Buffer.from(word, "latin1"))));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function stockGet(client: Redis, pattern: string): Promise<Map<string, string>> {
  const flat = (await client.callBuffer("CONFIG", "GET", Buffer.from(pattern, "latin1"))) as Buffer[];
  const texts = flat.map((item) => item.toString("latin1"));
  return new Map(texts.flatMap((text, i) => (i % 2 === 0 ? [[text, texts[i + 1] ?? ""] as const] : [])));
}

function ourSet(config: Config, words: readonly string[]): string {
  const pairs = words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ""] as const] : []));
  const result = config.set(pairs);
  return result.ok ? "OK" : result.error;
}

describe.skipIf(isSkipped)("compared with a stock Redis", () => {
  let stock: Stock;
  let folder = "";

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "shadis-config-")));
    stock = await startStock([], folder);
  });

  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("every directive has Redis's name and default, save for listed differences", async () => {
    const theirs = await stockGet(stock.client, "*");
    const ours = new Map(new Config().get("*"));
    const differing = [...new Set([...theirs.keys(), ...ours.keys()])].filter(
      (name) => theirs.get(name) !== ours.get(name),
    );
    expect(differing.sort()).toEqual(Object.keys(knownDifferences).sort());
  });

  test("CONFIG SET refuses at run time what Redis refuses at run time", async () => {
    const config = new Config();
    const unlike: string[] = [];
    // A name that does not exist comes last, so that nothing is ever set.
    for (const { name } of entries.filter(({ directive }) => !directive.isOwn)) {
      const words = [name, "x", "no-such-directive", "x"];
      const [theirs, ours] = [await stockSet(stock.client, words), ourSet(config, words)];
      if (theirs !== ours) unlike.push(`${name}: ${theirs} / ${ours}`);
    }
    expect(unlike).toEqual([]);
  });

  test("every directive that can be set answers nonsense as Redis does", async () => {
    const config = new Config();
    const unlike: string[] = [];
    const skipped = new Set(["bind", "port"]); // Redis would rebind.
    for (const { name, directive } of entries.filter((entry) => !skipped.has(entry.name))) {
      if (directive.isOwn || directive.kind.type === "string") continue;
      for (const value of ["?", "-99999999999999"]) {
        const [theirs, ours] = [await stockSet(stock.client, [name, value]), ourSet(config, [name, value])];
        if (theirs !== ours) unlike.push(`${name} ${value}: ${theirs} / ${ours}`);
      }
    }
    expect(unlike).toEqual([]);
  });

  test("CONFIG SET answers each case as Redis does and leaves the same values", async () => {
    const config = new Config();
    // Both begin alike where their defaults differ.
    await stockSet(stock.client, ["save", ""]);
    const unlike: string[] = [];
    for (const words of setCases) {
      const [theirs, ours] = [await stockSet(stock.client, words), ourSet(config, words)];
      if (theirs !== ours) unlike.push(`${words.join(" ")}: ${theirs} / ${ours}`);
      for (const name of words.filter((_, i) => i % 2 === 0 && !(words[i] ?? "").match(/^(bind|dir)$/i))) {
        const [their, our] = [[...(await stockGet(stock.client, name))], config.get(name)];
        if (String(their) !== String(our)) unlike.push(`${words.join(" ")}: ${their} / ${our}`);
      }
    }
    expect(unlike).toEqual([]);
  });

  test("CONFIG GET selects by pattern as Redis does", async () => {
    const config = new Config();
    for (const pattern of [
      "MAXMEMORY",
      "maxm*",
      "Maxmemory-P?licy",
      "*ZIPLIST*",
      "",
      "maxmemor\\y",
      "maxmemor[y]",
      "n[^o]*",
    ]) {
      const theirs = [...(await stockGet(stock.client, pattern)).keys()].sort();
      expect([
        pattern,
        config
          .get(pattern)
          .map(([name]) => name)
          .sort(),
      ]).toEqual([pattern, theirs]);
    }
  });

  test("a file's values are read as Redis reads them", async () => {
    for (const text of goodFiles) {
      const file = join(folder, "good.conf");
      writeFileSync(file, text);
      const started = await startStock([file], folder);
      const theirs = await stockGet(started.client, "*");
      await started.stop();
      const config = new Config();
      expect(load(config, text)).toBe("");
      for (const [name, value] of config.get("*")) {
        if (name in knownDifferences) continue;
        expect([text, name, value]).toEqual([text, name, theirs.get(name)]);
      }
    }
  });

  test("a bad file or command line is reported with Redis's line and words", () => {
    for (const text of badFiles) {
      const file = join(folder, "bad.conf");
      writeFileSync(file, text);
      expect([text, load(new Config(), text)]).toEqual([text, stockReport([file, "--port", "0"])]);
    }
    for (const args of commandLines) {
      const run = readCommandLine(args);
      const overrides = run.kind === "run" ? run.overrides : "";
      expect([args, load(new Config(), undefined, overrides)]).toEqual([args, stockReport(args)]);
    }
  });

  test("CONFIG REWRITE writes the text that Redis writes", async () => {
    const file = join(folder, "redis.conf");
    writeFileSync(file, rewrittenFile);
    const started = await startStock([file], folder);
    const config = new Config(() => ({ ok: true, path: folder }));
    load(config, rewrittenFile);
    const port = (await stockGet(started.client, "port")).get("port") ?? "";
    expect([
      config.load("port", [port]),
      config.load("bind", ["127.0.0.1"]),
      config.load("dir", ["."]),
    ]).toEqual(Array(3).fill(undefined));
    const steps: readonly (readonly string[])[] = [
      ["maxmemory", "1gb", "hash-max-listpack-entries", "77", "tcp-keepalive", "0", "lfu-log-factor", "11"],
      [
        "masterauth",
        'a "b\x01\xe9',
        "maxmemory-clients",
        "5%",
        "client-output-buffer-limit",
        "replica 2mb 1000 3",
      ],
      [
        "maxmemory",
        "0",
        "masterauth",
        "",
        "notify-keyspace-events",
        "",
        "latency-tracking-info-percentiles",
        "",
      ],
      [
        "save",
        "",
        "maxmemory-clients",
        "0",
        "lazyfree-lazy-expire",
        "yes",
        "maxmemory-policy",
        "allkeys-lfu",
      ],
      [
        "save",
        "5 1 6 2",
        "maxmemory",
        "1234",
        "latency-tracking-info-percentiles",
        "5",
        "repl-backlog-size",
        "3mb",
      ],
    ];
    let text = rewrittenFile;
    for (const step of steps) {
      expect(await stockSet(started.client, step)).toBe("OK");
      expect(ourSet(config, step)).toBe("OK");
      await started.client.call("CONFIG", "REWRITE");
      text = config.rewrite(text, new Map([["user", ["user default on nopass ~* &* +@all"]]]));
      const theirs = withoutOrderOfAdded(readFileSync(file, "latin1"));
      expect(withoutOrderOfAdded(text)).toEqual(theirs);
    }
    await started.stop();
  });

  function stockReport(args: readonly string[]): string {
    const run = spawnSync(program ?? "", [...args], { encoding: "latin1", timeout: 5000 });
    return run.stderr.replace(/Redis \d+\.\d+\.\d+/, "Shadis 1.2.3").trim();
  }
});

// The report without the blank lines around it; empty when all is well.
function load(config: Config, file: string | undefined, overrides?: string): string {
  const result = loadConfig(
    config,
    { file, input: undefined, overrides },
    { version: "1.2.3", readIncluded: () => ({ ok: false, error: "no such file" }) },
  );
  return result.ok ? "" : result.report.trim();
}

// What Redis adds comes in the order of its hash seed.
function withoutOrderOfAdded(text: string): string {
  const [kept, ...added] = text.split("# Generated by CONFIG REWRITE\n");
  // Redis merges blank lines as its hash order has it, so of what was added only the lines with text compare.
  const lines = added
    .join("")
    .split("\n")
    .filter((line) => line !== "");
  return `${kept}---\n${lines.sort().join("\n")}`;
}
