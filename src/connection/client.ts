// Client: one connection's protocol state.
//
// Role: bytes in, requests out, replies back. Between reads an idle client holds no buffer: requests are parsed in
// the network's own read buffer, and only the rest of an incomplete one is copied (`pending`).
// Back-pressure: while more than HELD_OUTPUT_BYTES wait to be sent, no further request of this client is run, so
// what a slow reader makes us hold of replies is bounded by that, one reply buffer and one reply. Where a larger output
// limit is configured it may reach that, and is closed as it asks; a turn that makes more than a hard limit sends
// nothing. Its requests are still read, up to client-query-buffer-limit: many clients write a whole pipeline before they
// read the first reply, and would otherwise wait for us while we wait for them.
// Invariants:
//   - requests run in the order they arrived, each once.
//   - after `closeAfterReply` or a protocol error nothing more is run.

import type { Session } from "../acl/acl.ts";
import type { User } from "../acl/user.ts";
import type { TrackingState } from "../commands/connection/tracking-view.ts";
import type { BlockRequest, CommandContext, ReplyMode } from "../commands/context.ts";
import type { ReplicaWishes } from "../commands/server/replication-view.ts";
import type { Address, Stream, StreamEvents } from "../env/net.ts";
import type { Args } from "../resp/args.ts";
import { REPLY_BUFFER_BYTES, type ReplySink } from "../resp/reply-writer.ts";
import { FAILED, INCOMPLETE, type RequestParser } from "../resp/request-parser.ts";
import { Blocking, type Wait } from "./blocking.ts";
import type { ConnectionHub } from "./hub.ts";
import { Pubsub, type Subscriptions } from "./pubsub.ts";
import type { ReplicaLink } from "./replica-link.ts";
import type { ReplyGate } from "./reply-gate.ts";
import type { Transaction } from "./transaction.ts";
import { Withheld } from "./withheld.ts";

/** Unsent bytes at which a client's further requests wait. */
export const HELD_OUTPUT_BYTES = 1024 * 1024;
/** Unfinished writes at which they wait: each costs some 600 bytes beside its own. */
export const HELD_WRITES = 256;
const PENDING_BYTES_MIN = 1024;
/** A larger buffer of pending bytes is not used again for what comes after them. */
const PENDING_BYTES_KEPT = 256 * 1024;
/** A bulk of up to so many bytes gets its room when it is announced, as in Redis; a longer one as its bytes come. */
const ANNOUNCED_BYTES_MAX = 1024 * 1024;
/** Most bytes of a request a client may send before it has authenticated. */
const UNAUTHENTICATED_QUERY_BYTES_MAX = 1024 * 1024;
/** What a client costs beside its buffers: the object, its stream and the system's handle. */
const CLIENT_STATE_BYTES = 1800;

/** From this size on Redis reads an argument into a buffer of its own. */
const LARGE_ARGUMENT_BYTES = 32 * 1024;

/** What a prefix that is tracked costs beside its bytes, on both sides. */
const PREFIX_STATE_BYTES = 200;

/** Messages of more bytes are sent before the turn ends. */
const MESSAGE_BYTES_KEPT = 64 * 1024;

const NO_BYTES = new Uint8Array(0);

