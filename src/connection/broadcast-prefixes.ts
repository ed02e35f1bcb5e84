// Broadcast prefixes: keys that have changed, collected for the clients that hear of all keys with a prefix
// (CLIENT TRACKING ON BCAST), until a turn has ended and one message tells of all of them.
//
// Role: who stands under which prefix, and for each prefix the names that have changed and who changed them last.
// A change is told by hash (keyspace/watched-keys.ts). The name is read off the entry; that of a key which is just
// being made is looked up when the next change comes, or when the turn ends: one that is gone by then was found by its
// removal, which is told before it happens.

import type { Databases } from "../keyspace/databases.ts";
import { EntryView } from "../keyspace/entry-view.ts";
import { latin1Text } from "../lib/bytes.ts";
import type { Dict } from "../store/dict.ts";
import type { Client } from "./client.ts";

/** Keys whose names are still to be found, at most. */
const UNNAMED_MAX = 1024;

/** One prefix: its listeners, and what has changed with who changed it last (undefined: time, or a script). */
export type Prefix = {
  readonly text: string;
  readonly clients: Set<Client>;
  readonly changed: Map<string, Client | undefined>;
};

type Unnamed = {
  readonly owner: Databases;
  readonly db: number;
  readonly hash: number;
  readonly by: Client | undefined;
};

export class BroadcastPrefixes {
  /** Something is to be told. */
  isDue = false;
  private readonly byText = new Map<string, Prefix>();
  /** In the order in which their messages go out. */
  private ordered: readonly Prefix[] = [];
  private unnamed: Unnamed[] = [];
  private readonly view = new EntryView(new Uint8Array(0));

  get count(): number {
    return this.byText.size;
  }

  add(text: string, client: Client): void {
    this.findNames(); // What changed before is none of its business.
    let prefix = this.byText.get(text);
    if (prefix === undefined) {
      prefix = { text, clients: new Set(), changed: new Map() };
      this.byText.set(text, prefix);
      this.order();
    }
    prefix.clients.add(client);
  }

  remove(text: string, client: Client): void {
    const prefix = this.byText.get(text);
    if (prefix === undefined) return;
    prefix.clients.delete(client);
    if (prefix.clients.size > 0) return;
    this.byText.delete(text);
    this.order();
  }

  /** Keys with this hash have changed, or are about to, by a command of `by`. */
  changed(owner: Databases, db: number, hash: number, by: Client | undefined): void {
    this.isDue = true;
    if (this.unnamed.length > 0) this.findNames(); // Who changes a key last is what counts.
    if (this.isNoted(owner, db, hash, by)) return;
    const last = this.unnamed.at(-1);
    if (last !== undefined && last.hash === hash && last.db === db && last.by === by) return;
    if (this.unnamed.length >= UNNAMED_MAX) this.unnamed.length = 0; // Gone, and made by no command that is known.
    this.unnamed.push({ owner, db, hash, by });
  }

  /** Looks up the names that were not known when their keys changed. */
  findNames(): void {
    if (this.unnamed.length === 0) return;
    this.unnamed = this.unnamed.filter(({ owner, db, hash, by }) => !this.isNoted(owner, db, hash, by));
  }

  /** Calls `send` for each prefix with changes, in order, and forgets these. */
  take(send: (prefix: Prefix) => void): void {
    this.isDue = false;
    this.findNames();
    this.unnamed.length = 0;
    for (const prefix of this.ordered) {
      if (prefix.changed.size === 0) continue;
      send(prefix);
      prefix.changed.clear();
    }
  }

  // Notes the name of the key with this hash, if there is one.
  private isNoted(owner: Databases, db: number, hash: number, by: Client | undefined): boolean {
    const ref = (owner.dicts[db] as Dict).findByHash(hash);
    if (ref === 0) return false;
    const { view } = this;
    owner.fill(view, ref);
    const name = latin1Text(view.bytes, view.keyStart, view.keyEnd);
    // No command touches a key whose time is over: that one goes by itself.
    const isOver = view.hasExpiry && owner.expiryOf(ref) <= owner.nowMs;
    for (const prefix of this.ordered) {
      if (name.startsWith(prefix.text)) prefix.changed.set(name, isOver ? undefined : by);
    }
    return true;
  }

  private order(): void {
    this.ordered = [...this.byText.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
  }
}
