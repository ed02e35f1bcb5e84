// Connection hub: all clients of one thread, and what they share: one parser, one reply buffer, one executor.
//
// Role: the registry of clients; turns (one read of one client) and what follows them; limits per client class;
// clients held back by CLIENT PAUSE. Decisions about single requests are the executor's.

import type { Acl } from "../acl/acl.ts";
import type { BlockRequest, CommandContext, ServerStats } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import type { BufferLimit } from "../config/specials.ts";
import type { Stream, StreamEvents } from "../env/net.ts";
import type { Databases } from "../keyspace/databases.ts";
import { copyBytes, latin1Bytes } from "../lib/bytes.ts";
import type { Probe } from "../lib/probe.ts";
import { Args } from "../resp/args.ts";
import { REPLY_BUFFER_BYTES, type ReplyWriter } from "../resp/reply-writer.ts";
import { type ParseLimits, RequestParser } from "../resp/request-parser.ts";
import { Blocking } from "./blocking.ts";
import { Client, HELD_OUTPUT_BYTES } from "./client.ts";
import { ClientEviction } from "./client-eviction.ts";
import type { Coordinator } from "./coordinator.ts";
import type { Executor } from "./executor.ts";
import { GROUP, Lookahead } from "./lookahead.ts";
import type { Node } from "./node.ts";
import { Pubsub } from "./pubsub.ts";
import type { ReplyGate } from "./reply-gate.ts";
import { Tracking } from "./tracking.ts";
import { Transaction } from "./transaction.ts";
import type { Witness } from "./witness.ts";

/** A turn that has lasted this long, in microseconds, ends after the group of requests it is at. */
const TURN_US_MAX = 500;
/** Copies of replies up to so many bytes share a buffer of so many. */
const SHARED_COPY_BYTES_MAX = 2048;
const COPIES_BYTES = 16 * 1024;
/** Unsent bytes at which requests wait where a simulation asks for it early. */
const HELD_EARLY_BYTES = 2048;

export class ConnectionHub {
  readonly parser = new RequestParser(new Args(new Uint8Array(0)));
  readonly lookahead = new Lookahead();
  readonly limits: ParseLimits = { bulkBytesMax: 0, isAuthenticated: false };
  readonly stats: ServerStats;
  /** Clients in MONITOR mode. */
  readonly monitors = new Set<Client>();
  /** Told of everything that is run; undefined while nobody observes the server. */
  readonly witness: Witness | undefined;
  readonly probe: Probe;
  /** Requests that wait for keys. */
  readonly blocking: Blocking;
  readonly pubsub: Pubsub;
  /** Clients that cache what they read. */
  readonly tracking: Tracking;
  /** What clients may hold together. */
  readonly eviction: ClientEviction;
  /** Keeps replies back until what they tell of is in the log; undefined while there is none. */
  gate: ReplyGate | undefined = undefined;
  /** Unsent bytes at which a client's further requests wait. */
  readonly heldOutputBytes: number;
  /** Of a client that has not subscribed to anything: more is never sent of what one turn makes. 0: there is no limit. */
  hardOutputBytes = 0;
  /** The last replies of a turn are being handed over. */
  isTurnEnding = false;

  private readonly node: Node;
  private readonly coordinator: Coordinator;
  private readonly executor: Executor;
  private readonly reply: ReplyWriter;
  private readonly setTime: () => void;
  private readonly byId = new Map<number, Client>();
  private readonly heldByPause = new Set<Client>();
  private readonly toClose = new Set<Client>();
  /** Those whose output limit was passed by their own turn, until it ends. */
  private readonly toDrop = new Set<Client>();
  private copies = new Uint8Array(0);
  private copiesAt = 0;
  private lastId = 0;
  private turnStartUs = 0;
  private seenUs = 0; // the executor's clock at the last look of this turn
  private turnDepth = 0;
  private current: Client | undefined = undefined; // whose turn it is
  private isExecuting = false;
  // Where the running request's reply begins, and how many buffers had been handed over by then.
  private replyAt = 0;
  private writesBefore = 0;
  // Messages to the client whose turn it is, for after its reply; and clients that have messages for after the turn.
  private readonly later: (() => void)[] = [];
  private readonly withMessages = new Set<Client>();

