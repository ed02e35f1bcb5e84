// Change log: what commands have changed, as requests that do the same again, in the order in which it happened.
//
//   writer  | whole groups: may be written to a file | the group in the making |
//                                                    ^ groupAt
//
// Role: the coordinator runs commands through `dispatch` while somebody keeps a log; how each is told is said by
// src/commands/effects. There are two who may: a file, which takes what is ready from the writer (server/append-log.ts), and
// the stream to replicas, which is handed each group as it ends (`tap`). What one request of a client does, with all that EXEC or a script runs inside of it and the keys that
// went by themselves meanwhile, is one group: if it is more than one change, it stands between MULTI and EXEC.
// Invariants:
//   - a change is told before anything else changes.
//   - nothing of a group is ready before all of it is: a script that is suspended keeps its group open.
//   - what is for replicas alone is never ready for the file.

import type { ClientView, CommandContext } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import type { Effect, EffectCall } from "../commands/effects/effect.ts";
import { effectOfCommand } from "../commands/effects/table.ts";
import type { Databases } from "../keyspace/databases.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { Args } from "../resp/args.ts";
import { RequestWriter } from "../resp/request-writer.ts";
import type { Coordinator } from "./coordinator.ts";

const MULTI = latin1Bytes("*1\r\n$5\r\nMULTI\r\n");
const EXEC = latin1Bytes("*1\r\n$4\r\nEXEC\r\n");

/** Who is handed each group when it is whole: bytes[from, to), valid during the call only. */
export type ChangeTap = {
  group(bytes: Uint8Array, from: number, to: number): void;
  /** Bytes it was handed, and its own. */
  readonly offset: number;
};

/** More than MULTI and EXEC take around a group. */
const AROUND_BYTES = 64;

export class ChangeLog implements EffectCall {
  readonly writer = new RequestWriter();
  args = new Args(new Uint8Array(0));
  readonly keyspace: Keyspace;
  client: ClientView = undefined as unknown as ClientView;
  isChanged = false;
  private readonly coordinator: Coordinator;
  private readonly shards: readonly Databases[];
  /** The only shard's databases; undefined with several. */
  private readonly only: Databases | undefined;
  /** A script is suspended. */
  private readonly isHeld: () => boolean;
  /** The second to be noted in front of a group, when it is another one; 0: none is noted. */
  private readonly stamp: () => number;
  private lastStamp = 0;
  private readonly effects = new Map<Command, Effect | undefined>();
  private lastCommand: Command | undefined = undefined;
  private lastEffect: Effect | undefined = undefined;
  /** How many changes were told of commands. */
  told = 0;
  /** A file takes what is ready. Without one it is dropped. */
  isFiled = false;
  tap: ChangeTap | undefined = undefined;
  private depth = 0;
  private groupAt = 0;
  /** Bytes that were taken away since the beginning. */
  private taken = 0;
  private changes = 0;
  /** Where the first change of the group begins, behind a SELECT if there is one. */
  private firstAt = 0;
  /** Where the last change begins. */
  private lastAt = 0;
  /** Pairs of places: from where to where the group has something for replicas alone. */
  private readonly unfiled: number[] = [];
  /** Of which database the last request was; -1: of none, the file is new. */
  private db = -1;

  constructor(coordinator: Coordinator, isHeld: () => boolean, stamp: () => number = () => 0) {
    this.coordinator = coordinator;
    this.stamp = stamp;
    this.isHeld = isHeld;
    this.keyspace = coordinator.everything;
    this.shards = coordinator.shards.map(({ databases }) => databases);
    this.only = this.shards.length === 1 ? this.shards[0] : undefined;
  }

  /** Bytes of whole groups, from the writer's first byte on. */
  get readyBytes(): number {
    return this.groupAt;
  }

  /** A group is open that other changes may still join. */
  get isOpen(): boolean {
    return this.depth > 0 || this.changes > 0;
  }

  /** Bytes since the beginning that have been written, or given up. */
  get written(): number {
    return this.taken;
  }

  /** As `written`, with all that has been told. */
  get position(): number {
    return this.taken + this.writer.position;
  }

  /** Takes away what has been written. */
  dropReady(): void {
    const { groupAt: dropped, unfiled } = this;
    this.taken += dropped;
    this.writer.drop(dropped);
    this.groupAt = 0;
    this.firstAt -= dropped;
    this.lastAt -= dropped;
    for (let i = 0; i < unfiled.length; i++) unfiled[i] = (unfiled[i] as number) - dropped;
  }

  /** A file begins: what comes next says of which database it is. Not while a group is open. */
  beginFile(): void {
    this.isFiled = true;
    this.db = -1;
  }

  /** No file takes anything any more: forgets what is not written. Of an open group the tap is still to hear. */
  clear(): void {
    this.isFiled = false;
    if (this.tap === undefined || !this.isOpen) this.forget();
    else this.dropReady();
  }

  /** From now on each group is handed to `tap`, and says anew of which database it is. Not while a group is open. */
  tapBy(tap: ChangeTap): void {
    if (!this.isFiled) this.forget();
    this.tap = tap;
    this.db = -1;
  }

  /** What comes next says of which database it is. Not while a group is open. */
  selectAnew(): void {
    this.db = -1;
  }

  /** Runs a command, and tells what it has changed. */
  dispatch(command: Command, context: CommandContext): void {
    const effect = command === this.lastCommand ? this.lastEffect : this.effectOf(command);
    this.depth++;
    if (effect === undefined || (effect.isForReplicas && this.tap === undefined)) {
      this.coordinator.run(command, context);
    } else this.runTold(effect, command, context);
    this.depth--;
    if (this.depth === 0 && this.writer.position > this.groupAt && context.client.isInExec !== true) {
      // Keys that were found to be over by a look at any of them have nothing to do with each other, as in Redis.
      this.endGroup(isLookAtAny(command));
    }
  }

