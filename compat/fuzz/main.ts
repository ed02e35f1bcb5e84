// Mutated frames: broken requests to Shadis, and a share of them to a stock redis-server, answers compared.
//
// Role: a program. The soak sends frame after frame down connections of Shadis until they close, and watches that
// the process stays, answers, and does not grow. The comparison sends single frames, each on a connection of its
// own, to both servers: a marker follows the frame and our side ends, so everything the server has to say comes
// back, and a server that gave up before the marker shows by its absence.
// Invariant: the last line counts frames as `N passed, N failed, N skipped`; a crash, growth beyond the bound or
// an answer that differs makes the exit code non-zero.

import { parseArgs } from "node:util";
import { Chance } from "../generator/chance.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteBytes } from "../resp/request.ts";
import {
  candidateCommand,
  findStock,
  logTail,
  type Pair,
  type Server,
  startPair,
  startServer,
  stopServer,
} from "../servers/pair.ts";
import { wholeNumber } from "../whole-number.ts";
import { drawFrame } from "./frames.ts";
import { Watch } from "./watch.ts";

/** A small limit of bulk lengths: a frame that announces more is refused, one that announces less must be waited for. */
const flags = ["--proto-max-bulk-len", "1mb"];
const lanes = 16; // Each lane has a database of its own, so that lanes do not see each other's keys.
const framesPerConnection = 100;
const soakConnections = 8;
const growthBytesMax = 256 * 1024 * 1024;
const shownDifferencesMax = 30;
const answerMsMax = 20_000;

type Options = {
  readonly frames: number;
  readonly compared: number;
  readonly seed: number;
  readonly portBase: number;
  readonly shards: number | undefined;
  readonly isCandidateStock: boolean;
};

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  const { seed, portBase, shards, isCandidateStock } = options;
  const hasStock = findStock() !== undefined;
  const isStockRequired = process.env["REQUIRE_STOCK_REDIS"] === "1";
  if (!hasStock)
    console.log("skipped: the comparison with a stock Redis, as redis-server is not on the PATH");
  const compared = hasStock ? options.compared : 0;
  console.log(`seed ${seed}: ${options.frames} frames, ${compared} of them to both servers`);
  let failed = !hasStock && isStockRequired ? 1 : 0;
  let pair: Pair | undefined;
  let server: Server;
  if (hasStock) {
    pair = await startPair({ portBase, shards, isCandidateStock, flags });
    server = pair.candidate;
  } else {
    server = await startServer("shadis", candidateCommand(), portBase + 1, flags);
  }
  try {
    const startedMs = performance.now();
    const watch = new Watch(server);
    if (pair !== undefined) failed += await compareFrames(pair, compared, seed, watch);
    failed += await soak(server, options.frames - compared, seed, watch);
    failed += await verdict(server, watch);
    const seconds = (performance.now() - startedMs) / 1000;
    console.log(`seed ${seed}; ${Math.round(options.frames / seconds)} frames/s`);
  } finally {
    if (pair !== undefined) await stopServer(pair.stock);
    await stopServer(server);
  }
  const skipped = hasStock ? 0 : options.compared;
  console.log(
    `${Math.max(options.frames - failed - skipped, 0)} passed, ${failed} failed, ${skipped} skipped`,
  );
  return failed === 0 ? 0 : 1;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      frames: { type: "string", default: "100000" },
      compared: { type: "string" },
      seed: { type: "string" },
      "port-base": { type: "string", default: "7540" },
      shards: { type: "string" },
      "candidate-stock": { type: "boolean", default: false },
    },
  });
  const frames = wholeNumber("frames", values.frames, 1);
  const { compared, seed, shards } = values;
  return {
    frames,
    compared: Math.min(
      frames,
      compared === undefined
        ? Math.max(Math.ceil(frames / 10), Math.min(frames, 20_000))
        : wholeNumber("compared", compared),
    ),
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 32) : wholeNumber("seed", seed),
    portBase: wholeNumber("port-base", values["port-base"], 1),
    shards: shards === undefined ? undefined : wholeNumber("shards", shards, 1),
    isCandidateStock: values["candidate-stock"],
  };
}