  constructor(parts: {
    node: Node;
    executor: Executor;
    coordinator: Coordinator;
    reply: ReplyWriter;
    setTime: () => void;
    witness?: Witness | undefined;
  }) {
    this.node = parts.node;
    this.probe = parts.node.probe;
    this.heldOutputBytes = this.probe.buggify("conn.hold-early") ? HELD_EARLY_BYTES : HELD_OUTPUT_BYTES;
    this.witness = parts.witness;
    this.executor = parts.executor;
    this.reply = parts.reply;
    this.setTime = parts.setTime;
    this.stats = parts.node.stats;
    this.coordinator = parts.coordinator;
    this.pubsub = new Pubsub((client, bytes) => this.deliver(client, bytes));
    const { node, coordinator, witness, setTime } = parts;
    this.eviction = new ClientEviction({
      config: node.config,
      clients: () => this.byId.values(),
      closing: (client) => this.noteEviction(client),
    });
    this.followOutputLimit();
    node.config.onChange("client-output-buffer-limit", () => this.followOutputLimit());
    this.tracking = new Tracking({
      coordinator,
      keysMax: () => node.config.trackingTableMaxKeys,
      clients: () => this.byId.values(),
      clientById: (id) => this.byId.get(id),
      present: () => this.current,
      changing: () => (node.isInScript ? undefined : (this.blocking.answering ?? this.current)),
      deliver: (client, bytes) => this.deliver(client, bytes),
      defer: (client, send) => this.isDeferred(client, send),
      overChanged: () => node.updateRefusals(),
    });
    this.blocking = new Blocking({
      node,
      coordinator,
      witness,
      setTime,
      goOn: (client) => this.goOn(client),
    });
  }

  get isPasswordRequired(): boolean {
    return this.node.acl.isPasswordRequired;
  }

  get acl(): Acl {
    return this.node.acl;
  }

  get queryBytesMax(): number {
    return this.node.config.clientQueryBufferLimit;
  }

  /** Takes a new connection, or refuses it with one line: too many clients, or protected mode. */
  accept(stream: Stream, refusal: string | undefined): StreamEvents {
    const client = new Client(this, stream, ++this.lastId, this.node.wallMs());
    if (refusal !== undefined) {
      this.stats.connectionsRejected++;
      this.probe.mark("conn.refused");
      client.send(latin1Bytes(`-${refusal}\r\n`));
      client.finish();
      return client;
    }
    this.stats.connectionsReceived++; // Without the refused ones, as Redis counts.
    this.acl.logout(client); // Nobody in particular, and logged in if there is no need to.
    this.byId.set(client.id, client);
    this.eviction.account(client);
    this.witness?.connected(client.id);
    return client;
  }

  clients(): Iterable<Client> {
    return this.byId.values(); // Ids only grow, so this is the order of ids.
  }

  clientById(id: number): Client | undefined {
    return this.byId.get(id);
  }

  get clientCount(): number {
    return this.byId.size;
  }

  forget(client: Client): void {
    const wait = client.giveUpWaiting();
    if (wait !== undefined) this.blocking.forget(wait);
    client.dropTransaction();
    if (client.isSubscriber) this.pubsub.forget(client);
    this.tracking.stop(client);
    this.eviction.forget(client);
    this.withMessages.delete(client);
    if (this.byId.delete(client.id)) this.witness?.disconnected(client.id);
    client.replica?.left();
    this.monitors.delete(client);
    this.heldByPause.delete(client);
    this.toClose.delete(client);
    this.toDrop.delete(client);
  }

  private followOutputLimit(): undefined {
    this.hardOutputBytes = this.node.config.clientOutputBufferLimit.normal.hardBytes;
    for (const client of this.byId.values()) client.sendWithheld(true);
    return undefined;
  }

  /** The client runs its requests, and its class is the usual one. */
  isTurnOf(client: Client): boolean {
    return client === this.current && !client.isSubscriber;
  }

  beginTurn(client: Client): void {
    const { node } = this;
    this.turnDepth++;
    this.turnStartUs = node.monotonicUs();
    this.seenUs = this.turnStartUs;
    this.setTime();
    client.lastActiveMs = node.everything.nowMs;
    this.limits.bulkBytesMax = node.config.protoMaxBulkLen;
    this.executor.begin(client, this.turnStartUs);
    this.current = client;
  }

