// Witness: tells the observer what was run and what it answered, request by request.
//
// Role: stands between the hub and the executor while an observer is attached (env/observer.ts); without one the
// executor is called directly. It changes nothing that a client sees.
//
// How a reply is found: it begins where the writer stood before the request ran, and whatever the writer hands over
// meanwhile (Client.take) belongs to it. What is written in between for other reasons (a monitor's own line, a message
// to a subscriber) is skipped. Requests can hold others, as EXEC does: each has a frame, and what is written belongs
// to all frames that are open.
//
//   buffer | replies of earlier requests | this request's reply | skipped | this request's reply |
//                                        ^ from
//
// Invariants:
//   - `executed` is told once for each request that was run or refused with an error, before anything else runs; for
//     one that waits for a key, when it is answered.
//   - the requests of a transaction are told as EXEC runs them, and then EXEC with the whole reply.
//   - a client that the request itself has closed is told as gone after the request, never before.

import type { CommandTable } from "../commands/registry.ts";
import type { Executed, Observer, TextOf } from "../env/observer.ts";
import { latin1Text } from "../lib/bytes.ts";
import type { Args } from "../resp/args.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import type { Client } from "./client.ts";
import type { Executor } from "./executor.ts";
import { type HashOf, KeySample } from "./key-sample.ts";
import type { Node } from "./node.ts";

/** A longer request is told without its long words, a longer reply without its bytes. */
export const TOLD_BYTES_MAX = 1024 * 1024;
/** The words of such a request that are longer than this are told as empty. */
const TOLD_WORD_BYTES_MAX = 64 * 1024;

const noWords: readonly string[] = [];

/** Up to so many bytes our own loop is faster than a call of the platform's. */
const SHORT_BYTES = 32;

// Commands without a key that leave no state behind: to an observer of a sample they are not worth their cost.
const changesNothing: ReadonlySet<string> = new Set([
  "ping",
  "echo",
  "time",
  "info",
  "dbsize",
  "keys",
  "scan",
  "randomkey",
]);

/** What a call of a script got: bytes[0, length). */
export type ScriptReply = {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly protocol: 2 | 3;
};

export type WitnessParts = {
  readonly observer: Observer;
  readonly executor: Executor;
  readonly table: CommandTable;
  readonly node: Node;
  readonly reply: ReplyWriter;
  /** The dict's hash of a key. */
  readonly hashOf: HashOf;
};

/** One reply in the making. */
type Frame = {
  text: string;
  isCut: boolean;
  isUntold: boolean;
  client: Client;
  transaction: Executed["transaction"];
};

function newFrame(client: Client): Frame {
  return { text: "", isCut: false, isUntold: false, client, transaction: undefined };
}

export class Witness {
  private readonly observer: Observer;
  private readonly executor: Executor;
  private readonly table: CommandTable;
  /** Undefined where the observer is told of all requests. */
  private readonly sample: KeySample | undefined;
  private readonly textOf: TextOf;
  /** No texts are made. */
  private readonly isCounting: boolean;
  private readonly node: Node;
  private readonly reply: ReplyWriter;
  /** Replies being written, the innermost last. */
  private readonly frames: Frame[] = [];
  /** The frame of a request that no other holds. */
  private readonly outer: Frame = newFrame(undefined as unknown as Client);
  private writer: ReplyWriter;
  private from = 0;
  private isSkipping = false;
  private isRequestCut = false;
  private lastName = "";
  private readonly gone: number[] = [];

  constructor(parts: WitnessParts) {
    this.observer = parts.observer;
    const { oneIn = 1 } = parts.observer;
    const sample = oneIn > 1 ? new KeySample(oneIn, parts.hashOf) : undefined;
    this.sample = sample;
    if (sample !== undefined) parts.observer.samples?.((key) => sample.hasText(key));
    this.textOf = parts.observer.textOf ?? latin1Text;
    this.isCounting = parts.observer.isCounting === true;
    this.executor = parts.executor;
    this.table = parts.table;
    this.node = parts.node;
    this.reply = parts.reply;
    this.writer = parts.reply;
  }

