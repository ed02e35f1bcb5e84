// Server end: the server's side of a connection, with the contract of a stream as the real port keeps it.
//
// What it adds to catch mistakes: bytes handed to `data` are overwritten after the call; bytes that `write` keeps are
// hashed then and when they are sent, so that a buffer touched meanwhile is noticed, and overwritten afterwards.

import type { Address, NetFault, Stream, StreamEvents } from "../../src/env/net.ts";
import type { Connection } from "./connection.ts";
import { due } from "./ground.ts";
import type { Due } from "./queue.ts";
import { digestOf } from "./trace.ts";

const POISON = 0xdd;

type QueuedWrite = { readonly bytes: Uint8Array; readonly length: number; readonly digest: number };

export class ServerEnd implements Stream, Due {
  queuedBytes = 0;
  /** The process that had it is gone, or it has closed. */
  isGone = false;
  /** No events are delivered any more. */
  private hasClosed = false;
  private readonly connection: Connection;
  private events: StreamEvents | undefined = undefined;
  private readonly queue: QueuedWrite[] = [];
  private sentOfFirst = 0;
  private completedBytes = 0;
  private isReadPosted = false;
  private isCompletionPosted = false;
  private isPaused = false;
  private isEnding = false;
  private hasEnded = false;
  private isDestroyed = false;
  private fault: NetFault | undefined = undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  get remote(): Address {
    return this.connection.remote;
  }

  get local(): Address {
    return this.connection.local;
  }

  /** The listener has taken it: from now on its events go to `events`. */
  accepted(events: StreamEvents): void {
    this.events = events;
    if (!this.isDestroyed) this.arrived();
  }

  write(bytes: Uint8Array, length: number): boolean {
    if (this.isDestroyed) return true;
    const { connection } = this;
    const { down } = connection;
    if (down.isReset) {
      this.fail("write failed (-32)");
      return true;
    }
    const digest = digestOf(bytes, 0, length);
    this.note("send", digest);
    if (this.connection.breaksNow("down")) {
      // Behind writes that wait it would not be what comes next.
      if (this.queue.length === 0) this.sendNow(bytes, length, connection.host.localUs);
      this.breakOff();
      return true;
    }
    if (this.queue.length === 0 && down.room >= length) {
      this.sendNow(bytes, length, connection.host.localUs);
      return true;
    }
    this.queue.push({ bytes, length, digest });
    this.queuedBytes += length;
    this.maybeSendQueued();
    return false;
  }

  pauseReading(): void {
    this.isPaused = true;
  }

  resumeReading(): void {
    this.isPaused = false;
    this.arrived();
  }

  end(): void {
    this.isEnding = true;
    this.isPaused = true;
    if (this.queuedBytes === 0) this.destroy();
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    const { connection } = this;
    const { localUs } = connection.host;
    this.queue.length = 0;
    this.queuedBytes = 0;
    // As the kernel does it: who closes while there is something unread breaks the connection.
    if (connection.up.hasBytes) connection.down.reset(localUs);
    else connection.down.finish(localUs);
    connection.host.post(
      connection.channel,
      due(() => this.tellClosed()),
    );
  }

  /** The process is gone. */
  vanish(): void {
    this.isGone = true;
    this.hasClosed = true;
    this.events = undefined;
    this.queue.length = 0;
    this.queuedBytes = 0;
  }

  timeOut(): void {
    const { connection } = this;
    if (this.isGone || this.isDestroyed || !connection.isServerAlive) return;
    connection.host.post(
      connection.channel,
      due(() => this.fail("read failed (-110)")),
    );
  }

  /** Something stands in the receive buffer. */
  arrived(): void {
    const { connection } = this;
    if (this.isGone || this.events === undefined) {
      this.refuseIfDead();
      return;
    }
    if (this.isReadPosted || this.isDestroyed) {
      if (this.isDestroyed) this.refuseIfDead();
      return;
    }
    if (this.isPaused) return;
    this.isReadPosted = true;
    connection.host.post(connection.channel, this);
  }

