// Carry: data written by one server on disk is loaded by the other, stock Redis and Shadis in both directions, as a
// snapshot and as append-only logs, and every key is compared.
//
// Role: the writer stays up after its files were copied, and is compared with the server that loaded the copy: names
// in each database, type, expiry, and the serialized value; where that differs, as tables may in their order, all
// elements.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSameButForTimes } from "../differential/compare.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { errorKind, isErrorFrame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteBytes, quoteWords, type Words } from "../resp/request.ts";
import { candidateCommand, stockCommand } from "../servers/pair.ts";
import { callsFor, cargoDbs, changesOf, front } from "./cargo.ts";
import { ask } from "./held.ts";
import { Life } from "./life.ts";

export type CarryOptions = {
  readonly keys: number;
  readonly ports: readonly [number, number];
  /** What titles begin with: "log of Shadis". undefined: all directions and forms. */
  readonly only?: string | undefined;
};

type Form = "snapshot" | "log" | "log of commands";
type Maker = "Redis" | "Shadis";

export const forms: readonly Form[] = ["snapshot", "log", "log of commands"];
const keysAtOnce = 500;
const scanCount = 1000;
const shownMax = 5;
const waitMs = 20;

/** Runs every direction and form; how many passed and failed. */
export async function carryAll(options: CarryOptions): Promise<{ passed: number; failed: number }> {
  let [passed, failed] = [0, 0];
  for (const maker of ["Redis", "Shadis"] as const) {
    for (const form of forms) {
      const title = `${form} of ${maker}, ${options.keys} keys`;
      if (options.only !== undefined && !title.startsWith(options.only)) continue;
      const startedMs = performance.now();
      const faults = await carry(maker, form, options).catch((error: Error) => [error.message]);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${title}, ${seconds} s`);
      for (const line of faults) console.log(`  ${line}`);
      if (faults.length === 0) passed++;
      else failed++;
    }
  }
  return { passed, failed };
}

async function carry(maker: Maker, form: Form, { keys, ports }: CarryOptions): Promise<string[]> {
  const folders = [mkdtempSync(join(tmpdir(), "carry-")), mkdtempSync(join(tmpdir(), "carry-"))] as const;
  const command = (name: Maker): readonly string[] =>
    name === "Redis" ? stockCommand() : candidateCommand();
  // A rewrite that begins by itself would be in the way of the one that is asked for.
  const logged = ["--appendonly", "yes", "--auto-aof-rewrite-percentage", "0"];
  const flags = ["--save", "", ...(form === "snapshot" ? [] : logged)];
  if (form === "log of commands") flags.push("--aof-use-rdb-preamble", "no");
  const lives: Life[] = [];
  const start = async (name: Maker, i: 0 | 1): Promise<RawConnection> => {
    const life = Life.spawn({ command: command(name), port: ports[i], folder: folders[i], flags });
    lives.push(life);
    await life.untilServing();
    return RawConnection.open({ port: ports[i] });
  };
  try {
    const writer = await start(maker, 0);
    await sendAll(writer, front);
    await sendAll(writer, generate(keys, callsFor));
    if (form === "snapshot") await sendAll(writer, generate(keys, changesOf));
    if (form === "snapshot") await ask(writer, [["SAVE"]]);
    else {
      await ask(writer, [["BGREWRITEAOF"]]);
      await untilRewritten(writer);
      await sendAll(writer, generate(keys, changesOf));
    }
    await untilWritten(writer);
    cpSync(folders[0], folders[1], { recursive: true });
    let original = writer;
    if (maker === "Redis" && form === "log of commands") {
      // It loses a little of a stream when it writes one as commands: what it loads itself is right.
      writer.close();
      for (const life of lives.splice(0)) {
        life.signal("SIGKILL");
        await life.untilEnded();
      }
      original = await start(maker, 0);
    }
    const reader = await start(maker === "Redis" ? "Shadis" : "Redis", 1);
    return await compareAll(original, reader, form);
  } finally {
    for (const life of lives) {
      life.signal("SIGKILL");
      await life.untilEnded();
    }
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function* generate(keys: number, callsOf: (i: number) => readonly Words[]): Generator<Words> {
  for (let i = 0; i < keys; i++) yield* callsOf(i);
}

// Sends calls in pipelines, and throws when one is refused. A change may meet a key of another type, or none.
async function sendAll(connection: RawConnection, calls: Iterable<Words>): Promise<void> {
  let batch: Words[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    connection.send(Buffer.concat(batch.map(encodeRequest)));
    const replies = await connection.take(batch.length, 120_000);
    const at = replies.findIndex(
      (raw) => isErrorFrame(raw) && raw.toString("latin1") !== "-ERR no such key\r\n",
    );
    if (replies.length < batch.length)
      throw new Error(`${quoteWords(batch[replies.length] as Words, 60)}: no answer`);
    if (at >= 0)
      throw new Error(`${quoteWords(batch[at] as Words, 60)}: ${replies[at]?.toString("latin1").trim()}`);
    batch = [];
  };
  for (const words of calls) {
    batch.push(words);
    if (batch.length >= keysAtOnce) await flush();
  }
  await flush();
}

async function untilRewritten(connection: RawConnection): Promise<void> {
  for (;;) {
    const [info] = await ask(connection, [["INFO", "persistence"]]);
    const text = info?.text ?? "";
    if (text.includes("aof_rewrite_in_progress:0") && text.includes("aof_rewrite_scheduled:0")) {
      if (!text.includes("aof_last_bgrewrite_status:ok")) throw new Error("the rewrite failed");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

// A stock server may answer first and write up to two seconds later.
async function untilWritten(connection: RawConnection): Promise<void> {
  for (;;) {
    const [info] = await ask(connection, [["INFO", "persistence"]]);
    const text = info?.text ?? "";
    if (!/aof_buffer_length:[1-9]|aof_pending_bio_fsync:[1-9]/.test(text)) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

async function compareAll(writer: RawConnection, reader: RawConnection, form: Form): Promise<string[]> {
  const faults: string[] = [];
  let compared = 0;
  for (const db of cargoDbs) {
    const sizes: number[] = [];
    for (const connection of [writer, reader]) {
      const [, size] = await ask(connection, [["SELECT", `${db}`], ["DBSIZE"]]);
      sizes.push(Number(size?.text));
    }
    if (sizes[0] !== sizes[1]) faults.push(`database ${db}: ${sizes[0]} keys written, ${sizes[1]} loaded`);
    let cursor = "0";
    do {
      const [page] = await ask(writer, [["SCAN", cursor, "COUNT", `${scanCount}`]]);
      cursor = page?.items[0]?.text ?? "0";
      const keys = (page?.items[1]?.items ?? []).map(({ text }) => text);
      compared += keys.length;
      faults.push(...(await compareKeys(writer, reader, form, db, keys)));
    } while (cursor !== "0" && faults.length < shownMax);
  }
  const lists = await Promise.all(
    [writer, reader].map((each) => ask(each, [["FUNCTION", "LIST", "WITHCODE"]])),
  );
  if (!lists[0]?.[0]?.raw.equals(lists[1]?.[0]?.raw ?? Buffer.alloc(0))) faults.push("the libraries differ");
  if (compared === 0) faults.push("nothing was compared");
  return faults.slice(0, shownMax);
}

async function compareKeys(
  writer: RawConnection,
  reader: RawConnection,
  form: Form,
  db: number,
  keys: readonly string[],
): Promise<string[]> {
  const calls = keys.flatMap((key): Words[] => [
    ["TYPE", key],
    ["PEXPIRETIME", key],
    ["DUMP", key],
  ]);
  const [left, right] = await askBoth(writer, reader, calls);
  const faults: string[] = [];
  for (let i = 0; i < calls.length; i++) {
    const [a, b] = [left[i], right[i]];
    const words = calls[i] as Words;
    if (a === undefined || b === undefined) return ["no answer while comparing"];
    if (a.equals(b)) continue;
    const type = left[i - 2]?.toString("latin1", 1).trim() ?? "";
    if (words[0] === "DUMP" && (await haveSameElements(writer, reader, form, type, words[1] ?? ""))) continue;
    const told =
      words[0] === "DUMP" ? `a ${type}` : `${quoteBytes(a, 60)} written, ${quoteBytes(b, 60)} loaded`;
    faults.push(`database ${db}, ${quoteWords(words, 60)}: ${told}`);
  }
  return faults;
}

// Hashes and sets in any order; a stream may tell times at which its consumers were seen a little apart.
async function haveSameElements(
  writer: RawConnection,
  reader: RawConnection,
  form: Form,
  type: string,
  key: string,
): Promise<boolean> {
  const words: Words | undefined = {
    string: ["GET", key],
    list: ["LRANGE", key, "0", "-1"],
    set: ["SMEMBERS", key],
    hash: ["HGETALL", key],
    zset: ["ZRANGE", key, "0", "-1", "WITHSCORES"],
    stream: ["XINFO", "STREAM", key, "FULL", "COUNT", "0"],
  }[type];
  if (words === undefined) return false;
  const [[a], [b]] = await askBoth(writer, reader, [words]);
  if (a === undefined || b === undefined || errorKind(a) === "ERR") return false;
  if (type === "stream") {
    const [left, right] = [withoutNodes(a), withoutNodes(b)];
    if (form !== "log of commands") return isSameButForTimes(left, right);
    return isSameButForTimes(withoutSeen(left), withoutSeen(right));
  }
  if (type !== "set" && type !== "hash") return a.equals(b);
  return elements(a, type).join() === elements(b, type).join();
}

function elements(raw: Buffer, type: string): string[] {
  const words = parseFrame(raw).items.map(({ text }) => text);
  const pairs =
    type === "set" ? words : words.flatMap((word, i) => (i % 2 === 0 ? [`${word}=${words[i + 1]}`] : []));
  return pairs.sort();
}

// How the entries are spread over nodes is each server's own affair.
function withoutNodes(raw: Buffer): string {
  return raw.toString("latin1").replace(/radix-tree-(keys|nodes)\r\n:\d+/g, "radix-tree-$1");
}

// No command tells when a consumer was seen: whoever loads them takes the time of loading.
function withoutSeen(text: string): string {
  return text.replace(/seen-time\r\n:\d+/g, "seen-time");
}

async function askBoth(
  writer: RawConnection,
  reader: RawConnection,
  calls: readonly Words[],
): Promise<readonly [Buffer[], Buffer[]]> {
  const bytes = Buffer.concat(calls.map(encodeRequest));
  const each = (connection: RawConnection): Promise<Buffer[]> => {
    connection.send(bytes);
    return connection.take(calls.length, 120_000);
  };
  return Promise.all([each(writer), each(reader)]);
}
