// Damaged: snapshots, append-only logs and serialized values, changed at random with their checksums put right, given
// to a live server.
//
// Role: each must be refused with a reason, or loaded to something that can be read in full, saved, and loaded again
// the same. The process must stay, answer in time, and not grow beyond a bound. What a file does depends on the seed
// and its number alone.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { damaged, resealed } from "../../src/testing/damage.ts";
import { Chance } from "../generator/chance.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { type Frame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteBytes, type Words } from "../resp/request.ts";
import {
  candidateCommand,
  findStock,
  hasEnded,
  logTail,
  type Server,
  startServer,
  stockCommand,
  stopServer,
} from "../servers/pair.ts";
import { ask } from "./held.ts";

export type DamagedOptions = { readonly count: number; readonly seed: number; readonly port: number };

const answerMsMax = 5000;
const growthBytesMax = 256 * 1024 * 1024;
const databases = 16;
const payloadsAtOnce = 50;
const readOneIn = 4;
/** Version and checksum at the end of a value. */
const footerBytes = 10;
/** A line that says what is wrong with a log. */
const logReason = /append only file|append log file|AOF file|manifest/i;
const tellEveryMs = 10_000;
/** A tenth are snapshots and a tenth logs, the others single values: a file costs a hundred times as much. */
const fileShare = 0.1;
const logFolder = "appendonlydir";
const logNames = {
  manifest: "appendonly.aof.manifest",
  base: "appendonly.aof.1.base.rdb",
  increment: "appendonly.aof.1.incr.aof",
};
type LogPart = keyof typeof logNames;
type Originals = {
  readonly files: Uint8Array[];
  readonly values: Uint8Array[];
  readonly logs: Readonly<Record<LogPart, Uint8Array>>[];
};
/** Small limits make large forms of few elements. */
const smallLimits = [
  ...[
    "--hash-max-listpack-entries",
    "4",
    "--zset-max-listpack-entries",
    "4",
    "--set-max-intset-entries",
    "4",
  ],
  ...["--list-max-listpack-size", "3", "--stream-node-max-entries", "3"],
];

/** Runs both parts; how many were refused or loaded as they should, and how many were not. */
export async function damagedAll({
  count,
  seed,
  port,
}: DamagedOptions): Promise<{ passed: number; failed: number }> {
  const makers: (readonly [label: string, command: readonly string[], flags: readonly string[]])[] = [
    ["shadis", candidateCommand(), []],
    ["shadis, small limits", candidateCommand(), smallLimits],
  ];
  if (findStock() !== undefined) {
    makers.push(["stock", stockCommand(), []], ["stock, small limits", stockCommand(), smallLimits]);
  }
  const originals: Originals = { files: [], values: [], logs: [] };
  for (const [label, command, flags] of makers) {
    const server = await startServer(label, command, port, [...flags, "--appendonly", "yes"]);
    try {
      await collectOriginals(server, originals);
    } finally {
      await stopServer(server);
    }
  }
  const server = await startServer("shadis", candidateCommand(), port);
  const trial = new Trial(server, await RawConnection.open({ port }), seed);
  const fileCount = Math.ceil(count * fileShare);
  try {
    await trial.values(originals.values, count - 2 * fileCount);
    await trial.files(originals.files, fileCount);
    await trial.logs(originals.logs, fileCount);
    await trial.verdict();
  } catch (error) {
    trial.fail((error as Error).message);
  } finally {
    trial.connection.close();
    await stopServer(server);
  }
  console.log(
    `${trial.refused} refused, ${trial.loaded} loaded, ${trial.reread} of these read and loaded again`,
  );
  for (const [reason, times] of [...trial.reasons].sort((a, b) => b[1] - a[1]).slice(0, 12)) {
    console.log(`  ${times} ${reason}`);
  }
  if (trial.failed === 0 && (trial.refused === 0 || trial.loaded === 0))
    trial.fail("damage had one outcome only");
  return { passed: Math.max(0, trial.refused + trial.loaded - trial.failed), failed: trial.failed };
}

