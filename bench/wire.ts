// Wire client: the few bytes of RESP2 that a benchmark needs, over one socket.
//
// Role: control questions (`call`) and bulk loading (`flood`). It shares no code with the server under test,
// so that a mistake there cannot cancel out here.
// Invariants:
//   - Replies answer requests in order; `call` may be pipelined.
//   - `flood` counts replies of one line (+OK, :1) and bulks of one line that begins with a digit (the id of XADD),
//     and never runs beside a `call`.
//   - After an error on the socket every waiting promise is rejected: nothing hangs on a dead server.

import net from "node:net";

/** An error reply (`-ERR ...`), kept apart from strings so that a caller must look at it. */
export class ErrorReply {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export type Reply = string | number | null | ErrorReply | readonly Reply[];

/** `bytes` holds exactly `replyCount` requests, each of which is answered as `flood` can count. */
export type Batch = { readonly bytes: Buffer; readonly replyCount: number };

type Waiter = { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void };
type Flood = { remaining: number; atLineStart: boolean; firstError: string | undefined; wake: () => void };

// Four batches in flight keep a server busy without letting the socket buffers hold the whole load.
const floodWindowBatches = 4;
const crByte = 13;
const lfByte = 10;
const minusByte = 45;
const dollarByte = 36;

export class Client {
  readonly #socket: net.Socket;
  readonly #waiters: Waiter[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #flood: Flood | undefined;
  #failure: Error | undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Connects to a port of this machine; rejects when nobody listens. */
  static connect(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: "127.0.0.1", port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Client(socket));
      });
    });
  }

  /** Sends one command; resolves with its reply, error replies included. */
  call(...args: readonly string[]): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#socket.write(request(args));
    });
  }

  /** As `call`, but an error reply becomes an exception that names the command. */
  async must(...args: readonly string[]): Promise<Exclude<Reply, ErrorReply>> {
    const reply = await this.call(...args);
    if (reply instanceof ErrorReply) throw new Error(`${args.slice(0, 2).join(" ")}: ${reply.message}`);
    return reply;
  }

  /** Sends every batch with a few in flight; throws when any reply is an error. */
  async flood(batches: Iterable<Batch>): Promise<void> {
    if (this.#waiters.length > 0) throw new Error("flood beside an unanswered call");
    const flood: Flood = { remaining: 0, atLineStart: true, firstError: undefined, wake: () => undefined };
    this.#flood = flood;
    try {
      let window: number[] = [];
      for (const batch of batches) {
        flood.remaining += batch.replyCount;
        window.push(batch.replyCount);
        this.#socket.write(batch.bytes);
        while (window.length >= floodWindowBatches) {
          await this.#floodMovedOn(flood);
          window = stillUnanswered(window, flood.remaining);
        }
      }
      while (flood.remaining > 0) await this.#floodMovedOn(flood);
    } finally {
      this.#flood = undefined;
    }
  }

  /** Closes at once; unanswered calls are rejected. */
  close(): void {
    this.#fail(new Error("closed by this side"));
    this.#socket.destroy();
  }

  async #floodMovedOn(flood: Flood): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve) => {
      flood.wake = resolve;
    });
    if (this.#failure !== undefined) throw this.#failure;
    if (flood.firstError !== undefined) throw new Error(`while loading: ${flood.firstError}`);
  }

  #receive(chunk: Buffer): void {
    if (this.#flood !== undefined) {
      countLines(this.#flood, chunk);
      this.#flood.wake();
      return;
    }
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    let offset = 0;
    while (this.#waiters.length > 0) {
      const parsed = parseReply(this.#unread, offset);
      if (parsed === undefined) break;
      offset = parsed.end;
      this.#waiters.shift()?.resolve(parsed.reply);
    }
    this.#unread = this.#unread.subarray(offset);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#failure);
    this.#flood?.wake();
  }
}

/** The bytes of one request; arguments are taken as Latin-1. */
export function request(args: readonly string[]): Buffer {
  return Buffer.from(requestText(args), "latin1");
}

/** As `request`, as text: a loader joins many before it makes one buffer. */
export function requestText(args: readonly string[]): string {
  let text = `*${args.length}\r\n`;
  for (const arg of args) text += `$${arg.length}\r\n${arg}\r\n`;
  return text;
}

/** The reply that begins at `offset`, or undefined while some of it has not arrived. */
export function parseReply(bytes: Buffer, offset: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf("\r\n", offset, "latin1");
  if (lineEnd < 0) return undefined;
  const line = bytes.toString("latin1", offset + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[offset] as number)) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new ErrorReply(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$":
      return parseBulk(bytes, end, Number(line));
    case "*":
      return parseArray(bytes, end, Number(line));
    default:
      throw new Error(`no RESP2 reply begins with ${JSON.stringify(bytes.toString("latin1", offset, end))}`);
  }
}

function parseBulk(bytes: Buffer, start: number, sizeBytes: number) {
  if (sizeBytes < 0) return { reply: null, end: start };
  if (bytes.length < start + sizeBytes + 2) return undefined;
  return { reply: bytes.toString("latin1", start, start + sizeBytes), end: start + sizeBytes + 2 };
}

function parseArray(bytes: Buffer, start: number, count: number) {
  if (count < 0) return { reply: null, end: start };
  const reply: Reply[] = [];
  let end = start;
  for (let index = 0; index < count; index++) {
    const element = parseReply(bytes, end);
    if (element === undefined) return undefined;
    reply.push(element.reply);
    end = element.end;
  }
  return { reply, end };
}

// Loading is timed together with the server, so a reply costs a byte scan here and nothing more.
function countLines(flood: Flood, chunk: Buffer): void {
  for (let index = 0; index < chunk.length; index++) {
    const byte = chunk[index] as number;
    if (flood.atLineStart && byte === minusByte) {
      const end = chunk.indexOf(crByte, index);
      flood.firstError ??= chunk.toString("latin1", index, end < 0 ? chunk.length : end);
    }
    // The size of a bulk is a line more than the reply counts for.
    if (flood.atLineStart && byte === dollarByte) flood.remaining++;
    flood.atLineStart = byte === lfByte;
    if (flood.atLineStart) flood.remaining--;
  }
}

// Replies come in order, so the unanswered ones belong to the newest batches.
function stillUnanswered(window: readonly number[], remaining: number): number[] {
  let left = remaining;
  let first = window.length;
  while (first > 0 && left > 0) {
    first--;
    left -= window[first] as number;
  }
  return window.slice(first);
}
