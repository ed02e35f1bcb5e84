// Replication: this server as the master of Redis replicas: who follows it, and when a snapshot is taken for them.
//
//   client asks --> waits for its turn --> snapshot of a moment between groups ----> follows the stream
//                                          | the stream is kept from here on
//
// Role: the rules of SYNC and PSYNC, of repl-diskless-sync and its delay, of PING and of time-outs. How a snapshot gets to
// replicas is snapshot-transfer.ts's, what one replica is sent next replica.ts's, what the stream consists of the change
// log's. Differs from Redis in that nothing is kept for those who come back: each is sent all of the data.
// Invariants:
//   - a snapshot and the stream behind it are of the same moment, at which no group of changes is open.
//   - at most one snapshot is written at a time, for whatever purpose.
//   - without a replica that follows, nothing is told and nothing kept.
//   - the stream holds no more than the largest backlog that the output limits of replicas allow.

import type { ClientView } from "../commands/context.ts";
import { noWishes, type ReplicationView, type ReplicaView } from "../commands/server/replication-view.ts";
import type { ChangeTap } from "../connection/change-log.ts";
import type { Client } from "../connection/client.ts";
import type { Env } from "../env/env.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { ChangeStream } from "./change-stream.ts";
import { Replica } from "./replica.ts";
import type { Server } from "./server.ts";
import { SnapshotTransfer } from "./snapshot-transfer.ts";

const GROUP_RETRY_US = 10_000;
const SECOND_US = 1_000_000;
const PING = latin1Bytes("*1\r\n$4\r\nPING\r\n");
const GETACK = latin1Bytes("*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n");

export class Replication implements ReplicationView, ChangeTap {
  id: string;
  fullSyncs = 0;
  failedPartialSyncs = 0;
  /** Somebody follows: what changes is told. */
  isTelling = false;
  private readonly env: Env;
  private readonly server: Server;
  private readonly stream = new ChangeStream();
  private readonly followers = new Set<Replica>();
  /** The one whose snapshot is being made. */
  private saving: SnapshotTransfer | undefined = undefined;
  /** All that are not over. */
  private readonly transfers = new Set<SnapshotTransfer>();
  private isFlushDue = false;
  private isAckDue = false;
  private isBeginDue = false;
  private number = 0;
  private secondUs = 0;
  private seconds = 0;

  constructor(env: Env, server: Server) {
    this.env = env;
    this.server = server;
    this.id = this.newId();
  }

  get offset(): number {
    return this.stream.endOffset;
  }

  get keptBytes(): number {
    return this.stream.keptBytes;
  }

  /** A snapshot is being made for replicas. */
  get isSaving(): boolean {
    return this.saving !== undefined;
  }

  get replicaCount(): number {
    return this.followers.size;
  }

  get sentBytes(): number {
    return this.server.stats.replicaOutputBytes;
  }

  replicas(): Iterable<ReplicaView> {
    return this.followers;
  }

  get goodCount(): number {
    const { minReplicasMaxLag } = this.server.config;
    const nowS = Math.floor(this.server.everything.nowMs / 1000);
    let count = 0;
    for (const { state, heardMs } of this.followers) {
      if (state === "online" && nowS - Math.floor(heardMs / 1000) <= minReplicasMaxLag) count++;
    }
    return count;
  }

  sync(view: ClientView, isOld: boolean, isPartialFailed: boolean): void {
    const client = view as Client;
    const wishes = client.replicaWishes ?? noWishes();
    const replica = new Replica({
      client,
      wishes: { ...wishes },
      isOld,
      stream: this.stream,
      nowMs: () => this.env.clock.wallMs(),
      taken: () => this.trim(),
      left: (each) => this.left(each),
    });
    this.fullSyncs++;
    if (isPartialFailed) this.failedPartialSyncs++;
    client.replica = replica;
    this.followers.add(replica);
    this.log(`Replica ${nameOf(replica)} asks for synchronization`);
    const { saving } = this;
    const first = saving === undefined ? undefined : [...saving.members][0];
    if (saving?.takesMore === true && first !== undefined && areAlike(first, replica)) {
      this.log("Waiting for end of BGSAVE for SYNC");
      this.join(replica, saving);
    } else this.beginSoon();
  }

