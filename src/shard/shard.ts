// Shard: the actor that owns one part of the keyspace.
//
// Nothing but its own turn touches its memory. Shards on the connection's thread are called directly, which
// is a mailbox that is always empty: one message is run to its end before the next exists.

import type { CommandContext } from "../commands/context.ts";
import type { AccessClock } from "../keyspace/access-clock.ts";
import { Databases } from "../keyspace/databases.ts";
import type { KeyEvents } from "../keyspace/key-events.ts";
import { Keyspace } from "../keyspace/keyspace.ts";
import { WatchedKeys } from "../keyspace/watched-keys.ts";
import type { Probe } from "../lib/probe.ts";
import type { Rng } from "../lib/rng.ts";
import type { HashSeed } from "../store/dict.ts";

export type ShardOptions = {
  readonly id: number;
  readonly databases: number;
  readonly seed: HashSeed;
  readonly access: AccessClock;
  readonly rng: Rng;
  readonly probe?: Probe;
  readonly events?: KeyEvents;
};

export class Shard {
  readonly id: number;
  readonly databases: Databases;
  readonly keyspace: Keyspace;
  /** Keys that clients watch. */
  readonly watched: WatchedKeys;

  constructor(options: ShardOptions) {
    this.id = options.id;
    this.databases = new Databases(options);
    this.watched = new WatchedKeys(this.databases);
    this.keyspace = new Keyspace([this.databases], options.rng);
  }

  /** Runs one command whose keys all live here. */
  execute(run: (context: CommandContext) => void, context: CommandContext): void {
    const { keyspace } = this;
    keyspace.db = context.client.db;
    keyspace.isTouching = !context.client.isNoTouch;
    context.keyspace = keyspace;
    run(context);
  }
}
