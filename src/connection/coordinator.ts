// Coordinator: which shard, or shards, run a command. The one place that routes, on every path.
//
// A command whose keys lie in one shard runs there. Any other runs on a keyspace that spans all shards; on one
// thread that is atomic, since nothing runs in between.

import type { CommandContext } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import type { AccessClock } from "../keyspace/access-clock.ts";
import { KeyEvents } from "../keyspace/key-events.ts";
import { Keyspace, shardOfSlot } from "../keyspace/keyspace.ts";
import { keySlot } from "../lib/crc16.ts";
import type { Probe } from "../lib/probe.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import { Shard } from "../shard/shard.ts";
import type { HashSeed } from "../store/dict.ts";
import type { ChangeLog } from "./change-log.ts";

export type CoordinatorOptions = {
  readonly shards: number;
  readonly databases: number;
  readonly seed: HashSeed;
  readonly access: AccessClock;
  readonly rng: Rng;
  readonly probe?: Probe;
};

export class Coordinator {
  readonly shards: readonly Shard[];
  /** All databases of all shards. */
  readonly everything: Keyspace;
  /** Who is told what happens to keys, in all shards. */
  readonly events = new KeyEvents();
  private readonly only: Shard | undefined;
  /** The same while nobody keeps a log: one comparison says that a command simply runs. */
  private plain: Shard | undefined;
  private log: ChangeLog | undefined = undefined;

  constructor(options: CoordinatorOptions) {
    const shards: Shard[] = [];
    for (let id = 0; id < options.shards; id++) {
      shards.push(new Shard({ ...options, events: this.events, id, rng: options.rng.fork(`shard/${id}`) }));
    }
    this.shards = shards;
    this.only = shards.length === 1 ? shards[0] : undefined;
    this.plain = this.only;
    // With one shard its own keyspace already is everything; hits and misses are then counted in one place.
    this.everything =
      this.only?.keyspace ??
      new Keyspace(
        shards.map((shard) => shard.databases),
        options.rng.fork("everything"),
      );
  }

  /** Has what commands change told to `log`, or to nobody any more. */
  tellTo(log: ChangeLog | undefined): void {
    this.log = log;
    this.plain = log === undefined ? this.only : undefined;
  }

  /** What was kept open by a script that was suspended is whole. */
  endGroup(): void {
    this.log?.endGroup();
  }

  /** Runs a command with its arguments already checked for number. */
  dispatch(command: Command, context: CommandContext): void {
    const { plain } = this;
    if (plain !== undefined) plain.execute(command.execute as (context: CommandContext) => void, context);
    else if (this.log !== undefined) this.log.dispatch(command, context);
    else this.run(command, context);
  }

  /** As `dispatch`, and nobody is told. */
  run(command: Command, context: CommandContext): void {
    const run = command.execute as (context: CommandContext) => void;
    const only = this.only;
    if (only !== undefined) {
      only.execute(run, context);
      return;
    }
    const { args } = context;
    const { firstKey } = command;
    // More than one specification: there are keys beside the one that the range names, as in ZUNIONSTORE.
    if (
      firstKey > 0 &&
      firstKey === command.lastKey &&
      command.keySpecs.length === 1 &&
      firstKey < args.count
    ) {
      (this.shards[this.shardOf(args, firstKey)] as Shard).execute(run, context);
      return;
    }
    this.everything.db = context.client.db;
    this.everything.isTouching = !context.client.isNoTouch;
    context.keyspace = this.everything;
    run(context);
  }

  /** The index of the shard that owns argument i as a key. */
  shardOf(args: Args, i: number): number {
    if (this.only !== undefined) return 0;
    return shardOfSlot(keySlot(args.bytes, args.start(i), args.end(i)), this.shards.length);
  }

  /** Tells all shards the time at which the next commands see the world. */
  setTime(nowMs: number): void {
    for (const shard of this.shards) shard.databases.setTime(nowMs);
  }

  /** Whether keys whose time has come stay where they are, hidden: while no command that writes is run. */
  keepExpired(isKept: boolean): void {
    for (const { databases } of this.shards) databases.keepsExpired = isKept;
  }

  /** Keyspace hits of all shards. */
  get hits(): number {
    return this.total((keyspace) => keyspace.hits);
  }

  get misses(): number {
    return this.total((keyspace) => keyspace.misses);
  }

  resetStats(): void {
    for (const keyspace of [...this.shards.map((shard) => shard.keyspace), this.everything]) {
      keyspace.hits = 0;
      keyspace.misses = 0;
    }
  }

  private total(of: (keyspace: Keyspace) => number): number {
    let sum = this.only === undefined ? of(this.everything) : 0;
    for (const shard of this.shards) sum += of(shard.keyspace);
    return sum;
  }
}