  /** As Executor.execute, and tells the observer. */
  execute(client: Client, args: Args): boolean {
    const { sample } = this;
    if (sample !== undefined && this.isPassedBy(client, args, sample))
      return this.executor.execute(client, args);
    const words = this.wordsOf(args);
    const { isRequestCut } = this;
    const commandsBefore = client.totalCommands;
    const wasQueueing = client.isQueueing;
    const { errorCount } = this.reply;
    // The path of every command: no closure, and one frame for all.
    const frame = this.frames.length === 0 ? this.outer : newFrame(client);
    frame.client = client;
    frame.text = "";
    frame.isCut = false;
    this.open(frame, this.reply);
    const wasRun = this.executor.execute(client, args);
    // Closed without a word: neither run nor refused, as when a browser speaks HTTP to us.
    frame.isUntold =
      client.isWaiting ||
      (client.isClosed && client.totalCommands === commandsBefore && !this.hasReply(frame));
    // Neither run nor refused. Once the transaction has been refused nothing more is kept, but all is answered so.
    const isQueued =
      wasQueueing &&
      client.isQueueing &&
      client.totalCommands === commandsBefore &&
      this.reply.errorCount === errorCount;
    frame.transaction = isQueued ? "queued" : undefined;
    this.close(frame, this.reply, words, isRequestCut, wasRun);
    return wasRun;
  }

  /** Tells of a request that another one holds, as a transaction does; `run` runs it. */
  inner(client: Client, args: Args, run: () => void): void {
    this.tell(client, args, this.reply, (frame) => {
      frame.transaction = "inner";
      run();
      return true;
    });
  }

  /** Tells of a request that has waited and is answered by `write` now, if that returns true. */
  answers(client: Client, args: Args, reply: ReplyWriter, write: () => boolean): boolean {
    return this.tell(client, args, reply, write);
  }

  /**
   * Tells of a call that a script of the client's has made, which got bytes[0, length). The request that runs the script
   * is told after all of them.
   */
  scripted(id: number, args: Args, got: ScriptReply): void {
    const { observer, sample } = this;
    if (sample !== undefined && this.isUnsampled(args, sample)) {
      observer.untold = (observer.untold ?? 0) + 1;
      return;
    }
    const words = this.wordsOf(args);
    const { bytes, length, protocol } = got;
    const isReplyCut = length > TOLD_BYTES_MAX;
    observer.executed({
      client: id,
      nowMs: this.node.everything.nowMs,
      words,
      reply: isReplyCut || this.isCounting ? "" : this.textAt(bytes, 0, length),
      protocol,
      isRequestCut: this.isRequestCut,
      isReplyCut,
      transaction: "script",
    });
  }

  /** The writer hands over buffer[0, length), which is meant for the client. */
  handsOver(buffer: Uint8Array, length: number): void {
    if (this.frames.length === 0) return;
    this.add(buffer, length);
    this.from = 0;
  }

  /** The writer begins again, and what it held is kept back: CLIENT REPLY OFF or SKIP. */
  drops(): void {
    this.from = 0;
  }

  /** What `write` writes is no part of any reply. */
  skip(write: () => void): void {
    if (this.frames.length === 0) return write();
    this.add(this.writer.buffer, this.writer.position);
    this.isSkipping = true;
    write();
    this.isSkipping = false;
    this.from = this.writer.position;
  }

  connected(id: number): void {
    this.observer.connected(id);
  }

  disconnected(id: number): void {
    if (this.frames.length > 0) this.gone.push(id);
    else this.observer.disconnected(id);
  }

  // Runs `run` in a frame of its own, and tells the observer if that returns true.
  private tell(client: Client, args: Args, writer: ReplyWriter, run: (frame: Frame) => boolean): boolean {
    const frame = newFrame(client);
    const { sample } = this;
    if (sample !== undefined && this.isPassedBy(client, args, sample)) return run(frame);
    const words = this.wordsOf(args);
    const { isRequestCut } = this;
    this.open(frame, writer);
    const wasRun = run(frame);
    this.close(frame, writer, words, isRequestCut, wasRun);
    return wasRun;
  }

  private open(frame: Frame, writer: ReplyWriter): void {
    if (this.frames.length === 0) {
      this.writer = writer;
      this.from = writer.position;
    } else this.add(writer.buffer, writer.position);
    this.frames.push(frame);
  }