  endTurn(client: Client): void {
    const nowUs = this.node.monotonicUs();
    this.isTurnEnding = true;
    this.executor.end(nowUs);
    this.isTurnEnding = false;
    if (client.withheldBytes > 0) client.sendWithheld();
    this.current = undefined;
    if (this.tracking.isDue) this.tracking.broadcast();
    this.turnDepth--;
    if (this.gate !== undefined) this.gate.settle();
    if (this.withMessages.size > 0) this.sendMessages();
    this.node.recordTurn(this.turnStartUs, nowUs);
    if ((client.isMonitor || this.monitors.size > 0) && client.isMonitor !== this.monitors.has(client)) {
      if (client.isMonitor && !client.isClosed) this.monitors.add(client);
      else this.monitors.delete(client);
    }
    if (this.eviction.isCounting) this.account(client);
    if (this.toClose.size > 0) {
      for (const each of this.toClose) each.finish();
      this.toClose.clear();
    }
    if (this.toDrop.size > 0) for (const each of this.toDrop) each.closeNow();
  }

  /** A client may hold more than before. Who holds most may be closed for it, outside of turns. */
  account(client: Client): void {
    const { eviction } = this;
    eviction.account(client);
    if (this.turnDepth === 0 && eviction.isOver) eviction.evict();
  }

  private noteEviction(client: Client): void {
    this.stats.evictedClients++;
    const { id, remoteAddress, countedBytes } = client;
    this.node.log("notice", `Evicting client: id=${id} addr=${remoteAddress} tot-mem=${countedBytes}`);
  }

  execute(client: Client, args: Args): boolean {
    // Only a listener can be sent a message while its own request runs; EXEC keeps them back by itself.
    const isPlain = this.witness === undefined && !client.isListener;
    const wasRun = isPlain ? this.executor.execute(client, args) : this.executeHeard(client, args);
    if (this.blocking.isDue || this.later.length > 0) this.finishRequest();
    return wasRun;
  }

  // Runs a request that somebody listens to: an observer, or a client that may be sent messages.
  private executeHeard(client: Client, args: Args): boolean {
    const { witness } = this;
    this.isExecuting = true;
    this.noteReplyStart();
    if (witness !== undefined && this.probe.buggify("shard.clock-not-cached")) this.setTime();
    const wasRun =
      witness === undefined ? this.executor.execute(client, args) : witness.execute(client, args);
    this.isExecuting = false;
    // CLIENT CACHING is about the next request, or the next transaction.
    if (client.tracking?.isCaching === true && wasRun && !client.isQueueing && !this.isOfClient(args)) {
      client.tracking.isCaching = false;
    }
    return wasRun;
  }

  // Whether it is a command about clients. As in Redis these leave CLIENT CACHING as it is.
  private isOfClient(args: Args): boolean {
    if (!args.is(0, "client") || args.count < 2) return false;
    return this.node.commands.get("client")?.byName.has(args.text(1).toLowerCase()) === true;
  }

  // What a request has left to be done behind its reply: messages to its own client, and clients that waited for it.
  private finishRequest(): void {
    // Not into the middle of a reply that goes on later.
    if (this.current?.isSuspended === true) return;
    for (const send of this.later.splice(0)) send();
    if (this.blocking.isDue) this.blocking.settle();
  }

  /** Makes the request that `client` is running wait for keys. */
  block(client: Client, context: CommandContext, request: BlockRequest): void {
    this.blocking.block(client, this.executor.running as Command, context, request);
  }

  newTransaction(client: Client): Transaction {
    return new Transaction(client, this.coordinator, this.probe);
  }

  /** Runs what a client has queued, inside of its EXEC. */
  runQueued(client: Client): void {
    this.executor.runQueued(client, this.witness);
  }

  /** Answers a request that was suspended, and the rest of its transaction if it is in one. */
  answerSuspended(client: Client, write: (reply: ReplyWriter) => void): void {
    client.isSuspended = false;
    this.blocking.isHeld = false;
    if (!client.isClosed) {
      this.beginTurn(client);
      this.noteReplyStart();
      client.isDiscarding = client.isSuspendedMuted;
      write(this.reply);
      if (client.isDiscarding) this.reply.position = 0;
      client.isDiscarding = false;
      if (client.isInExec) this.executor.goOnQueued(client, this.witness);
      if (!client.isSuspended) this.coordinator.endGroup();
      if (this.blocking.isDue || this.later.length > 0) this.finishRequest();
      this.endTurn(client);
      if (!client.isSuspended) this.goOn(client);
    } else {
      this.coordinator.endGroup();
      if (this.blocking.isDue) this.blocking.settle();
      this.gate?.settle();
    }
  }

  /** How many requests the next group may have. */
  groupSize(): number {
    return this.probe.buggify("conn.read-one-command") ? 1 : GROUP;
  }