export class Client implements Session, StreamEvents, ReplySink {
  readonly id: number;
  readonly createdMs: number;
  readonly isUnixSocket: boolean;
  lastActiveMs: number;
  name = "";
  libraryName = "";
  libraryVersion = "";
  db = 0;
  protocol: 2 | 3 = 2;
  /** These three are kept by the ACL. */
  account: User;
  isAuthenticated = false;
  isUnrestricted = false;
  replyMode: ReplyMode = "on";
  isMonitor = false;
  isNoEvict = false;
  isNoTouch = false;
  isReadonly = false;
  lastCommand = "NULL";
  totalCommands = 0;
  wokenBy = 0;
  loggedTo = 0;
  replicatedTo = 0;
  replicaWishes: ReplicaWishes | undefined = undefined;
  /** It follows this server: what it is sent comes from there. */
  replica: ReplicaLink | undefined = undefined;
  /** Between MULTI and EXEC: requests are queued. */
  isQueueing = false;
  /** Has subscribed to something; kept by pubsub.ts, as are the subscriptions. */
  isSubscriber = false;
  subscriptions: Subscriptions | undefined = undefined;
  /** How it tracks keys; set by tracking.ts, as is the next. */
  tracking: TrackingState | undefined = undefined;
  /** The keys of its reading commands are remembered. */
  tracksReads = false;
  /** May be sent what it did not ask for: it has subscribed, tracks keys, or gets what others track. */
  isListener = false;
  /** EXEC is running what was queued: nothing may wait. */
  isInExec = false;
  /** Its last request is a script that has been suspended: it is answered later. */
  isSuspended = false;
  /** Its reply will be dropped (CLIENT REPLY). */
  isSuspendedMuted = false;
  /** Replies are being dropped (CLIENT REPLY OFF). */
  isDiscarding = false;
  /** What it counts for among what clients hold; kept by client-eviction.ts. */
  countedBytes = 0;
  /** When the soft output limit was passed, monotonic microseconds; -1 while it is not. */
  softLimitSinceUs = -1;

  private readonly hub: ConnectionHub;
  private readonly stream: Stream;
  // Bytes received and not yet run: pending[pendingStart, pendingEnd).
  private pending: Uint8Array = NO_BYTES;
  private pendingStart = 0;
  private pendingEnd = 0;
  // Messages of the present turn, to be sent together when it ends.
  private messages: Uint8Array[] = [];
  private messageBytes = 0;
  private wait: Wait | undefined = undefined;
  private transactionState: Transaction | undefined = undefined;
  private unfinishedWrites = 0;
  private parser: RequestParser | undefined = undefined;
  private isClosing = false;
  private isHeld = false;
  private hasEnded = false;
  // Replies that wait until the log is safe up to a position, oldest first; and their bytes.
  private guarded: { readonly bytes: Uint8Array; readonly position: number }[] | undefined = undefined;
  private guardedBytes = 0;
  private isEndDue = false;
  // Replies of the present turn, where a hard output limit may have none of them sent.
  private withheld: Withheld | undefined = undefined;
  /** The present turn has made more than the hard output limit: nothing is sent, and it ends with the connection. */
  private isOverLimit = false;
  // The turn was cut short for the sake of others; it is one with its rest.
  private isYielding = false;
  private isRedirectTarget = false;
  private addresses: { remote: string; local: string } | undefined = undefined;

  constructor(hub: ConnectionHub, stream: Stream, id: number, nowMs: number) {
    this.hub = hub;
    this.account = hub.acl.defaultUser;
    this.stream = stream;
    this.id = id;
    this.createdMs = nowMs;
    this.lastActiveMs = nowMs;
    this.isUnixSocket = stream.local.kind === "unix";
  }

  get user(): string {
    return this.account.name;
  }

  get remoteAddress(): string {
    return this.named().remote;
  }

  get localAddress(): string {
    return this.named().local;
  }

  get pendingQueryBytes(): number {
    return this.pendingEnd - this.pendingStart;
  }

  /** As Redis shows them: of a large argument that is arriving, without what stands before it. */
  get queryBufferBytes(): number {
    const { parser } = this;
    const isLarge = parser !== undefined && parser.wantedBytes >= LARGE_ARGUMENT_BYTES;
    return isLarge ? Math.max(0, this.pendingEnd - parser.next) : this.pendingQueryBytes;
  }

  get queuedOutputBytes(): number {
    return this.stream.queuedBytes + this.guardedBytes + this.withheldBytes;
  }

  /** Replies of a turn that is not over. */
  get withheldBytes(): number {
    return this.withheld === undefined ? 0 : this.withheld.bytes;
  }

  get memoryBytes(): number {
    const waitBytes = this.wait === undefined ? 0 : Blocking.bytesOf(this.wait);
    const nameBytes = this.subscriptions === undefined ? 0 : Pubsub.bytesOf(this.subscriptions);
    const buffers = this.pending.length + this.stream.queuedBytes + this.messageBytes + this.withheldBytes;
    const prefixBytes = this.tracking === undefined ? 0 : prefixBytesOf(this.tracking.prefixes);
    return CLIENT_STATE_BYTES + buffers + waitBytes + this.transactionBytes + nameBytes + prefixBytes;
  }