// Of every type a little, so that damage meets all that stands in a file.
async function collectOriginals(server: Server, { files, values, logs }: Originals): Promise<void> {
  const connection = await RawConnection.open({ port: server.port });
  const calls: Words[] = [
    ["SET", "text", "abc".repeat(30)],
    ["SET", "number", "-70000"],
    ["SETEX", "timed", "90000", "x"],
  ];
  for (let i = 0; i < 10; i++) {
    calls.push(
      ["HSET", "hash", `f${i}`, "v".repeat(i * 7)],
      ["ZADD", "zset", `${i / 3}`, `m${i}`],
      ["SADD", "set", `m${i}`, `${i}`],
      ["SADD", "intset", `${10 ** i}`],
      ["RPUSH", "list", `element ${i}`, `${i * 1000}`],
      ["XADD", "stream", `${i + 1}-1`, "f", `${i}`, "other", "v"],
    );
  }
  calls.push(
    ["XGROUP", "CREATE", "stream", "g", "0"],
    ["XREADGROUP", "GROUP", "g", "c", "COUNT", "5", "STREAMS", "stream", ">"],
    ["XDEL", "stream", "3-1"],
    ["PFADD", "hll", "a", "b", "c"],
  );
  await ask(connection, calls);
  const keys = ["text", "number", "timed", "hash", "zset", "set", "intset", "list", "stream", "hll"];
  for (const { raw, text } of await ask(
    connection,
    keys.map((key) => ["DUMP", key]),
  )) {
    if (raw[0] === 36) values.push(plain(Buffer.from(text, "latin1")));
  }
  await ask(connection, [
    ["MULTI"],
    ["SET", "number", "5"],
    ["INCRBY", "number", "2"],
    ["SETRANGE", "text", "4", "xyz"],
    ["EXEC"],
    [
      "EVAL",
      "redis.call('SET', KEYS[1], '1'); return redis.call('RPUSH', KEYS[2], '2')",
      "2",
      "text",
      "list",
    ],
    ["RENAME", "set", "renamed"],
    ["FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)"],
    ["SELECT", "3"],
    ["SET", "elsewhere", "1"],
    ["SAVE"],
  ]);
  files.push(plain(readFileSync(join(server.folder, "dump.rdb"))));
  const parts = Object.entries(logNames).map(([part, name]): [string, Uint8Array] => [
    part,
    plain(readFileSync(join(server.folder, logFolder, name))),
  ]);
  logs.push(Object.fromEntries(parts) as Record<LogPart, Uint8Array>);
  connection.close();
}

// A slice of a Buffer is no copy, and damage would be done to the original.
function plain(bytes: Buffer): Uint8Array {
  return Uint8Array.from(bytes);
}

class Trial {
  readonly server: Server;
  readonly connection: RawConnection;
  readonly reasons = new Map<string, number>();
  refused = 0;
  loaded = 0;
  reread = 0;
  failed = 0;
  private readonly seed: number;
  private readonly startBytes: number;
  private toldMs = performance.now();

  constructor(server: Server, connection: RawConnection, seed: number) {
    this.server = server;
    this.connection = connection;
    this.seed = seed;
    this.startBytes = peakBytes(server);
  }

  fail(text: string): void {
    this.failed++;
    console.log(`FAIL ${text}`);
    if (hasEnded(this.server)) console.log(`the server ended; its log ends:\n${logTail(this.server)}`);
  }

  /** Serialized values, by RESTORE. */
  async values(originals: readonly Uint8Array[], count: number): Promise<void> {
    for (let first = 0; first < count && this.failed === 0; first += payloadsAtOnce) {
      const size = Math.min(payloadsAtOnce, count - first);
      const some = Array.from({ length: size }, (_, i) => this.damagedValue(originals, first + i));
      const calls = some.map(
        (bytes, i): Words => ["RESTORE", `k${i}`, "0", bytes.toString("latin1"), "REPLACE"],
      );
      const replies = await this.answers(calls, () => `value ${first} to ${first + size - 1}`);
      if (replies === undefined) return;
      const kept: number[] = [];
      for (const [i, { mark, text }] of replies.entries()) {
        if (mark === "-") this.refuse(text);
        else {
          this.loaded++;
          kept.push(i);
        }
      }
      if ((first / payloadsAtOnce) % readOneIn === 0) await this.restoreAgain(kept, some, first);
      await this.answers([["FLUSHALL"]], () => "FLUSHALL");
      this.tell("values", first + size, count);
    }
  }