  /** A key is removed that no command names. */
  removed(db: number, key: string): void {
    this.beginIn(db, 2);
    this.writer.word("DEL");
    this.writer.word(key);
    if (this.depth === 0) this.endGroup();
  }

  /** Fields of a hash are removed that no command names, all of them without a name; texts are Latin-1. */
  removedFields(db: number, key: string, fields: readonly string[]): void {
    if (fields.length === 0) return this.removed(db, key);
    this.beginIn(db, 2 + fields.length);
    this.writer.word("HDEL");
    this.writer.word(key);
    for (const each of fields) this.writer.word(each);
    if (this.depth === 0) this.endGroup();
  }

  /** Whatever is open is whole, unless a script is suspended. */
  endGroup(isLoose = false): void {
    if (this.isHeld()) return;
    const { writer, tap } = this;
    if (this.unfiled.length > 0) this.endForReplicas();
    else {
      this.surround(isLoose);
      tap?.group(writer.bytes, this.groupAt, writer.position);
    }
    this.changes = 0;
    if (!this.isFiled) {
      this.groupAt = writer.position;
      this.dropReady();
      return;
    }
    const second = this.stamp();
    if (second > this.lastStamp) {
      this.lastStamp = second;
      writer.insert(this.groupAt, latin1Bytes(`#TS:${second}\r\n`));
    }
    this.groupAt = writer.position;
  }

  // SELECT stays in front, as in Redis.
  private surround(isLoose: boolean): void {
    if (this.changes <= 1 || isLoose) return;
    this.writer.insert(this.firstAt, MULTI);
    this.writer.append(EXEC);
  }

  // Hands over a group of which the file gets less, and leaves that. What it gets begins before what it does not get.
  private endForReplicas(): void {
    const { writer, tap, unfiled, changes } = this;
    const whole = writer.bytes.slice(0, writer.position);
    this.surround(false);
    tap?.group(writer.bytes, this.groupAt, writer.position);
    writer.position = this.groupAt;
    this.changes = changes - unfiled.length / 2;
    for (let i = 0, from = this.groupAt; i <= unfiled.length; i += 2) {
      writer.append(whole.subarray(from, unfiled[i] ?? whole.length));
      from = unfiled[i + 1] ?? whole.length;
    }
    unfiled.length = 0;
    this.surround(false);
  }

  // --- EffectCall ---

  readonly begin = (words: number): RequestWriter => {
    this.told++;
    return this.beginIn(this.client.db, words);
  };

  asSent(): void {
    this.told++;
    this.beginChange(this.client.db);
    this.writer.request(this.args);
  }

  private runTold(effect: Effect, command: Command, context: CommandContext): void {
    const { before: look } = effect;
    let before = 0;
    if (look !== undefined) {
      this.point(context);
      before = look(this);
    }
    const { reply } = context;
    const errorsBefore = reply.errorCount;
    const dirty = this.only === undefined ? this.totalDirty() : this.only.dirty;
    this.coordinator.run(command, context);
    this.isChanged = (this.only === undefined ? this.totalDirty() : this.only.dirty) !== dirty;
    if (!this.isChanged && !(effect.isAlways && reply.errorCount === errorsBefore)) return;
    this.point(context);
    const { told } = this;
    effect.tell(this, before);
    if (this.told === told) return;
    context.client.loggedTo = this.position;
    const { tap } = this;
    if (tap === undefined) return;
    context.client.replicatedTo = tap.offset + this.writer.position - this.groupAt + AROUND_BYTES;
    // Alone in its request, as it is told as it was sent; SELECT in front of it is the file's as well.
    if (effect.isForReplicas) this.unfiled.push(this.lastAt, this.writer.position);
  }

  // What a look at the data leaves is no access.
  private point({ args, client }: CommandContext): void {
    this.args = args;
    this.client = client;
    this.keyspace.db = client.db;
    this.keyspace.isTouching = false;
  }

  private beginIn(db: number, words: number): RequestWriter {
    this.beginChange(db);
    this.writer.begin(words);
    return this.writer;
  }

  private beginChange(db: number): void {
    this.select(db);
    this.lastAt = this.writer.position;
    if (this.changes === 0) this.firstAt = this.lastAt;
    this.changes++;
  }

  // SELECT does not count: alone it changes nothing.
  private select(db: number): void {
    if (db === this.db) return;
    this.db = db;
    this.writer.begin(2);
    this.writer.word("SELECT");
    this.writer.integer(db);
  }

  private forget(): void {
    this.taken += this.writer.position;
    this.writer.drop(this.writer.position);
    this.groupAt = 0;
    this.changes = 0;
    this.unfiled.length = 0;
    this.db = -1;
  }

  private effectOf(command: Command): Effect | undefined {
    let effect = this.effects.get(command);
    if (effect === undefined && !this.effects.has(command)) {
      effect = effectOfCommand(command.fullName, command.isWrite);
      this.effects.set(command, effect);
    }
    this.lastCommand = command;
    this.lastEffect = effect;
    return effect;
  }

  private totalDirty(): number {
    let dirty = 0;
    for (const each of this.shards) dirty += each.dirty;
    return dirty;
  }
}

function isLookAtAny({ fullName }: Command): boolean {
  return fullName === "scan" || fullName === "randomkey";
}