  get isBlocked(): boolean {
    if (this.wait !== undefined) return !this.wait.isOver;
    return this.isHeld && this.hub.isHeldByPause(this);
  }

  /** Its last request has not been answered yet. */
  get isWaiting(): boolean {
    return this.wait !== undefined || this.isSuspended;
  }

  get blockedState(): unknown {
    return this.wait?.state;
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
    if (this.isHeld) {
      this.append(bytes, 0, length);
      hub.account(this);
      return;
    }
    hub.beginTurn(this);
    if (this.pending === NO_BYTES) this.runFresh(bytes, length);
    else {
      if (this.parser !== undefined) hub.probe.mark("conn.request-in-pieces");
      this.append(bytes, 0, length);
      if (!this.isClosing) this.runPending();
    }
    hub.endTurn(this);
    this.isLate();
  }

  drained(): void {
    this.unfinishedWrites = 0;
    if (this.replica === undefined) this.softLimitSinceUs = -1;
    else this.replica.drained();
    this.hub.eviction.account(this);
    if (this.isHeld && !this.hub.isHeldByPause(this)) this.resume(); // One that waits for a key stays held.
  }

  ended(): void {
    // A client may close its side after its last request: those that wait their turn are run first. What a pause or
    // an absent key holds back is not.
    if (this.isHeld && !this.isBlocked && this.pendingQueryBytes > 0) {
      this.hasEnded = true;
      this.hub.probe.mark("conn.half-closed");
    } else if (this.guarded !== undefined) this.finish();
    else this.closeNow();
  }

  closed(): void {
    this.isClosing = true;
    if (this.parser !== undefined) this.hub.probe.mark("conn.lost-mid-request");
    if (this.unfinishedWrites > 0) this.hub.probe.mark("conn.lost-with-replies-unsent");
    this.dropPending();
    this.hub.forget(this);
  }

  // --- ReplySink ---

  take(buffer: Uint8Array, length: number): Uint8Array {
    const { hub } = this;
    if (this.isDiscarding) {
      hub.witness?.drops();
      return buffer;
    }
    if (this.replica !== undefined) {
      hub.dropReplica(this);
      return buffer;
    }
    hub.witness?.handsOver(buffer, length);
    if (hub.hardOutputBytes > 0 && (this.withheld !== undefined || hub.isTurnOf(this))) {
      return this.withhold(buffer, length);
    }
    return this.hand(buffer, length);
  }

  // Bytes on their way to the network, or to where they wait for the log.
  private hand(buffer: Uint8Array, length: number): Uint8Array {
    const { hub } = this;
    if (hub.gate !== undefined && (!hub.gate.passes() || this.guarded !== undefined)) {
      this.guard(hub.gate, hub.copyReply(buffer, length));
      return buffer;
    }
    hub.stats.outputBytes += length;
    hub.stats.totalWritesProcessed++;
    // Behind other unsent bytes a copy of the right size waits, not a whole reply buffer.
    const waits = this.stream.queuedBytes > 0 && length < buffer.length;
    if (this.stream.write(waits ? buffer.slice(0, length) : buffer, length)) return buffer;
    this.unfinishedWrites++;
    hub.checkOutput(this);
    return waits ? buffer : new Uint8Array(REPLY_BUFFER_BYTES);
  }

  private withhold(buffer: Uint8Array, length: number): Uint8Array {
    const { hub } = this;
    if (this.isOverLimit) return buffer;
    if (this.queuedOutputBytes + length > hub.hardOutputBytes) {
      this.withheld = undefined;
      this.isOverLimit = true;
      this.isClosing = true;
      hub.dropAfterTurn(this);
      return buffer;
    }
    if (hub.isTurnEnding && this.withheld === undefined && !this.isYielding) return this.hand(buffer, length);
    this.withheld ??= new Withheld();
    return this.withheld.keep(buffer, length);
  }

  /** The turn is over, unless its rest is to come, or the limit is another one: what was withheld leaves. */
  sendWithheld(isLimitChanged = false): void {
    const { withheld } = this;
    if (withheld === undefined || (this.isYielding && !isLimitChanged)) return;
    this.withheld = undefined;
    withheld.release((buffer, length) => this.hand(buffer, length));
  }