  // What was taken in is dumped, and the dump taken in again, to the same value.
  private async restoreAgain(kept: readonly number[], some: readonly Buffer[], first: number): Promise<void> {
    const at = (i: number): string => `value ${first + i}, ${quoteBytes(some[i] as Buffer, 200)}`;
    const digests = (suffix: string): Words[] =>
      kept.map((i): Words => ["DEBUG", "DIGEST-VALUE", `k${i}${suffix}`]);
    const before = await this.answers(digests(""), () => "DEBUG DIGEST-VALUE");
    const dumps = await this.answers(
      kept.map((i): Words => ["DUMP", `k${i}`]),
      () => "DUMP",
    );
    if (before === undefined || dumps === undefined) return;
    const again = kept.map((i, n): Words => ["RESTORE", `k${i}b`, "0", dumps[n]?.text ?? ""]);
    const restored = await this.answers(again, () => "RESTORE of what was dumped");
    const after = await this.answers(digests("b"), () => "DEBUG DIGEST-VALUE");
    for (const [n, i] of kept.entries()) {
      this.reread++;
      if (restored?.[n]?.mark === "-") this.fail(`${at(i)}: its dump is refused: ${restored[n]?.text}`);
      else if (before[n]?.text !== after?.[n]?.text) this.fail(`${at(i)}: its dump restores another value`);
    }
  }

  /** Whole files, by DEBUG RELOAD. */
  async files(originals: readonly Uint8Array[], count: number): Promise<void> {
    const path = join(this.server.folder, "dump.rdb");
    for (let i = 0; i < count && this.failed === 0; i++) {
      const title = (): string => `file ${i}`;
      writeFileSync(path, this.damagedFile(originals, i));
      const logged = readFileSync(join(this.server.folder, "log")).length;
      const [reply] = (await this.answers([["DEBUG", "RELOAD", "NOSAVE"]], title)) ?? [];
      if (reply === undefined) return;
      if (reply.mark === "-") {
        const log = readFileSync(join(this.server.folder, "log")).subarray(logged).toString("latin1");
        const reason = /dump\.rdb: (.+) \(at byte \d+\)/.exec(log)?.[1];
        if (reason === undefined) this.fail(`${title()} was refused without a reason: ${log}`);
        else this.refuse(reason);
      } else {
        this.loaded++;
        if (i % readOneIn === 0) await this.reload(title);
      }
      this.tell("files", i + 1, count);
    }
  }

