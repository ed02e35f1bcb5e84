// Client: one connection's protocol state.
//
// Role: bytes in, requests out, replies back. Between reads an idle client holds no buffer: requests are parsed in
// the network's own read buffer, and only the rest of an incomplete one is copied (`pending`).
// Back-pressure: while more than HELD_OUTPUT_BYTES wait to be sent, no further request of this client is run and
// its socket is not read; so a slow reader's memory is bounded by that and one reply.
// Invariants:
//   - requests run in the order they arrived, each once.
//   - after `closeAfterReply` or a protocol error nothing more is run.

import type { ClientView, ReplyMode } from "../commands/context.ts";
import type { Address, Stream, StreamEvents } from "../env/net.ts";
import type { Args } from "../resp/args.ts";
import { REPLY_BUFFER_BYTES, type ReplySink } from "../resp/reply-writer.ts";
import { COMPLETE, FAILED, INCOMPLETE, type RequestParser } from "../resp/request-parser.ts";
import type { ConnectionHub } from "./hub.ts";

/** Unsent bytes at which a client's further requests wait. */
export const HELD_OUTPUT_BYTES = 1024 * 1024;
const PENDING_BYTES_MIN = 1024;
/** Most bytes of a request a client may send before it has authenticated. */
const UNAUTHENTICATED_QUERY_BYTES_MAX = 1024 * 1024;
/** What a client costs beside its buffers: the object, its stream and the system's handle. */
const CLIENT_STATE_BYTES = 1800;

const NO_BYTES = new Uint8Array(0);

export class Client implements ClientView, StreamEvents, ReplySink {
  readonly id: number;
  readonly createdMs: number;
  readonly isUnixSocket: boolean;
  lastActiveMs: number;
  name = "";
  libraryName = "";
  libraryVersion = "";
  db = 0;
  protocol: 2 | 3 = 2;
  isAuthenticated = false;
  user = "default";
  replyMode: ReplyMode = "on";
  isMonitor = false;
  isNoEvict = false;
  isNoTouch = false;
  lastCommand = "NULL";
  totalCommands = 0;
  /** Replies are being dropped (CLIENT REPLY OFF). */
  isDiscarding = false;
  /** When the soft output limit was passed, wall ms; 0 while it is not. */
  softLimitSinceMs = 0;

  private readonly hub: ConnectionHub;
  private readonly stream: Stream;
  private pending: Uint8Array = NO_BYTES;
  private pendingLength = 0;
  private parser: RequestParser | undefined = undefined;
  private isClosing = false;
  private isHeld = false;
  private addresses: { remote: string; local: string } | undefined = undefined;

  constructor(hub: ConnectionHub, stream: Stream, id: number, nowMs: number) {
    this.hub = hub;
    this.stream = stream;
    this.id = id;
    this.createdMs = nowMs;
    this.lastActiveMs = nowMs;
    this.isUnixSocket = stream.local.kind === "unix";
  }

  get remoteAddress(): string {
    return this.named().remote;
  }

  get localAddress(): string {
    return this.named().local;
  }

  get pendingQueryBytes(): number {
    return this.pendingLength;
  }

  get queuedOutputBytes(): number {
    return this.stream.queuedBytes;
  }

  get memoryBytes(): number {
    return CLIENT_STATE_BYTES + this.pending.length + this.stream.queuedBytes;
  }

  get isClosed(): boolean {
    return this.isClosing;
  }

  // --- StreamEvents ---

  data(bytes: Uint8Array, length: number): void {
    const { hub } = this;
    hub.stats.inputBytes += length;
    hub.stats.totalReadsProcessed++;
    if (this.isClosing) return;
    hub.beginTurn(this);
    if (this.parser === undefined && this.pendingLength === 0) this.runFresh(bytes, length);
    else {
      this.append(bytes, 0, length);
      this.runPending();
    }
    hub.endTurn(this);
  }

  drained(): void {
    this.softLimitSinceMs = 0;
    if (this.isHeld && !this.hub.isHeldByPause(this)) this.resume();
  }

  ended(): void {
    this.closeNow();
  }

  closed(): void {
    this.isClosing = true;
    this.pending = NO_BYTES;
    this.pendingLength = 0;
    this.parser = undefined;
    this.hub.forget(this);
  }

  // --- ReplySink ---

  take(buffer: Uint8Array, length: number): Uint8Array {
    if (this.isDiscarding) return buffer;
    const { hub } = this;
    hub.stats.outputBytes += length;
    hub.stats.totalWritesProcessed++;
    if (this.stream.write(buffer, length)) return buffer;
    hub.checkOutput(this);
    return new Uint8Array(REPLY_BUFFER_BYTES);
  }

  // --- ClientView ---

  closeAfterReply(): void {
    this.isClosing = true;
    this.hub.closeAfterTurn(this);
  }