  // --- ClientView ---

  closeAfterReply(): void {
    this.isClosing = true;
    this.hub.closeAfterTurn(this);
  }

  closeNow(): void {
    this.isClosing = true;
    this.guarded = undefined;
    this.withheld = undefined;
    this.hub.forget(this);
    this.stream.destroy();
  }

  /** Closes when all that was written has been sent. The turn's replies must have been flushed. */
  finish(): void {
    this.isClosing = true;
    if (this.guarded === undefined) this.stream.end();
    else this.isEndDue = true;
  }

  /** The log is safe up to `position`: what waited for that leaves. */
  releaseReplies(position: number): void {
    const { guarded, hub } = this;
    if (guarded === undefined) return;
    let count = 0;
    for (; count < guarded.length; count++) {
      const { bytes, position: wanted } = guarded[count] as (typeof guarded)[0];
      if (wanted > position) break;
      this.guardedBytes -= bytes.length;
      hub.stats.outputBytes += bytes.length;
      hub.stats.totalWritesProcessed++;
      if (!this.stream.write(bytes, bytes.length)) {
        this.unfinishedWrites++;
        hub.checkOutput(this);
        if (this.guarded === undefined) return; // It was too much, and the client is closed.
      }
    }
    if (count < guarded.length) {
      guarded.splice(0, count);
      return;
    }
    this.guarded = undefined;
    if (this.isEndDue) this.stream.end();
    // Not at once: another client's turn may be under way.
    else if (this.isHeld && this.unfinishedWrites === 0 && !hub.isHeldByPause(this)) hub.goOnSoon(this);
  }

  /** Sends bytes outside of a turn (monitor lines, the refusal of a connection). The buffer is given away. */
  send(bytes: Uint8Array): void {
    if (this.isClosing) return;
    if (this.withheld !== undefined) {
      this.withheld.add(bytes, bytes.length);
      return;
    }
    if (this.guarded !== undefined && this.hub.gate !== undefined) {
      this.guard(this.hub.gate, bytes);
      return;
    }
    this.hub.stats.outputBytes += bytes.length;
    if (!this.stream.write(bytes, bytes.length)) this.hub.checkOutput(this);
  }

  /** Sends a part of what a replica follows, which is kept until it has left; true when it has. */
  sendStream(bytes: Uint8Array): boolean {
    if (this.isClosing) return true;
    this.hub.stats.outputBytes += bytes.length;
    this.hub.stats.replicaOutputBytes += bytes.length;
    return this.stream.write(bytes, bytes.length);
  }

  /** Made when it is first asked for. */
  get transaction(): Transaction {
    this.transactionState ??= this.hub.newTransaction(this);
    return this.transactionState;
  }

  get queuedCount(): number {
    return this.isQueueing ? (this.transactionState?.queue.length ?? 0) : -1;
  }

  get isDirty(): boolean {
    return this.transactionState?.isDirty === true;
  }

  get transactionBytes(): number {
    return this.transactionState?.memoryBytes ?? 0;
  }

  runQueued(): void {
    this.hub.runQueued(this);
  }

  block(context: CommandContext, request: BlockRequest): void {
    if (!this.isInExec) return this.hub.block(this, context, request);
    if (request.refusal === "null") context.reply.null();
    else context.reply.nullArray();
  }

  suspend(): void {
    this.isSuspended = true;
    this.isSuspendedMuted = this.isDiscarding;
    this.isHeld = true;
  }

  unblock(error?: string): boolean {
    if (this.wait === undefined || this.wait.isOver) return false;
    this.hub.probe.mark("block.unblocked");
    this.hub.blocking.end(this.wait, error);
    return true;
  }

  setTracking(tracking: TrackingState | undefined): void {
    this.tracking = tracking;
    this.tracksReads = tracking !== undefined && !tracking.isBroadcast;
    this.updateListener();
  }

  /** Another client's messages come here. That is never taken back. */
  getsRedirected(): void {
    this.isRedirectTarget = true;
    this.updateListener();
  }