  acknowledge(client: ClientView, offset: number): void {
    (client as Client).replica?.acknowledge(offset);
    if (this.server.hub.blocking.ackWaitCount === 0 || this.isAckDue) return;
    // Later: the replica's own turn is under way.
    this.isAckDue = true;
    this.server.soon(() => {
      this.isAckDue = false;
      this.server.hub.blocking.acknowledged();
    });
  }

  acknowledgedBy(offset: number): number {
    let count = 0;
    for (const { state, acknowledged } of this.followers) {
      if (state === "online" && acknowledged >= offset) count++;
    }
    return count;
  }

  askForAcknowledgement(): void {
    if (this.isTelling) this.add(GETACK, 0, GETACK.length);
  }

  // --- ChangeTap ---

  group(bytes: Uint8Array, from: number, to: number): void {
    this.add(bytes, from, to);
  }

  /** The cron's. */
  tick(): void {
    if (this.followers.size === 0) return;
    const nowUs = this.env.clock.monotonicUs();
    this.maybeBegin();
    if (nowUs < this.secondUs) return;
    this.secondUs = nowUs + SECOND_US;
    this.seconds++;
    if (this.isTelling && this.seconds % this.server.config.replPingReplicaPeriod === 0) {
      this.add(PING, 0, PING.length);
    }
    const lateMs = this.env.clock.wallMs() - this.server.config.replTimeout * 1000;
    for (const each of [...this.followers]) {
      if (each.state === "wait_bgsave") each.keepAlive();
      else if (isLate(each, lateMs)) {
        const what = each.state === "online" ? "streaming" : "full";
        this.server.log("warning", `Disconnecting timedout replica (${what} sync): ${nameOf(each)}`);
        each.client.closeNow();
      }
    }
  }

  /** Ends everything without a word: the process is about to. */
  stop(): void {
    this.flush();
    for (const each of this.transfers) each.stop();
    this.transfers.clear();
    this.saving = undefined;
  }

  // --- snapshots ---

  private beginSoon(): void {
    if (this.isBeginDue) return;
    this.isBeginDue = true;
    this.server.soon(() => {
      this.isBeginDue = false;
      this.maybeBegin();
    });
  }

  private maybeBegin(): void {
    const { server } = this;
    const { persistence } = server;
    const first = [...this.followers].find(({ transfer, state }) => state === "wait_bgsave" && !transfer);
    if (first === undefined || server.isStopping) return;
    // The cron asks again.
    if (persistence.isSaving || persistence.isRewriting || persistence.isLoading) return;
    const waiting = [...this.followers].filter(
      (each) => each.state === "wait_bgsave" && each.transfer === undefined && areAlike(first, each),
    );
    if (!this.isDue(waiting)) return;
    if (persistence.log.changes.isOpen || server.isBusy) {
      if (this.isBeginDue) return;
      this.isBeginDue = true;
      server.after(GROUP_RETRY_US, () => {
        this.isBeginDue = false;
        this.maybeBegin();
      });
      return;
    }
    this.begin(waiting);
  }

  // Where no file is used others may come meanwhile, and share the snapshot.
  private isDue(waiting: readonly Replica[]): boolean {
    const { replDisklessSync, replDisklessSyncDelay, replDisklessSyncMaxReplicas } = this.server.config;
    if (!replDisklessSync || waiting.some(({ wishes }) => !wishes.takesMark)) return true;
    if (replDisklessSyncMaxReplicas > 0 && waiting.length >= replDisklessSyncMaxReplicas) return true;
    const sinceMs = Math.min(...waiting.map((each) => each.sinceMs));
    return this.env.clock.wallMs() - sinceMs >= replDisklessSyncDelay * 1000;
  }

  private begin(waiting: readonly Replica[]): void {
    const { server, env } = this;
    const { persistence } = server;
    const wishes = waiting[0]?.wishes ?? noWishes();
    const isFiltered = wishes.withoutKeys || wishes.withoutLibraries;
    const isMarked =
      (server.config.replDisklessSync || isFiltered) && waiting.every((each) => each.wishes.takesMark);
    const target = isMarked ? "replicas sockets" : "disk";
    this.log(`Starting BGSAVE for SYNC with target: ${target}`);
    const isFollowed = waiting.some((each) => !each.wishes.isSnapshotOnly);
    if (isFollowed && !this.isTelling) this.beginTelling();
    else if (isFollowed) persistence.log.changes.selectAnew();
    const transfer = new SnapshotTransfer({
      env,
      snapshot: persistence.snapshotFor(wishes),
      offset: this.offset,
      mark: isMarked ? this.newId() : undefined,
      path: persistence.pathBeside(`temp-sync-${env.host.pid}-${++this.number}.rdb`),
      busyUs: () => server.busyUs,
      sliced: (startUs, endUs) => {
        server.turns.add(startUs, endUs);
        server.latency.maybeAdd("snapshot-slice", (endUs - startUs) / 1000, server.access.seconds);
      },
      saved: (fault) => this.saved(transfer, fault),
    });
    this.saving = transfer;
    this.transfers.add(transfer);
    for (const each of waiting) this.join(each, transfer);
    transfer.begin();
  }