  /** Logs, by DEBUG LOADAOF. */
  async logs(originals: readonly Readonly<Record<LogPart, Uint8Array>>[], count: number): Promise<void> {
    const folder = join(this.server.folder, logFolder);
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < count && this.failed === 0; i++) {
      const chance = new Chance(this.seed * 1_000_037 + i);
      const original = chance.pick(originals);
      const hurt: LogPart = chance.oneIn(8) ? "manifest" : chance.oneIn(6) ? "base" : "increment";
      for (const [part, name] of Object.entries(logNames) as [LogPart, string][]) {
        const bytes = part === hurt ? damaged(original[part], chance) : original[part];
        writeFileSync(join(folder, name), part === "base" ? resealed(Uint8Array.from(bytes)) : bytes);
      }
      const title = (): string => `log ${i}, its ${hurt} damaged`;
      const logged = readFileSync(join(this.server.folder, "log")).length;
      const [reply] = (await this.answers([["DEBUG", "LOADAOF"]], title)) ?? [];
      if (reply === undefined) return;
      if (reply.mark === "-") {
        const log = readFileSync(join(this.server.folder, "log")).subarray(logged).toString("latin1");
        const lines = log.split("\n").filter((line) => logReason.test(line));
        const reason = lines
          .at(-1)
          ?.replace(/^.*?(?=(Bad|Unexpected|Unknown|Error|Fatal|FATAL|Fail|AOF))/, "");
        if (reason === undefined) this.fail(`${title()} was refused without a reason: ${log}`);
        else this.refuse(reason);
      } else {
        this.loaded++;
        if (i % readOneIn === 0) await this.reload(title);
      }
      this.tell("logs", i + 1, count);
    }
  }

  // What was loaded can be read in full, saved, and loaded again the same.
  private async reload(title: () => string): Promise<void> {
    this.reread++;
    for (let db = 0; db < databases; db++) {
      const [, keys] =
        (await this.answers(
          [
            ["SELECT", `${db}`],
            ["KEYS", "*"],
          ],
          title,
        )) ?? [];
      if (keys === undefined) return;
      const replies = await this.answers(
        keys.items.map(({ text }): Words => ["DUMP", text]),
        title,
      );
      const wrong = replies?.findIndex(({ mark, text }) => mark !== "$" || text === "-1") ?? -1;
      // A key whose time was over in the file may have been there for a moment.
      if (wrong >= 0 && replies?.[wrong]?.mark === "-") this.fail(`${title()}: ${replies[wrong]?.text}`);
    }
    const [before] = (await this.answers([["DEBUG", "DIGEST"]], title)) ?? [];
    const [reply] = (await this.answers([["DEBUG", "RELOAD"]], title)) ?? [];
    const [after] = (await this.answers([["DEBUG", "DIGEST"]], title)) ?? [];
    if (reply?.mark === "-")
      this.fail(`${title()}: what it held was saved, and is refused: ${logTail(this.server, 2)}`);
    else if (before?.text !== after?.text)
      this.fail(`${title()}: what it held is another after saving and loading`);
  }

  /** The bounds that hold of the run as a whole. */
  async verdict(): Promise<void> {
    const grown = peakBytes(this.server) - this.startBytes;
    console.log(`the process grew by ${Math.round(grown / 2 ** 20)} MiB at most`);
    if (grown > growthBytesMax) this.fail(`it grew by ${grown} bytes; the bound is ${growthBytesMax}`);
    const [pong] = (await this.answers([["PING"]], () => "PING")) ?? [];
    if (pong?.text !== "PONG" && this.failed === 0) this.fail("it does not answer any more");
  }

  private damagedFile(originals: readonly Uint8Array[], number: number): Buffer {
    const chance = new Chance(this.seed * 1_000_003 + number);
    return Buffer.from(resealed(damaged(chance.pick(originals), chance)));
  }

  // Most keep their version, which would refuse them before anything else is read.
  private damagedValue(originals: readonly Uint8Array[], number: number): Buffer {
    const chance = new Chance(this.seed * 1_000_033 + number);
    const original = chance.pick(originals);
    if (chance.oneIn(20)) return Buffer.from(resealed(damaged(original, chance)));
    const body = damaged(original.subarray(0, -footerBytes), chance);
    return Buffer.from(resealed(Buffer.concat([body, original.subarray(-footerBytes)])));
  }

  private refuse(reason: string): void {
    this.refused++;
    const kind = reason.replace(/\d+/g, "N").replace(/".*?"/g, "S");
    this.reasons.set(kind, (this.reasons.get(kind) ?? 0) + 1);
  }

  private async answers(calls: readonly Words[], title: () => string): Promise<Frame[] | undefined> {
    this.connection.send(Buffer.concat(calls.map(encodeRequest)));
    const replies = await this.connection.take(calls.length, answerMsMax);
    if (replies.length === calls.length) return replies.map((raw) => parseFrame(raw));
    this.fail(`${title()}: no answer to ${calls[replies.length]?.slice(0, 2).join(" ")}`);
    return undefined;
  }

  private tell(what: string, done: number, count: number): void {
    if (performance.now() - this.toldMs < tellEveryMs) return;
    this.toldMs = performance.now();
    console.log(`  ${done} of ${count} ${what}, ${this.refused} refused, ${this.loaded} loaded`);
  }
}

// The most that was ever resident; where there is no /proc, nothing can be said.
function peakBytes(server: Server): number {
  try {
    const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