async function compareFrames(pair: Pair, count: number, seed: number, watch: Watch): Promise<number> {
  const kinds = new Map<string, number>();
  const foreignCommands = await commandsOfStockAlone(pair);
  let differed = 0;
  let skipped = 0;
  let done = 0;
  let nextToldMs = performance.now() + 10_000;
  const lane = async (number: number): Promise<void> => {
    const chance = new Chance(seed * lanes + number);
    for (let i = number; i < count; i += lanes) {
      if (watch.hasEnded || kinds.size >= shownDifferencesMax) return;
      const frame = drawFrame(chance);
      const marker = `marker-${chance.u32()}`;
      const isSplit = chance.oneIn(4) && frame.length > 1;
      const cut = isSplit ? chance.between(1, frame.length - 1) : 0;
      const [stock, candidate] = await Promise.all([
        answerTo(pair.stock.port, number, frame, marker, cut),
        answerTo(pair.candidate.port, number, frame, marker, cut),
      ]);
      watch.look();
      done++;
      if (performance.now() > nextToldMs) {
        nextToldMs = performance.now() + 10_000;
        console.log(`  ${done} frames compared, ${differed} differ`);
      }
      if (agree(stock, candidate, frame)) continue;
      if (isAmbiguous(frame) || meetsForeignCommand(candidate, foreignCommands)) {
        skipped++;
        continue;
      }
      differed++;
      const kind = kindOf(stock, candidate);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kinds.get(kind) !== 1) continue;
      console.log(
        `\nDIFFERENCE in lane ${number}, frame ${i} (seed ${seed})${isSplit ? `, cut at ${cut}` : ""}`,
      );
      console.log(`  frame:     ${quoteBytes(frame, 600)}`);
      console.log(`  stock:     ${show(stock)}\n  candidate: ${show(candidate)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  if (watch.hasEnded) {
    console.log(`the candidate ended; its log ends:\n${logTail(watch.server)}`);
    return differed + 1;
  }
  console.log(`${done} frames compared, ${differed} differ, ${skipped} differ by design`);
  return differed;
}

type Answer = { readonly bytes: Buffer | undefined; readonly wasReset: boolean };

async function answerTo(
  port: number,
  db: number,
  frame: Buffer,
  marker: string,
  cut: number,
): Promise<Answer> {
  const connection = await RawConnection.open({ port });
  // Every frame finds the same state: an empty database that no other lane uses.
  connection.send(Buffer.concat([encodeRequest(["SELECT", `${db}`]), encodeRequest(["FLUSHDB"])]));
  if (cut > 0) connection.send(frame.subarray(0, cut));
  connection.send(Buffer.concat([frame.subarray(cut), Buffer.from("\r\n"), encodeRequest(["ECHO", marker])]));
  const bytes = withoutIds(await connection.readToEnd(answerMsMax));
  const wasReset = connection.ending === "reset";
  connection.close();
  return { bytes, wasReset };
}

// A frame may be mutated into a HELLO that succeeds, and its reply tells the connection's number.
function withoutIds(bytes: Buffer | undefined): Buffer | undefined {
  const text = bytes?.toString("latin1");
  if (text === undefined || !text.includes("\r\nid\r\n:")) return bytes;
  return Buffer.from(text.replace(/(?<=\r\nid\r\n:)\d+/g, "0"), "latin1");
}

// A server that closes while bytes of ours are unread makes the system drop what it had sent; and a request of
// HTTP (POST, Host:) makes Redis close at once, dropping replies not yet written. Which of the replies before
// that still arrive depends on how the bytes were cut into reads: one answer need only begin the other.
function agree(stock: Answer, candidate: Answer, frame: Buffer): boolean {
  if (stock.bytes === undefined || candidate.bytes === undefined) return stock.bytes === candidate.bytes;
  if (stock.bytes.equals(candidate.bytes)) return true;
  const isDropped = stock.wasReset || candidate.wasReset || /post|host:/i.test(frame.toString("latin1"));
  if (!isDropped) return false;
  const length = Math.min(stock.bytes.length, candidate.bytes.length);
  return stock.bytes.subarray(0, length).equals(candidate.bytes.subarray(0, length));
}

// A line longer than 64 KiB is refused only when its end is not yet there, and the stock server's reads double in
// size: up to 160 KiB its answer depends on how the bytes were cut into reads.
function isAmbiguous(frame: Buffer): boolean {
  for (let at = 0; at < frame.length; ) {
    const lf = frame.indexOf(10, at);
    const end = lf < 0 ? frame.length : lf;
    if (end - at >= 65_000 && end - at <= 200_000) return true;
    at = end + 1;
  }
  return false;
}

/** Upper-case names of commands that the stock server has and the candidate lacks: a mutation may spell one. */
async function commandsOfStockAlone(pair: Pair): Promise<ReadonlySet<string>> {
  const [own, other] = await Promise.all([namesAt(pair.candidate.port), namesAt(pair.stock.port)]);
  return new Set(other.filter((name) => !own.includes(name)));
}

async function namesAt(port: number): Promise<string[]> {
  const connection = await RawConnection.open({ port });
  connection.send(encodeRequest(["COMMAND", "LIST"]));
  const [reply] = await connection.take(1);
  connection.close();
  return reply === undefined ? [] : parseFrame(reply).items.map((item) => item.text.toUpperCase());
}

function meetsForeignCommand({ bytes }: Answer, foreign: ReadonlySet<string>): boolean {
  const text = bytes?.toString("latin1") ?? "";
  return [...text.matchAll(/unknown command '([^']*)'/g)].some(([, name]) =>
    foreign.has(name?.toUpperCase() ?? ""),
  );
}

function kindOf(stock: Answer, candidate: Answer): string {
  const left = stock.bytes?.toString("latin1") ?? "no end";
  const right = candidate.bytes?.toString("latin1") ?? "no end";
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const from = left.lastIndexOf("\n", at - 1) + 1;
  const short = (text: string): string => text.slice(from, from + 40).replace(/[^a-zA-Z+$: -].*/s, "");
  return `${short(left)} / ${short(right)}`;
}

function show(answer: Answer): string {
  if (answer.bytes === undefined) return "did not end";
  return `${quoteBytes(answer.bytes, 900)}${answer.wasReset ? " (reset)" : ""}`;
}

// Frames down a few connections at once; what comes back is read and thrown away.
async function soak(server: Server, count: number, seed: number, watch: Watch): Promise<number> {
  const chance = new Chance(seed + 0x50a);
  let left = count;
  let unended = 0;
  let nextToldMs = performance.now() + 10_000;
  const pour = async (): Promise<void> => {
    while (left > 0 && !watch.hasEnded) {
      const size = Math.min(left, framesPerConnection);
      left -= size;
      const frames = Buffer.concat(Array.from({ length: size }, () => drawFrame(chance)));
      const connection = await RawConnection.open({ port: server.port }).catch(() => undefined);
      if (connection === undefined) continue;
      connection.send(frames);
      const bytes = await connection.readToEnd(answerMsMax);
      if (bytes === undefined) unended++;
      connection.close();
      watch.look();
      if (performance.now() > nextToldMs) {
        nextToldMs = performance.now() + 10_000;
        console.log(
          `  ${count - left} frames poured, ${Math.round(watch.maxBytes / 2 ** 20)} MiB resident at most`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: soakConnections }, pour));
  if (unended > 0) console.log(`FAIL ${unended} connections did not end after our side had`);
  return unended;
}

async function verdict(server: Server, watch: Watch): Promise<number> {
  watch.look();
  const growth = watch.maxBytes - watch.atStartBytes;
  console.log(
    `resident at start ${Math.round(watch.atStartBytes / 2 ** 20)} MiB, at most ${Math.round(watch.maxBytes / 2 ** 20)} MiB`,
  );
  let failed = 0;
  if (growth > growthBytesMax) {
    console.log(`FAIL it grew by ${growth} bytes; the bound is ${growthBytesMax}`);
    failed++;
  }
  const connection = await RawConnection.open({ port: server.port }).catch(() => undefined);
  connection?.send(encodeRequest(["PING"]));
  const [pong] = (await connection?.take(1)) ?? [];
  connection?.close();
  if (watch.hasEnded || pong?.toString("latin1") !== "+PONG\r\n") {
    console.log(`FAIL it does not answer any more; its log ends:\n${logTail(server)}`);
    failed++;
  }
  return failed;
}