  /** True when the present turn should end for the sake of the other clients. */
  get isTurnOver(): boolean {
    // Refused requests are not timed: where no run has ended since the last look, the clock is read for this.
    let { latestUs } = this.executor;
    if (latestUs === this.seenUs) latestUs = this.node.monotonicUs();
    else this.seenUs = latestUs;
    return latestUs - this.turnStartUs > TURN_US_MAX || this.probe.buggify("conn.turn-over");
  }

  /** Lets a client go on after the others have had a turn. */
  resumeSoon(client: Client): void {
    this.probe.mark("conn.turn-over");
    this.node.soon(() => client.resume());
  }

  /** A copy of buffer[0, length) that nothing overwrites. Short ones share a buffer: one each would be mostly garbage. */
  copyReply(buffer: Uint8Array, length: number): Uint8Array {
    if (length > SHARED_COPY_BYTES_MAX) return buffer.slice(0, length);
    if (this.copiesAt + length > this.copies.length) {
      this.copies = new Uint8Array(COPIES_BYTES);
      this.copiesAt = 0;
    }
    const at = this.copiesAt;
    copyBytes(this.copies, at, buffer, 0, length);
    this.copiesAt = at + length;
    return this.copies.subarray(at, at + length);
  }

  /** Lets a client go on whose replies have left. */
  goOnSoon(client: Client): void {
    this.node.soon(() => client.resume());
  }

  // Sends a message to a subscriber. To the client whose turn it is it goes through the writer, so that it keeps its
  // place, and never into the middle of a reply.
  private deliver(client: Client, bytes: Uint8Array): void {
    if (client.isClosed) return;
    // A part of EXEC's reply is out, and the rest comes when its script goes on, in another turn.
    if (client.isSuspended && client.isInExec) this.later.push(() => this.deliver(client, bytes));
    else if (client !== this.current) {
      if (this.turnDepth === 0 && client !== this.blocking.answering) client.send(bytes);
      else if (client.keepMessage(bytes)) this.withMessages.add(client);
    } else if (client.replyMode !== "on") {
      if (!client.isDiscarding) this.reply.flush();
      client.send(bytes);
    } else if (client.isInExec || (this.isExecuting && !this.isBeforeReply)) {
      this.later.push(() => this.deliver(client, bytes));
    } else {
      const write = (): void => this.reply.raw(bytes, 0, bytes.length);
      if (this.witness === undefined) write();
      else this.witness.skip(write);
      this.noteReplyStart();
    }
  }

  /**
   * Hands over replies that take more than the usual buffer, so that the client whose turn it is cannot be given a
   * second large one before the first is counted as unsent. True when there were any.
   */
  handOverLarge(): boolean {
    if (this.reply.position <= REPLY_BUFFER_BYTES) return false;
    this.reply.flush();
    return true;
  }

  // Keeps what is to come behind the reply, and not before it, of the request that the client is running.
  private isDeferred(client: Client, send: () => void): boolean {
    if (!this.isExecuting || client !== this.current) return false;
    this.later.push(send);
    return true;
  }

  private noteReplyStart(): void {
    this.replyAt = this.reply.position;
    this.writesBefore = this.stats.totalWritesProcessed;
  }

  private get isBeforeReply(): boolean {
    return this.reply.position === this.replyAt && this.stats.totalWritesProcessed === this.writesBefore;
  }

  private sendMessages(): void {
    const clients = [...this.withMessages];
    this.withMessages.clear();
    for (const client of clients) client.sendMessages();
  }

  // A request that has waited is answered: what was sent after it is run once the others have had a turn.
  private goOn(client: Client): void {
    if (client.isClosed) return;
    if (client.pendingQueryBytes === 0) client.resume();
    else this.node.soon(() => client.resume());
  }

  /** Touches what the first requests of the look-ahead will need; with several shards it is not known where. */
  warm(db: number, count: number): void {
    const { databases } = this.node.everything;
    if (databases.length === 1) this.lookahead.warm(databases[0] as Databases, db, count);
  }

  /** Answers a protocol error and closes after it. */
  protocolError(client: Client, text: string): void {
    this.stats.protocolErrors++;
    this.probe.mark("conn.protocol-error");
    if (client.replyMode === "on") this.reply.error(text);
    this.node.countError(text);
    this.node.log(
      "verbose",
      `Protocol error (${text.slice(4)}) from client id=${client.id} addr=${client.remoteAddress}`,
    );
    client.closeAfterReply();
  }