  /** To be called when it has subscribed to something, or to nothing any more. */
  updateListener(): void {
    this.isListener = this.isSubscriber || this.tracking !== undefined || this.isRedirectTarget;
  }

  /** Its request waits for keys from now on; undefined: it does no more, and the client is still held. */
  waits(wait: Wait | undefined): void {
    this.wait = wait;
    if (wait !== undefined) this.isHeld = true;
  }

  /** The connection has ended: nothing is watched any more. */
  dropTransaction(): void {
    this.transactionState?.discard();
  }

  /** What it waited for, when the connection ends; undefined when it did not wait. */
  giveUpWaiting(): Wait | undefined {
    const { wait } = this;
    this.wait = undefined;
    return wait;
  }

  /** Keeps a message until the present turn ends; true when it is the first. The bytes may be shared with others. */
  keepMessage(bytes: Uint8Array): boolean {
    this.messages.push(bytes);
    this.messageBytes += bytes.length;
    if (this.messageBytes < MESSAGE_BYTES_KEPT) return this.messages.length === 1;
    this.sendMessages();
    return false;
  }

  /** Sends the messages that were kept. */
  sendMessages(): void {
    const { messages, messageBytes } = this;
    const [first] = messages;
    if (first === undefined) return;
    this.messages = [];
    this.messageBytes = 0;
    if (messages.length === 1) {
      this.send(first);
      return;
    }
    const joined = new Uint8Array(messageBytes);
    let at = 0;
    for (const each of messages) {
      joined.set(each, at);
      at += each.length;
    }
    this.send(joined);
  }

  /** Goes on with requests that were held back. */
  resume(): void {
    if (!this.isHeld || this.isClosing || this.isWaiting) return;
    this.isHeld = false;
    this.isYielding = false;
    if (this.pendingQueryBytes === 0) {
      if (this.hasEnded) this.finish(); // The last of its requests ran before, and its replies held it once more.
      return;
    }
    this.hub.beginTurn(this);
    this.runPending();
    this.hub.endTurn(this);
    this.isLate();
    if (this.hasEnded && !this.isHeld) this.finish();
  }

  private guard(gate: ReplyGate, bytes: Uint8Array): void {
    this.guarded ??= [];
    this.guarded.push({ bytes, position: gate.position });
    this.guardedBytes += bytes.length;
    gate.holds(this);
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
    const stopped = this.runRequests(parser, this.pending, this.pendingStart, this.pendingEnd);
    if (stopped >= this.pendingEnd || this.isClosing) {
      this.dropPending();
      this.hub.parser.reset();
      return;
    }
    this.pendingStart = stopped;
    if (parser.isIdle) this.parser = undefined;
    else if (parser === this.hub.parser) this.parser = parser.split();
  }

  private dropPending(): void {
    this.pending = NO_BYTES;
    this.pendingStart = 0;
    this.pendingEnd = 0;
    this.parser = undefined;
  }

  // Runs requests from bytes[from, end); returns where the first one that did not run begins.
  private runRequests(parser: RequestParser, bytes: Uint8Array, from: number, end: number): number {
    const { hub } = this;
    const { limits } = hub;
    let at = from;
    for (;;) {
      limits.isAuthenticated = this.isAuthenticated || !hub.isPasswordRequired;
      if (parser.isIdle && limits.isAuthenticated) {
        at = this.runGroups(bytes, at, end);
        if (at >= end || this.isHeld || this.isClosing) return at;
        limits.isAuthenticated = this.isAuthenticated || !hub.isPasswordRequired; // It may have logged out.
      }
      const result = parser.parse(bytes, parser.isIdle ? at : parser.next, end, limits);
      if (result === INCOMPLETE) return at;
      if (result === FAILED) {
        hub.protocolError(this, parser.error);
        return end;
      }
      if (!this.run(parser.args)) {
        parser.reset();
        return at;
      }
      at = parser.next;
      if (at >= end || this.isClosing || this.isHeld || this.mustWait()) return at;
    }
  }

