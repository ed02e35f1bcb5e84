// Client end: a client's side of a connection. It has no processor of its own and takes what comes when it comes.

import type { Connection } from "./connection.ts";
import { due } from "./ground.ts";
import { digestOf } from "./trace.ts";

const POISON = 0xdd;

/** What a client hears. `closed` comes once, last, and not after the client's own `destroy`. */
export interface ClientStreamEvents {
  opened(): void;
  /** `bytes[0, length)` is valid during the call only. */
  data(bytes: Uint8Array, length: number): void;
  ended(): void;
  closed(how: "reset" | "ended" | "refused" | "timed-out"): void;
}

export interface ClientStream {
  /** The bytes are given away. */
  write(bytes: Uint8Array): void;
  pauseReading(): void;
  resumeReading(): void;
  /** Closes this side after what was written; replies still come. */
  end(): void;
  destroy(): void;
  /** The server's id for this connection, once it was accepted. */
  readonly serverSession: number | undefined;
}

export class ClientEnd implements ClientStream {
  isClosed = false;
  /** Takes nothing before this time: a window that is closed. */
  closedWindowUntilUs = 0;
  private readonly connection: Connection;
  private readonly on: ClientStreamEvents;
  private isOpened = false;
  private isPaused = false;
  private isEnding = false;
  /** Written and not sent: from `sentOfFirst` on of the first. */
  private readonly queue: Uint8Array[] = [];
  private sentOfFirst = 0;

  constructor(connection: Connection, on: ClientStreamEvents) {
    this.connection = connection;
    this.on = on;
  }

  get serverSession(): number | undefined {
    return this.connection.session;
  }

  opened(): void {
    if (this.isClosed || this.isOpened) return;
    this.isOpened = true;
    this.on.opened();
    this.arrived();
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed || this.isEnding || bytes.length === 0) return;
    this.queue.push(bytes);
    this.maybeSendQueued();
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
    this.maybeSendQueued();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { up, down, ground, isSilent } = this.connection;
    if (isSilent) return;
    if (down.hasBytes) up.reset(ground.queue.nowUs);
    else up.finish(ground.queue.nowUs);
  }

  timeOut(): void {
    this.close("timed-out");
  }

  /** The dial failed. */
  refuse(how: "refused" | "timed-out"): void {
    this.close(how);
  }

  /** Takes nothing for a while. */
  closeWindow(untilUs: number): void {
    this.closedWindowUntilUs = Math.max(this.closedWindowUntilUs, untilUs);
    const { queue } = this.connection.ground;
    queue.push(
      untilUs,
      0,
      due(() => this.reopenWindow()),
    );
  }

  maybeSendQueued(): void {
    const { up, ground, client, host } = this.connection;
    for (;;) {
      const first = this.queue[0];
      if (first === undefined || up.room <= 0) break;
      const end = Math.min(first.length, this.sentOfFirst + up.room);
      up.send(first, this.sentOfFirst, end, ground.queue.nowUs, true);
      this.sentOfFirst = end;
      if (end === first.length) {
        this.queue.shift();
        this.sentOfFirst = 0;
      }
      if (this.connection.breaksNow("up")) {
        ground.fired("tcp.reset-mid-stream", host.id, `while client ${client} sends`);
        this.queue.length = 0;
        this.connection.reset();
        return;
      }
    }
    if (this.isEnding && this.queue.length === 0) up.finish(ground.queue.nowUs);
  }

  arrived(): void {
    const { down, ground, host, channel } = this.connection;
    if (!this.isOpened) return;
    while (!this.isClosed && !this.isPaused && ground.queue.nowUs >= this.closedWindowUntilUs) {
      const bytes = ground.clientBuffer;
      const length = down.read(bytes);
      if (length === 0) break;
      ground.trace.note(ground.queue.nowUs, host.id, "reply", digestOf(bytes, 0, length) ^ channel);
      ground.progress();
      this.on.data(bytes, length);
      bytes.fill(POISON, 0, length);
    }
    if (this.isClosed) {
      // Replies to a client that has gone are answered with a reset.
      if (down.hasBytes && !this.connection.isSilent) this.connection.up.reset(ground.queue.nowUs);
      return;
    }
    if (down.hasBroken) this.close("reset");
    else if (down.hasFinished) {
      this.on.ended();
      this.close("ended");
    }
  }

  private reopenWindow(): void {
    if (this.isClosed) return;
    if (this.connection.down.hasBytes) this.connection.ground.handled("tcp.slow-reader");
    this.arrived();
  }

  private close(how: "reset" | "ended" | "refused" | "timed-out"): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { ground, host, channel } = this.connection;
    ground.trace.note(ground.queue.nowUs, host.id, how, channel);
    // The other side is told that nobody is here, unless it is this side that could not reach it.
    if (how === "ended") this.connection.up.finish(ground.queue.nowUs);
    this.on.closed(how);
  }
}
