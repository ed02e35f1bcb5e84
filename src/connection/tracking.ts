// Tracking: client-side caching. Clients that keep copies of what they read are told when it changes.
//
// Role: remembers the keys of reading commands (tracked-keys.ts), or who wants to hear of all keys with a prefix
// (broadcast-prefixes.ts), is told of every change of every key where somebody watches or tracks (WatchedKeys), and
// writes the messages. The hub knows when a client may be sent one.
//
//   GET k -----> executor: client.tracksReads? -> executed() -> TrackedKeys.remember
//   SET k -----> Databases.touched -> WatchedKeys -> changed() -> TrackedKeys.take -> message, then the key is forgotten
//                                                             '-> BroadcastPrefixes.changed -> one message after the turn
//
// Messages: RESP3 `>2 invalidate [keys]`. Who speaks RESP2 gets none of its own; a client that another one redirects to
// gets `message __redis__:invalidate [keys]` if it has subscribed to anything. Null for the keys: all of them.
// To the client whose command makes the change the message comes behind the reply of that command, and behind
// that of EXEC.
//
// As in Redis 7.0: of a script that reads anything all declared keys are remembered, whatever it reads; SWAPDB tells
// nobody; what a client has read stays remembered when it stops tracking, and counts again when it goes on.

import type { TrackingRequest, TrackingState, TrackingView } from "../commands/connection/tracking-view.ts";
import type { ClientView } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { findKeys } from "../commands/server/command-keys.ts";
import type { Databases } from "../keyspace/databases.ts";
import type { ChangeListener } from "../keyspace/watched-keys.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import type { Args } from "../resp/args.ts";
import { BroadcastPrefixes } from "./broadcast-prefixes.ts";
import type { Client } from "./client.ts";
import type { Coordinator } from "./coordinator.ts";
import { TrackedKeys } from "./tracked-keys.ts";

/** Keys dropped in one go when the table is over its limit; it grows each time that was not enough. */
const DROPPED_AT_ONCE = 100;

/** Scripts of these kinds read nothing themselves. */
const scriptsThatRead: ReadonlySet<string> = new Set(["eval_ro", "evalsha_ro", "fcall_ro"]);

export type TrackingGround = {
  readonly coordinator: Coordinator;
  /** tracking-table-max-keys; 0: no limit. */
  readonly keysMax: () => number;
  readonly clients: () => Iterable<Client>;
  readonly clientById: (id: number) => Client | undefined;
  /** The client whose turn it is. */
  readonly present: () => Client | undefined;
  /** The client whose command is changing keys; undefined: time, or a script. */
  readonly changing: () => Client | undefined;
  /** Sends bytes that may be shared. */
  readonly deliver: (client: Client, bytes: Uint8Array) => void;
  /** Calls `send` behind the reply of the request that the client is running; false when it runs none. */
  readonly defer: (client: Client, send: () => void) => boolean;
  /** The table is over its limit, or no longer is. */
  readonly overChanged: () => void;
};

/** A key as an argument, copied: the hash, and the name in bytes. */
type DeclaredKey = { readonly hash: number; readonly name: Uint8Array };

export class Tracking implements TrackingView, ChangeListener {
  clientCount = 0;
  /** The table has more keys than it may: `limit` is to be called before the next command. */
  isOver = false;
  /** Keys go, for lack of memory, before the present request is run: messages come before its reply. */
  isBeforeRequest = false;

  private readonly ground: TrackingGround;
  private readonly keys = new TrackedKeys();
  private readonly prefixes = new BroadcastPrefixes();
  private failedLimits = 0;
  private isAttached = false;

  constructor(ground: TrackingGround) {
    this.ground = ground;
  }

  get keyCount(): number {
    return this.keys.keyCount;
  }

  get itemCount(): number {
    return this.keys.itemCount;
  }

  get prefixCount(): number {
    return this.prefixes.count;
  }

  /** Messages about prefixes are to be sent. */
  get isDue(): boolean {
    return this.prefixes.isDue;
  }