  // Runs whole requests in groups (lookahead.ts); returns where the first one that did not run begins. One that is
  // incomplete or faulty is left to the caller.
  private runGroups(bytes: Uint8Array, from: number, end: number): number {
    const { hub } = this;
    const { lookahead, limits } = hub;
    let at = from;
    for (;;) {
      const count = lookahead.parse(bytes, at, end, limits, hub.groupSize());
      if (count === 0) return at;
      if (count > 1) hub.warm(this.db, count);
      for (let i = 0; i < count; i++) {
        if (!this.run(lookahead.args(i))) return lookahead.starts[i] as number;
        at = lookahead.starts[i + 1] as number;
        if (at >= end || this.isClosing || this.isHeld || this.isLate()) return at;
        // What follows was read by the limits of a client that had logged in.
        if (!this.isAuthenticated && hub.isPasswordRequired) return at;
      }
      if (this.mustWait()) return at;
    }
  }

  // Runs one request, an empty one too; false when clients are paused, and then holds this one.
  private run(args: Args): boolean {
    if (args.count === 0 || this.hub.execute(this, args)) return true;
    this.isHeld = true;
    this.hub.holdForPause(this);
    return false;
  }

  // Holds the client when its replies are not taken, or when its turn has lasted long enough: then it goes on
  // after the others have had theirs.
  private mustWait(): boolean {
    if (this.isLate()) return true;
    if (!this.hub.isTurnOver) return false;
    this.isHeld = true;
    this.isYielding = true;
    this.hub.resumeSoon(this);
    return true;
  }

  // Asked after each turn as well: one request in each read must not make replies pile up either.
  private isLate(): boolean {
    const { hub } = this;
    if (hub.handOverLarge() && this.isClosing) return true; // It was too much for the output limit.
    const queuedBytes = this.queuedOutputBytes;
    const hasRoom = queuedBytes <= hub.heldOutputBytes || queuedBytes <= hub.outputLimitOf(this);
    if (hasRoom && this.unfinishedWrites <= HELD_WRITES) return false;
    this.isHeld = true;
    hub.probe.mark("conn.held-for-output");
    return true;
  }

  private append(bytes: Uint8Array, start: number, end: number): void {
    const { hub } = this;
    const length = this.pendingEnd - this.pendingStart + end - start;
    const isLocked = hub.isPasswordRequired && !this.isAuthenticated;
    if (length > hub.queryBytesMax || (isLocked && length > UNAUTHENTICATED_QUERY_BYTES_MAX)) {
      hub.queryTooLong(this);
      return;
    }
    if (this.pendingEnd + end - start > this.pending.length) this.makeRoom(length);
    this.pending.set(bytes.subarray(start, end), this.pendingEnd);
    this.pendingEnd += end - start;
  }

  // Moves the pending bytes to the front, of a larger buffer when less than half would be free.
  private makeRoom(length: number): void {
    const from = this.pendingStart;
    const kept = this.pendingEnd - from;
    if (length * 2 <= this.pending.length && this.pending.length <= PENDING_BYTES_KEPT) {
      this.pending.copyWithin(0, from, this.pendingEnd);
    } else {
      // Room for a large bulk that was announced grows only as its bytes come, by doubling. What ends it needs no more
      // than its own room, since the request then runs.
      const bulkBytes = this.parser?.wantedBytes ?? 0;
      const wanted = this.parser === undefined ? 0 : this.parser.next - from + bulkBytes;
      const announced = wanted <= ANNOUNCED_BYTES_MAX ? wanted : 0;
      const doubled = Math.max(length * 2, PENDING_BYTES_MIN, announced);
      const isEnding = bulkBytes > PENDING_BYTES_KEPT && wanted < length;
      const grown = new Uint8Array(
        isEnding ? length : wanted >= length ? Math.min(wanted, doubled) : doubled,
      );
      grown.set(this.pending.subarray(from, this.pendingEnd));
      this.pending = grown;
    }
    this.pendingStart = 0;
    this.pendingEnd = kept;
    this.parser?.rebase(from);
  }
}

function prefixBytesOf(prefixes: ReadonlySet<string>): number {
  let bytes = 0;
  for (const each of prefixes) bytes += PREFIX_STATE_BYTES + each.length;
  return bytes;
}

function addressText(address: Address): string {
  if (address.kind === "unix") return `${address.path}:0`; // As CLIENT LIST shows it.
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