  /** A turn: one read. */
  fire(): void {
    this.isReadPosted = false;
    const { connection, events } = this;
    if (this.hasClosed || this.isDestroyed || this.isPaused || events === undefined) return;
    const { up, host } = connection;
    if (up.hasBytes) {
      const buffer = host.readBuffer;
      const length = up.read(buffer);
      this.note("data", digestOf(buffer, 0, length));
      events.data(buffer, length);
      buffer.fill(POISON, 0, length);
    } else if (up.hasBroken) {
      this.note("broken", 0);
      connection.ground.handled("tcp.reset-mid-stream");
      this.fail("read failed (-104)");
      return;
    } else if (up.hasFinished && !this.hasEnded) {
      this.hasEnded = true;
      this.note("ended", 0);
      events.ended();
      return;
    }
    if (up.hasBytes || up.hasBroken || (up.hasFinished && !this.hasEnded)) this.arrived();
  }

  /** The peer has taken something: what waits goes on, without the node's doing. */
  maybeSendQueued(): void {
    const { down, ground, host } = this.connection;
    while (!this.isGone) {
      const first = this.queue[0];
      if (first === undefined) break;
      const room = down.room;
      if (room <= 0) break;
      const end = Math.min(first.length, this.sentOfFirst + room);
      if (this.sentOfFirst === 0 && digestOf(first.bytes, 0, first.length) !== first.digest) {
        ground.broke(host.id, "a buffer that the network had not sent yet was changed");
        return;
      }
      down.send(first.bytes, this.sentOfFirst, end, Math.max(ground.queue.nowUs, host.localUs));
      this.sentOfFirst = end;
      if (end < first.length) break;
      this.queue.shift();
      this.sentOfFirst = 0;
      first.bytes.fill(POISON, 0, first.length);
      this.completedBytes += first.length;
    }
    if (this.completedBytes > 0 && !this.isCompletionPosted && !this.isGone) {
      this.isCompletionPosted = true;
      host.post(
        this.connection.channel,
        due(() => this.completed()),
      );
    }
  }

  private sendNow(bytes: Uint8Array, length: number, atUs: number): void {
    this.connection.down.send(bytes, 0, length, atUs);
  }

  private completed(): void {
    this.isCompletionPosted = false;
    if (this.isDestroyed || this.hasClosed) return;
    this.queuedBytes -= this.completedBytes;
    this.completedBytes = 0;
    if (this.queuedBytes > 0) return;
    if (this.isEnding) this.destroy();
    else this.events?.drained();
  }

  // What comes for a process that is gone, or has closed this stream, is answered with a reset.
  private refuseIfDead(): void {
    const { connection } = this;
    const isDead = this.isGone || this.isDestroyed;
    if (isDead && connection.up.hasBytes && !connection.isSilent)
      connection.down.reset(connection.ground.queue.nowUs);
  }

  private breakOff(): void {
    const { ground, host, client } = this.connection;
    ground.fired("tcp.reset-mid-stream", host.id, `while the server sends to client ${client}`);
    this.connection.reset();
  }

  private fail(text: string): void {
    if (this.isDestroyed) return;
    this.fault = { code: "ECONNRESET", text };
    this.destroy();
  }

  private tellClosed(): void {
    if (this.hasClosed) return;
    this.hasClosed = true;
    this.isGone = true;
    const { connection, events } = this;
    if (connection.isSilent) connection.ground.handled("tcp.half-open");
    this.events = undefined;
    this.note("closed", this.fault === undefined ? 0 : 1);
    connection.closedAtServer();
    events?.closed(this.fault);
    this.refuseIfDead();
  }

  private note(kind: string, digest: number): void {
    const { ground, host, channel } = this.connection;
    ground.trace.note(host.localUs, host.id, kind, digest ^ channel);
  }
}