  start(view: ClientView, request: TrackingRequest): void {
    const client = view as Client;
    const before = client.tracking;
    const prefixes = new Set(before?.prefixes);
    if (before === undefined) this.clientCount++;
    if (request.isBroadcast) {
      for (const text of request.prefixes.length === 0 ? [""] : request.prefixes) {
        prefixes.add(text);
        this.prefixes.add(text, client);
      }
    }
    const { redirect, isBroadcast, choice, isNoLoop } = request;
    const isCaching = before?.isCaching === true;
    client.setTracking({ redirect, isBroadcast, choice, isNoLoop, prefixes, isBroken: false, isCaching });
    if (redirect !== 0) this.ground.clientById(redirect)?.getsRedirected();
    this.attach();
  }

  stop(view: ClientView): void {
    const client = view as Client;
    const { tracking } = client;
    if (tracking === undefined) return;
    for (const text of tracking.prefixes) this.prefixes.remove(text, client);
    this.clientCount--;
    client.setTracking(undefined);
    this.attach();
  }

  /** A command of a client that tracks reads was run: its keys are remembered if it reads. */
  executed(client: Client, command: Command, args: Args): void {
    if (!command.flags.includes("readonly") || scriptsThatRead.has(command.fullName)) return;
    if (!isWanted(client.tracking)) return;
    if (command.firstKey > 0 && command.firstKey === command.lastKey && command.keySpecs.length === 1) {
      this.remember(client, args, command.firstKey);
    } else for (const { index } of findKeys(command, args, 0) ?? []) this.remember(client, args, index);
    this.checkLimit();
  }

  /** The keys that a script was called with, for `readByScript`; undefined where its client tracks none. */
  declared(client: Client, command: Command | undefined, args: Args): readonly DeclaredKey[] | undefined {
    if (!client.tracksReads || command === undefined) return undefined;
    return (findKeys(command, args, 0) ?? []).map(({ index }) => ({
      hash: this.hashOf(args, index),
      name: args.bytes.slice(args.start(index), args.end(index)),
    }));
  }

  /** A script of the client's has called a command. */
  readByScript(client: Client, command: Command, declared: readonly DeclaredKey[]): void {
    if (!command.flags.includes("readonly") || !isWanted(client.tracking)) return;
    for (const { hash, name } of declared) this.keys.remember(hash, name, 0, name.length, client.id);
    this.checkLimit();
  }

  changed(owner: Databases, db: number, hash: number): void {
    if (this.prefixes.count > 0) this.prefixes.changed(owner, db, hash, this.ground.changing());
    if (this.keys.keyCount === 0) return;
    this.keys.take(hash, (name, readers) => this.invalidate(name, readers));
    this.detachIfIdle();
  }

  swapping(): void {
    this.prefixes.findNames();
  }

  flushed(): void {
    if (this.clientCount > 0) {
      this.prefixes.findNames();
      for (const client of this.ground.clients()) {
        if (client.tracking !== undefined) this.send(client, undefined);
      }
    }
    this.keys.clear();
    this.checkLimit();
    this.detachIfIdle();
  }

  /** Sends what there is to tell about prefixes: after a turn, and after what happened without one. */
  broadcast(): void {
    this.prefixes.take(({ clients, changed }) => {
      const names = [...changed.keys()].sort();
      const all = arrayOf(names);
      for (const client of clients) {
        const isNoLoop = client.tracking?.isNoLoop === true;
        const others = isNoLoop ? names.filter((name) => changed.get(name) !== client) : names;
        if (others.length > 0) this.send(client, isNoLoop ? arrayOf(others) : all);
      }
    });
  }