  private close(
    frame: Frame,
    writer: ReplyWriter,
    words: readonly string[],
    isRequestCut: boolean,
    wasRun: boolean,
  ): void {
    const { observer, frames } = this;
    const { client } = frame;
    this.add(writer.buffer, writer.position);
    frames.pop();
    if (wasRun && !frame.isUntold) {
      const { nowMs } = this.node.everything;
      const { text, isCut: isReplyCut, transaction } = frame;
      const reply = this.isCounting ? "" : text;
      const { protocol } = writer;
      observer.executed({
        client: client.id,
        nowMs,
        words,
        reply,
        protocol,
        isRequestCut,
        isReplyCut,
        transaction,
      });
    }
    if (frames.length === 0 && this.gone.length > 0) {
      for (const id of this.gone.splice(0)) observer.disconnected(id);
    }
  }

  // The observer does not want to know of it.
  private isPassedBy(client: Client, args: Args, sample: KeySample): boolean {
    if (client.replyMode !== "on" || !this.isUnsampled(args, sample)) return false;
    this.observer.untold = (this.observer.untold ?? 0) + 1;
    return true;
  }

  private hasReply(frame: Frame): boolean {
    return frame.text !== "" || frame.isCut || this.writer.position > this.from;
  }

  // All its keys are beside the sample. Where that takes more than a look: false.
  private isUnsampled(args: Args, sample: KeySample): boolean {
    const command = this.table.find(args.bytes, args.start(0), args.end(0));
    if (command === undefined || command.keySpecs.length > 1) return false;
    if (command.firstKey === 0) return changesNothing.has(command.name);
    const { keyStep } = command;
    const last = command.lastKey < 0 ? args.count + command.lastKey : command.lastKey;
    if (last >= args.count) return false;
    for (let i = command.firstKey; i <= last; i += keyStep) {
      if (sample.hasArgument(args, i)) return false;
    }
    return true;
  }

  private add(buffer: Uint8Array, end: number): void {
    const { from, frames } = this;
    if (end <= from) return;
    this.from = end;
    if (this.isSkipping || frames[0]?.client.isDiscarding === true) return;
    // Where it is only counted, that there was a reply is still to be seen.
    const text = this.isCounting ? "." : this.textAt(buffer, from, end);
    for (const frame of frames) {
      if (frame.isCut) continue;
      frame.isCut = frame.text.length + text.length > TOLD_BYTES_MAX;
      frame.text = frame.isCut ? "" : frame.text + text;
    }
  }

  private wordsOf(args: Args): readonly string[] {
    if (this.isCounting) return noWords;
    const isLarge = args.end(args.count - 1) - args.start(0) > TOLD_BYTES_MAX;
    const wordBytesMax = isLarge ? TOLD_WORD_BYTES_MAX : TOLD_BYTES_MAX;
    this.isRequestCut = false;
    // Of its length from the start: an array that grows would be as much garbage as all the rest.
    const words = new Array<string>(args.count);
    words[0] = this.nameOf(args, wordBytesMax);
    for (let i = 1; i < args.count; i++) words[i] = this.wordOf(args, i, wordBytesMax);
    return words;
  }

  private wordOf(args: Args, i: number, wordBytesMax: number): string {
    if (args.length(i) <= wordBytesMax) return this.textAt(args.bytes, args.start(i), args.end(i));
    this.isRequestCut = true;
    return "";
  }

  private textAt(bytes: Uint8Array, start: number, end: number): string {
    return end - start <= SHORT_BYTES ? latin1Text(bytes, start, end) : this.textOf(bytes, start, end);
  }

  // Pipelines repeat one command: one text for all of them is found faster in the observer's tables, too.
  private nameOf(args: Args, wordBytesMax: number): string {
    const { lastName } = this;
    const start = args.start(0);
    let i = args.length(0) === lastName.length ? 0 : -1;
    while (i >= 0 && i < lastName.length) {
      if (args.bytes[start + i] === lastName.charCodeAt(i)) i++;
      else i = -1;
    }
    if (i < 0) this.lastName = this.wordOf(args, 0, wordBytesMax);
    return this.lastName;
  }
}