  private join(replica: Replica, transfer: SnapshotTransfer): void {
    transfer.members.add(replica);
    replica.begin(transfer, this.id);
  }

  private saved(transfer: SnapshotTransfer, fault: string | undefined): void {
    if (this.saving === transfer) this.saving = undefined;
    if (fault !== undefined) this.server.log("warning", `SYNC failed: ${fault}`);
    else this.log("Background transfer of the snapshot to replicas terminated with success");
    this.beginSoon();
  }

  // --- the stream ---

  private beginTelling(): void {
    this.isTelling = true;
    this.id = this.newId();
    this.stream.clear();
    this.server.persistence.log.changes.tapBy(this);
    this.server.updateTelling();
  }

  private endTelling(): void {
    this.isTelling = false;
    this.server.persistence.log.changes.tap = undefined;
    this.stream.clear();
    this.server.updateTelling();
  }

  private add(bytes: Uint8Array, from: number, to: number): void {
    this.stream.append(bytes, from, to);
    const { hardBytes } = this.server.config.clientOutputBufferLimit.replica;
    if (hardBytes > 0 && this.stream.endOffset - this.stream.startOffset > hardBytes) this.checkLimits();
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    this.env.clock.after(0, this.flush);
  }

  // Once for all that one round of the network has brought.
  private readonly flush = (): void => {
    this.isFlushDue = false;
    for (const each of this.followers) each.pump();
    this.trim();
  };

  // Not from within a group: who is closed may be the one whose request runs.
  private checkLimits(): void {
    if (this.isLimitDue) return;
    this.isLimitDue = true;
    this.server.soon(() => {
      this.isLimitDue = false;
      for (const each of [...this.followers]) this.server.hub.checkOutput(each.client);
    });
  }
  private isLimitDue = false;

  private trim(): void {
    let needed = this.stream.endOffset;
    for (const { offset } of this.followers) if (offset >= 0) needed = Math.min(needed, offset);
    // Others may still join it.
    if (this.saving?.takesMore === true) needed = Math.min(needed, this.saving.offset);
    this.stream.dropBefore(needed);
  }

  private left(replica: Replica): void {
    if (!this.followers.delete(replica)) return;
    const { transfer } = replica;
    replica.transfer = undefined;
    transfer?.left(replica);
    for (const each of this.transfers) if (each.members.size === 0) this.transfers.delete(each);
    this.log(`Connection with replica ${nameOf(replica)} lost.`);
    if (!this.isTelling) return;
    for (const each of this.followers) if (!each.wishes.isSnapshotOnly) return this.trim();
    this.endTelling();
  }

  private newId(): string {
    const bytes = new Uint8Array(20);
    this.env.random.secret(bytes);
    let text = "";
    for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
    return text;
  }

  private log(text: string): void {
    this.server.log("notice", text);
  }
}

// Whether one snapshot serves both.
function areAlike(a: Replica, b: Replica): boolean {
  const isSame = a.wishes.withoutKeys === b.wishes.withoutKeys;
  if (!isSame || a.wishes.withoutLibraries !== b.wishes.withoutLibraries) return false;
  // Of a snapshot that nobody follows the stream is not kept.
  return a.wishes.takesMark === b.wishes.takesMark && a.wishes.isSnapshotOnly === b.wishes.isSnapshotOnly;
}

function isLate(replica: Replica, lateMs: number): boolean {
  // Who waits for others is not late.
  if (replica.state === "send_bulk") return replica.isStalled && replica.movedMs < lateMs;
  return !replica.isOld && replica.heardMs < lateMs;
}

function nameOf({ address, port, client }: Replica): string {
  return port > 0 ? `${address}:${port}` : client.remoteAddress;
}
