// Transaction: what one client has watched and queued, from WATCH or MULTI to EXEC or DISCARD.
//
// Invariants:
//   - nothing is queued once the transaction has been refused: EXEC can only discard it then.
//   - every key in `watched` counts as watched by this client once; `unwatch` gives them all back.

import type { TransactionView } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import type { WatchedKey } from "../keyspace/watched-keys.ts";
import type { Probe } from "../lib/probe.ts";
import { Args } from "../resp/args.ts";
import type { Client } from "./client.ts";
import type { Coordinator } from "./coordinator.ts";
import { RequestQueue } from "./request-queue.ts";

const NO_BYTES = new Uint8Array(0);
/** What a watched key costs beside its name. */
const WATCHED_STATE_BYTES = 160;

export class Transaction implements TransactionView {
  isOpen = false;
  /** A command could not be queued: EXEC discards what there is. */
  isRefused = false;
  queue = new RequestQueue();
  private readonly client: Client;
  private readonly coordinator: Coordinator;
  private readonly probe: Probe;
  private readonly watched: { readonly key: WatchedKey; readonly version: number }[] = [];

  constructor(client: Client, coordinator: Coordinator, probe: Probe) {
    this.client = client;
    this.coordinator = coordinator;
    this.probe = probe;
  }

  get memoryBytes(): number {
    let bytes = this.isOpen ? this.queue.memoryBytes : 0;
    for (const { key } of this.watched) bytes += WATCHED_STATE_BYTES + key.key.length;
    return bytes;
  }

  /** True when a change of some watched key is known. */
  get isDirty(): boolean {
    return this.watched.some(({ key, version }) => key.version !== version);
  }

  /** True when some watched key has changed since. */
  get hasChanged(): boolean {
    const hasChanged = this.watched.some(({ key, version }) => key.owner.versionOf(key) !== version);
    if (hasChanged) this.probe.mark("watch.changed");
    return hasChanged;
  }

  open(): void {
    this.isOpen = true;
    this.client.isQueueing = true;
    this.isRefused = false;
    if (this.queue.length > 0) this.queue = new RequestQueue();
  }

  discard(): void {
    this.isOpen = false;
    this.client.isQueueing = false;
    this.isRefused = false;
    if (this.queue.length > 0) this.queue = new RequestQueue();
    this.unwatch();
  }

  watch(db: number, args: Args, i: number): void {
    const shard = this.coordinator.shards[this.coordinator.shardOf(args, i)];
    if (shard === undefined) return;
    const key = shard.watched.watch(db, args.bytes, args.start(i), args.end(i));
    if (this.watched.some((each) => each.key === key)) shard.watched.unwatch(key);
    else this.watched.push({ key, version: key.version });
  }

  unwatch(): void {
    for (const { key } of this.watched) key.owner.unwatch(key);
    this.watched.length = 0;
  }

  push(command: Command, args: Args): void {
    if (!this.isRefused) this.queue.push(command, args);
  }

  /** Whether some queued command is of the kind asked for. */
  holds(isOfKind: (command: Command, args: Args) => boolean): boolean {
    let isFound = false;
    const args = new Args(NO_BYTES);
    if (!this.isOpen) return false;
    this.queue.each(args, (command) => {
      isFound = isOfKind(command, args);
      return !isFound;
    });
    return isFound;
  }
}
