// Replica: one connection that has asked for the data, from then to its end.
//
//   wait_bgsave --- a snapshot is begun, or written to a file ---> send_bulk --- all of it has left ---> online
//
// Role: what is sent to it next, and whether the network takes it: parts of a snapshot, then the stream from the place on
// at which the snapshot was taken. One that finds the snapshot's end by a mark gets the stream when it has said that it has
// found it, as nothing may follow the mark at once.
// Invariant: the network holds one part at a time. What else waits is in the stream, once for all replicas.

import type { ReplicaWishes } from "../commands/server/replication-view.ts";
import type { Client } from "../connection/client.ts";
import type { ReplicaLink } from "../connection/replica-link.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import type { ChangeStream } from "./change-stream.ts";
import type { SnapshotTransfer } from "./snapshot-transfer.ts";

export type ReplicaParts = {
  readonly client: Client;
  readonly wishes: ReplicaWishes;
  /** It asked by SYNC: it may never say how far it has followed. */
  readonly isOld: boolean;
  readonly stream: ChangeStream;
  readonly nowMs: () => number;
  /** It has taken more of the stream. */
  readonly taken: () => void;
  readonly left: (replica: Replica) => void;
};

export class Replica implements ReplicaLink {
  state: "wait_bgsave" | "send_bulk" | "online" = "wait_bgsave";
  acknowledged = 0;
  /** When it asked, and when the network took something last. */
  readonly sinceMs: number;
  movedMs = 0;
  transfer: SnapshotTransfer | undefined = undefined;
  readonly client: Client;
  readonly wishes: ReplicaWishes;
  readonly isOld: boolean;
  /** Of the first byte of the stream that it has not been given; -1: it gets none of it. */
  offset = -1;
  private readonly parts: ReplicaParts;
  /** The stream may be sent. */
  private isOpen = false;
  /** Wall clock of when it had all of the snapshot, or acknowledged last. */
  private acknowledgedMs = 0;
  /** The network holds a part; and what is to be done when that has left. */
  isStalled = false;
  private afterwards: (() => void) | undefined = undefined;

  constructor(parts: ReplicaParts) {
    this.parts = parts;
    this.client = parts.client;
    this.wishes = parts.wishes;
    this.isOld = parts.isOld;
    this.sinceMs = parts.nowMs();
  }

  get address(): string {
    const { address } = this.wishes;
    if (address !== "") return address;
    const { remoteAddress } = this.client;
    return remoteAddress.slice(0, remoteAddress.lastIndexOf(":")).replace(/^\[|\]$/g, "");
  }

  /** While it loads it sends empty lines. */
  get heardMs(): number {
    return Math.max(this.acknowledgedMs, this.client.lastActiveMs);
  }

  get port(): number {
    return this.wishes.port;
  }

  get waitingBytes(): number {
    return this.offset < 0 ? 0 : this.parts.stream.endOffset - this.offset;
  }

  /** Its snapshot is of the stream's place `offset`. */
  begin(transfer: SnapshotTransfer, id: string): void {
    this.transfer = transfer;
    this.movedMs = this.parts.nowMs();
    if (!this.wishes.isSnapshotOnly) this.offset = transfer.offset;
    if (!this.isOld) this.client.sendStream(latin1Bytes(`+FULLRESYNC ${id} ${transfer.offset}\r\n`));
  }

  /** Keeps the connection from being taken for lost while there is nothing to send. */
  keepAlive(): void {
    if (!this.isStalled) this.client.sendStream(latin1Bytes("\n"));
  }

  /** Sends a part of the snapshot; `afterwards` when it has left, at once or later. */
  send(bytes: Uint8Array, afterwards: () => void): void {
    if (this.client.sendStream(bytes)) {
      this.movedMs = this.parts.nowMs();
      afterwards();
      return;
    }
    this.isStalled = true;
    this.afterwards = afterwards;
  }

  /** All of the snapshot has left. */
  received(isMarked: boolean): void {
    this.transfer = undefined;
    if (this.wishes.isSnapshotOnly) {
      this.client.finish();
      return;
    }
    this.state = "online";
    this.acknowledgedMs = this.parts.nowMs();
    this.isOpen = !isMarked;
    this.pump();
  }

  /** It says how far it has followed. */
  acknowledge(offset: number): void {
    this.acknowledged = Math.max(this.acknowledged, offset);
    this.acknowledgedMs = this.parts.nowMs();
    if (this.isOpen || this.state !== "online") return;
    this.isOpen = true;
    this.pump();
  }

  /** Sends as much of the stream as the network takes. */
  pump(): void {
    if (!this.isOpen || this.isStalled || this.offset < 0) return;
    const { stream } = this.parts;
    for (;;) {
      const part = stream.at(this.offset);
      if (part === undefined) break;
      this.offset += part.length;
      if (this.client.sendStream(part)) continue;
      this.isStalled = true;
      break;
    }
    this.movedMs = this.parts.nowMs();
  }

  // --- ReplicaLink ---

  drained(): void {
    this.isStalled = false;
    this.movedMs = this.parts.nowMs();
    const { afterwards } = this;
    this.afterwards = undefined;
    if (afterwards !== undefined) afterwards();
    else this.pump();
    this.parts.taken();
  }

  left(): void {
    this.isOpen = false;
    this.parts.left(this);
  }
}