  closeNow(): void {
    this.isClosing = true;
    this.hub.forget(this);
    this.stream.destroy();
  }

  /** Closes when all that was written has been sent. The turn's replies must have been flushed. */
  finish(): void {
    this.isClosing = true;
    this.stream.end();
  }

  /** Sends bytes outside of a turn (monitor lines, the refusal of a connection). The buffer is given away. */
  send(bytes: Uint8Array): void {
    if (this.isClosing) return;
    this.hub.stats.outputBytes += bytes.length;
    if (!this.stream.write(bytes, bytes.length)) this.hub.checkOutput(this);
  }

  /** Goes on with requests that were held back. */
  resume(): void {
    if (!this.isHeld || this.isClosing) return;
    this.isHeld = false;
    this.stream.resumeReading();
    if (this.pendingLength === 0) return;
    this.hub.beginTurn(this);
    this.runPending();
    this.hub.endTurn(this);
  }

  private named(): { remote: string; local: string } {
    if (this.addresses === undefined) {
      const { remote, local } = this.stream;
      this.addresses = { remote: addressText(remote), local: addressText(local) };
    }
    return this.addresses;
  }

  // Requests straight from the read buffer; only what is incomplete or held back is copied.
  private runFresh(bytes: Uint8Array, length: number): void {
    const parser = this.hub.parser;
    const stopped = this.runRequests(parser, bytes, 0, length);
    if (stopped >= length || this.isClosing) {
      parser.reset();
      return;
    }
    if (!parser.isIdle) {
      this.parser = parser.split();
      this.parser.rebase(stopped);
    }
    this.append(bytes, stopped, length);
  }

  private runPending(): void {
    const parser = this.parser ?? this.hub.parser;
    if (parser === this.hub.parser) parser.reset();
    const stopped = this.runRequests(parser, this.pending, 0, this.pendingLength);
    if (stopped >= this.pendingLength || this.isClosing) {
      this.parser = undefined;
      this.pending = NO_BYTES;
      this.pendingLength = 0;
      this.hub.parser.reset();
      return;
    }
    if (stopped > 0) {
      this.pending.copyWithin(0, stopped, this.pendingLength);
      this.pendingLength -= stopped;
    }
    if (parser.isIdle) {
      this.parser = undefined;
      return;
    }
    if (parser === this.hub.parser) this.parser = parser.split();
    (this.parser as RequestParser).rebase(stopped);
  }

  // Runs requests from bytes[from, end); returns where the first one that did not run begins.
  private runRequests(parser: RequestParser, bytes: Uint8Array, from: number, end: number): number {
    const { hub } = this;
    const { limits } = hub;
    let at = from;
    for (;;) {
      limits.isAuthenticated = this.isAuthenticated || !hub.isPasswordRequired;
      const result = parser.parse(bytes, parser.isIdle ? at : parser.next, end, limits);
      if (result === COMPLETE) {
        if (parser.args.count > 0 && !this.run(parser.args)) {
          parser.reset();
          this.hold();
          hub.holdForPause(this);
          return at;
        }
        at = parser.next;
        if (this.isClosing || at >= end) return at;
        if (this.stream.queuedBytes > HELD_OUTPUT_BYTES) {
          this.hold();
          return at;
        }
      } else if (result === INCOMPLETE) {
        return parser.isIdle && parser.next >= end ? at : at;
      } else if (result === FAILED) {
        hub.protocolError(this, parser.error);
        return end;
      }
    }
  }

  private run(args: Args): boolean {
    return this.hub.execute(this, args);
  }

  private hold(): void {
    this.isHeld = true;
    this.stream.pauseReading();
  }

  private append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.pendingLength + end - start;
    const { hub } = this;
    const isLocked = hub.isPasswordRequired && !this.isAuthenticated;
    if (length > hub.queryBytesMax || (isLocked && length > UNAUTHENTICATED_QUERY_BYTES_MAX)) {
      hub.queryTooLong(this);
      return;
    }
    if (length > this.pending.length) {
      // A bulk that was announced is reserved for only as far as its bytes have come, doubling.
      const wanted = this.parser === undefined ? 0 : this.parser.next + this.parser.wantedBytes;
      const doubled = Math.max(length, PENDING_BYTES_MIN, 2 * this.pending.length);
      const capacity = wanted >= length ? Math.min(wanted, Math.max(doubled, 2 * length)) : doubled;
      const grown = new Uint8Array(Math.max(capacity, length));
      grown.set(this.pending.subarray(0, this.pendingLength));
      this.pending = grown;
    }
    this.pending.set(bytes.subarray(start, end), this.pendingLength);
    this.pendingLength = length;
  }
}

function addressText(address: Address): string {
  if (address.kind === "unix") return `${address.path}:0`; // As CLIENT LIST shows it.
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