  limit(): void {
    const { ground, keys } = this;
    const wasBefore = this.isBeforeRequest;
    this.isBeforeRequest = true;
    for (let left = DROPPED_AT_ONCE * (this.failedLimits + 1); left > 0 && this.isFull(); left--) {
      keys.takeOldest((name, readers) => this.invalidate(name, readers));
    }
    this.isBeforeRequest = wasBefore;
    this.failedLimits = this.isFull() ? this.failedLimits + 1 : 0;
    if (this.isOver !== this.isFull()) {
      this.isOver = !this.isOver;
      ground.overChanged();
    }
  }

  /** The limit, or the table, has changed. */
  checkLimit(): void {
    if (this.isOver === this.isFull()) return;
    this.isOver = !this.isOver;
    this.ground.overChanged();
  }

  private isFull(): boolean {
    const keysMax = this.ground.keysMax();
    return keysMax > 0 && this.keys.keyCount > keysMax;
  }

  private remember(client: Client, args: Args, i: number): void {
    this.keys.remember(this.hashOf(args, i), args.bytes, args.start(i), args.end(i), client.id);
  }

  private hashOf(args: Args, i: number): number {
    if (i === 1 && args.isHashed) return args.keyHash;
    return this.ground.coordinator.everything
      .ownerOf(args.bytes, args.start(i), args.end(i))
      .hashOf(args.bytes, args.start(i), args.end(i));
  }

  private invalidate(name: string, readers: readonly number[]): void {
    const value = arrayOf([name]);
    const { ground } = this;
    for (const id of readers) {
      const client = ground.clientById(id);
      // One that hears of prefixes now is told of those only.
      if (client?.tracking === undefined || client.tracking.isBroadcast) continue;
      if (client.tracking.isNoLoop && client === ground.present()) continue;
      this.send(client, value);
    }
  }

  // Sends one client's message, to itself or to the one that it redirects to. `keys` undefined: all of them; whether
  // that is RESP2's null or RESP3's is up to the client, wherever its messages go, as in Redis.
  private send(client: Client, keys: string | undefined, before?: TrackingState): void {
    const { ground } = this;
    // Where EXEC itself ended the tracking, what it has changed is told nevertheless.
    const tracking = client.tracking ?? before;
    if (!this.isBeforeRequest && ground.defer(client, () => this.send(client, keys, tracking))) return;
    if (tracking === undefined) return;
    const value = keys ?? (client.protocol === 3 ? "_\r\n" : "$-1\r\n");
    if (tracking.redirect === 0) {
      if (client.protocol === 3) ground.deliver(client, latin1Bytes(PUSH + value));
      return;
    }
    const target = ground.clientById(tracking.redirect);
    if (target === undefined) {
      tracking.isBroken = true;
      const text = `>2\r\n$21\r\ntracking-redir-broken\r\n:${tracking.redirect}\r\n`;
      if (client.protocol === 3) ground.deliver(client, latin1Bytes(text));
    } else if (target.protocol === 3) ground.deliver(target, latin1Bytes(PUSH + value));
    else if (target.isSubscriber) ground.deliver(target, latin1Bytes(MESSAGE + value));
  }

  // Changes are told to us from the first client that tracks to the last key that somebody may have read.
  private attach(): void {
    const isNeeded = this.clientCount > 0 || this.keys.keyCount > 0;
    if (isNeeded === this.isAttached) return;
    this.isAttached = isNeeded;
    for (const { watched } of this.ground.coordinator.shards) watched.listener = isNeeded ? this : undefined;
  }

  private detachIfIdle(): void {
    if (this.clientCount === 0) this.attach();
  }
}

const PUSH = ">2\r\n$10\r\ninvalidate\r\n";
const MESSAGE = "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n";

// Whether the reads of a client are to be remembered now.
function isWanted(tracking: TrackingState | undefined): boolean {
  if (tracking === undefined || tracking.isBroadcast) return false;
  if (tracking.choice === "all") return true;
  return tracking.isCaching === (tracking.choice === "optin");
}

function arrayOf(names: readonly string[]): string {
  let text = `*${names.length}\r\n`;
  for (const name of names) text += `$${name.length}\r\n${name}\r\n`;
  return text;
}
