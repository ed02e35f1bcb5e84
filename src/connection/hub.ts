// Connection hub: all clients of one thread, and what they share: one parser, one reply buffer, one executor.
//
// Role: the registry of clients; turns (one read of one client) and what follows them; limits per client class;
// clients held back by CLIENT PAUSE. Decisions about single requests are the executor's.

import type { ServerStats } from "../commands/context.ts";
import type { Stream, StreamEvents } from "../env/net.ts";
import type { Databases } from "../keyspace/databases.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { Args } from "../resp/args.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import { type ParseLimits, RequestParser } from "../resp/request-parser.ts";
import { Client } from "./client.ts";
import type { Executor } from "./executor.ts";
import { Lookahead } from "./lookahead.ts";
import type { Node } from "./node.ts";

/** A turn that has lasted this long, in microseconds, ends after the group of requests it is at. */
const TURN_US_MAX = 500;

export class ConnectionHub {
  readonly parser = new RequestParser(new Args(new Uint8Array(0)));
  readonly lookahead = new Lookahead();
  readonly limits: ParseLimits = { bulkBytesMax: 0, isAuthenticated: false };
  readonly stats: ServerStats;
  /** Clients in MONITOR mode. */
  readonly monitors = new Set<Client>();

  private readonly node: Node;
  private readonly executor: Executor;
  private readonly reply: ReplyWriter;
  private readonly setTime: () => void;
  private readonly byId = new Map<number, Client>();
  private readonly heldByPause = new Set<Client>();
  private readonly toClose = new Set<Client>();
  private lastId = 0;
  private turnStartUs = 0;
  private seenUs = 0; // the executor's clock at the last look of this turn
  private turnDepth = 0;

  constructor(parts: { node: Node; executor: Executor; reply: ReplyWriter; setTime: () => void }) {
    this.node = parts.node;
    this.executor = parts.executor;
    this.reply = parts.reply;
    this.setTime = parts.setTime;
    this.stats = parts.node.stats;
  }

  get isPasswordRequired(): boolean {
    return this.node.isPasswordRequired;
  }

  get queryBytesMax(): number {
    return this.node.config.clientQueryBufferLimit;
  }

  /** Takes a new connection, or refuses it with one line: too many clients, or protected mode. */
  accept(stream: Stream, refusal: string | undefined): StreamEvents {
    const client = new Client(this, stream, ++this.lastId, this.node.wallMs());
    if (refusal !== undefined) {
      this.stats.connectionsRejected++;
      client.send(latin1Bytes(`-${refusal}\r\n`));
      client.finish();
      return client;
    }
    this.stats.connectionsReceived++; // Without the refused ones, as Redis counts.
    client.isAuthenticated = !this.node.isPasswordRequired;
    this.byId.set(client.id, client);
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
    this.byId.delete(client.id);
    this.monitors.delete(client);
    this.heldByPause.delete(client);
    this.toClose.delete(client);
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
  }

  endTurn(client: Client): void {
    const nowUs = this.node.monotonicUs();
    this.executor.end(nowUs);
    this.turnDepth--;
    this.node.recordTurn(this.turnStartUs, nowUs);
    if ((client.isMonitor || this.monitors.size > 0) && client.isMonitor !== this.monitors.has(client)) {
      if (client.isMonitor && !client.isClosed) this.monitors.add(client);
      else this.monitors.delete(client);
    }
    if (this.toClose.size > 0) {
      for (const each of this.toClose) each.finish();
      this.toClose.clear();
    }
  }

  execute(client: Client, args: Args): boolean {
    return this.executor.execute(client, args);
  }

  /** True when the present turn should end for the sake of the other clients. */
  get isTurnOver(): boolean {
    // Refused requests are not timed: where no run has ended since the last look, the clock is read for this.
    let { latestUs } = this.executor;
    if (latestUs === this.seenUs) latestUs = this.node.monotonicUs();
    else this.seenUs = latestUs;
    return latestUs - this.turnStartUs > TURN_US_MAX;
  }

  /** Lets a client go on after the others have had a turn. */
  resumeSoon(client: Client): void {
    this.node.soon(() => client.resume());
  }

  /** Touches what the first requests of the look-ahead will need; with several shards it is not known where. */
  warm(db: number, count: number): void {
    const { databases } = this.node.everything;
    if (databases.length === 1) this.lookahead.warm(databases[0] as Databases, db, count);
  }

  /** Answers a protocol error and closes after it. */
  protocolError(client: Client, text: string): void {
    this.stats.protocolErrors++;
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
    this.node.log("warning", `Closing client that reached max query buffer length: id=${client.id}`);
    client.closeNow();
  }

  /** Closes a client when the present turn's replies have been written; at once outside of a turn. */
  closeAfterTurn(client: Client): void {
    if (this.turnDepth > 0) this.toClose.add(client);
    else client.finish();
  }

  /** Holds a client against the output limits of its class; called when bytes had to be queued. */
  checkOutput(client: Client): void {
    const { normal } = this.node.config.clientOutputBufferLimit;
    const queued = client.queuedOutputBytes;
    const isOverHard = normal.hardBytes > 0 && queued > normal.hardBytes;
    let isOverSoft = false;
    if (normal.softBytes > 0 && queued > normal.softBytes) {
      const nowMs = this.node.wallMs();
      if (client.softLimitSinceMs === 0) client.softLimitSinceMs = nowMs;
      isOverSoft = nowMs - client.softLimitSinceMs >= normal.softSeconds * 1000;
    } else {
      client.softLimitSinceMs = 0;
    }
    if (!isOverHard && !isOverSoft) return;
    this.stats.outputBufferDisconnections++;
    this.node.log(
      "warning",
      `Client id=${client.id} addr=${client.remoteAddress} closed for overcoming of output buffer limits.`,
    );
    client.closeNow();
  }

  holdForPause(client: Client): void {
    this.heldByPause.add(client);
  }

  isHeldByPause(client: Client): boolean {
    return this.heldByPause.has(client);
  }

  /** Lets the clients go on that a pause held back. */
  resumePaused(): void {
    const held = [...this.heldByPause];
    this.heldByPause.clear();
    for (const client of held) client.resume();
  }

  get pausedCount(): number {
    return this.heldByPause.size;
  }

  feedMonitors(line: Uint8Array, self: Client): void {
    for (const monitor of this.monitors) {
      if (!monitor.isMonitor) continue; // RESET just ended it; the turn's end takes it out.
      if (monitor === self) this.reply.raw(line, 0, line.length);
      else monitor.send(line.slice());
    }
  }

  /** Once per cron tick: idle clients, and soft output limits that have lasted. */
  tick(nowMs: number): void {
    const timeoutMs = this.node.config.timeout * 1000;
    for (const client of this.byId.values()) {
      if (timeoutMs > 0 && !client.isMonitor && nowMs - client.lastActiveMs > timeoutMs) client.closeNow();
      else if (client.softLimitSinceMs !== 0) this.checkOutput(client);
    }
  }
}