  queryTooLong(client: Client): void {
    this.stats.queryBufferDisconnections++;
    this.probe.mark("conn.query-limit");
    this.node.log("warning", `Closing client that reached max query buffer length: id=${client.id}`);
    client.closeNow();
  }

  /** Closes a client when the present turn's replies have been written; at once outside of a turn. */
  closeAfterTurn(client: Client): void {
    if (this.turnDepth > 0) this.toClose.add(client);
    else client.finish();
  }

  /** How much a client may leave unsent before one of its class's limits is passed; 0 without limits. */
  outputLimitOf(client: Client): number {
    const { hardBytes, softBytes } = this.outputLimitsOf(client);
    if (hardBytes > 0) return hardBytes;
    return softBytes > 0 ? softBytes : this.eviction.limitBytes;
  }

  private outputLimitsOf(client: Client): BufferLimit {
    const limits = this.node.config.clientOutputBufferLimit;
    if (client.replica !== undefined) return limits.replica;
    return client.isSubscriber ? limits.pubsub : limits.normal;
  }

  /** Holds a client against the output limits of its class; called when bytes had to be queued. */
  checkOutput(client: Client): void {
    this.eviction.account(client);
    const limit = this.outputLimitsOf(client);
    const queued = client.queuedOutputBytes + (client.replica?.waitingBytes ?? 0);
    const isOverHard = limit.hardBytes > 0 && queued > limit.hardBytes;
    let isOverSoft = false;
    if (limit.softBytes > 0 && queued > limit.softBytes) {
      const nowUs = this.node.monotonicUs(); // The wall clock may be set.
      if (client.softLimitSinceUs < 0) client.softLimitSinceUs = nowUs;
      isOverSoft = nowUs - client.softLimitSinceUs >= limit.softSeconds * 1e6;
    } else {
      client.softLimitSinceUs = -1;
    }
    if (!isOverHard && !isOverSoft) return;
    this.noteOverOutput(client);
    client.closeNow();
  }

  /** A client's own turn has made more than its hard limit; it is closed when the turn ends. */
  dropAfterTurn(client: Client): void {
    this.noteOverOutput(client);
    this.toDrop.add(client);
  }

  /** A replica has sent something that is answered: what it is sent has no place for that. */
  dropReplica(client: Client): void {
    this.node.log(
      "warning",
      `Replica generated a reply to command '${client.lastCommand}', disconnecting it: id=${client.id}`,
    );
    if (this.turnDepth > 0) this.toDrop.add(client);
    else client.closeNow();
  }

  private noteOverOutput(client: Client): void {
    this.stats.outputBufferDisconnections++;
    this.probe.mark("conn.output-limit");
    this.node.log(
      "warning",
      `Client id=${client.id} addr=${client.remoteAddress} closed for overcoming of output buffer limits.`,
    );
  }

  holdForPause(client: Client): void {
    this.probe.mark("pause.held");
    this.heldByPause.add(client);
  }

  isHeldByPause(client: Client): boolean {
    return this.heldByPause.has(client);
  }

  /** Lets the clients go on that a pause held back. */
  resumePaused(): void {
    const held = [...this.heldByPause];
    this.heldByPause.clear();
    if (held.length > 0) this.probe.mark("pause.resumed");
    for (const client of held) client.resume();
  }

  get pausedCount(): number {
    return this.heldByPause.size;
  }

  feedMonitors(line: Uint8Array, self: Client): void {
    for (const monitor of this.monitors) {
      if (!monitor.isMonitor) continue; // RESET just ended it; the turn's end takes it out.
      if (monitor === self) {
        const write = (): void => this.reply.raw(line, 0, line.length);
        if (this.witness === undefined) write();
        else this.witness.skip(write);
      } else monitor.send(line.slice());
    }
  }

  /** Once per cron tick: idle clients, soft output limits that have lasted, and limits that were lowered meanwhile. */
  tick(nowMs: number): void {
    if (this.tracking.isOver) this.tracking.limit();
    if (this.eviction.isCounting) this.eviction.evict();
    const timeoutMs = this.node.config.timeout * 1000;
    for (const client of this.byId.values()) {
      const isReplica = client.replica !== undefined;
      const mayIdle = client.isMonitor || client.isWaiting || client.isSubscriber || isReplica;
      if (timeoutMs > 0 && !mayIdle && nowMs - client.lastActiveMs > timeoutMs) {
        this.probe.mark("conn.idle-closed");
        client.closeNow();
      } else if (client.softLimitSinceUs >= 0 || client.queuedOutputBytes > 0 || isReplica)
        this.checkOutput(client);
    }
  }
}
