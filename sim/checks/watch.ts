// watch: EXEC does not succeed if a watched key was written, expired, evicted or flushed since WATCH.
//
// Role: compares the oracle's entry of each watched key at WATCH and when EXEC begins by identity: the model replaces
// an entry whenever a command changes it, to an equal value too, which is what WATCH promises to notice. Only where the
// entry is equal in everything and the oracle itself says that nobody is to be told (PFCOUNT keeps its result) is it
// no change. Of a HyperLogLog the registers count, and not how they are written (PFDEBUG TODENSE). Of a stream the entries count alone: Redis tells nobody who watches of its groups, nor of XSETID.
// An EXEC refused though nothing had changed is allowed, and counted.

import { bytesOf, isHyperLogLog, registersOf } from "../../oracle/hyperloglog.ts";
import type { Entry, Model, StreamValue } from "../../oracle/model.ts";
import { plainValue } from "../../oracle/state.ts";
import { isTouched } from "../../oracle/transactions.ts";
import type { Check, CheckContext } from "../check.ts";
import type { NodeExecuted } from "../events.ts";
import { comparableText } from "../world/live-node.ts";
import { isExpiredAt, type Reference, type References } from "./reference.ts";
import { isNullReply, quoted } from "./reply-grammar.ts";

type Watched = { readonly db: number; readonly key: string; readonly entry: Entry | undefined };
type SessionState = {
  readonly watched: Watched[];
  isInMulti: boolean;
  /** EXEC has begun: what happens to the keys from here on is its own doing. */
  isInExec: boolean;
  changed: Watched | undefined;
};

export const watch: Check = {
  name: "watch",
  promises: ["P2"],
  looksBefore: true,
  begin: (context) => new WatchChecking(context),
};

class WatchChecking {
  private readonly context: CheckContext;
  private readonly references: References;
  private readonly sessions = new Map<string, SessionState>();
  private succeeded = 0;
  private refused = 0;
  private needless = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.references = context.references;
  }

  readonly sessionClosed = (event: { node: number; generation: number; session: number }): void => {
    this.sessions.delete(placeOf(event));
  };

  readonly executed = (event: NodeExecuted): void => {
    const { words, transaction } = event.call;
    const name = (words[0] ?? "").toLowerCase();
    if (this.sessions.size === 0 && name !== "watch") return;
    const reference = this.references.of(event.node);
    if (reference === undefined || transaction === "queued" || transaction === "script") return;
    const state = this.sessions.get(placeOf(event));
    if (state === undefined && name !== "watch") return;
    reference.model.nowMs = event.call.nowMs;
    const isInner = transaction === "inner";
    if (state !== undefined && !state.isInExec && (isInner || name === "exec")) {
      state.isInExec = true;
      const { model, oracle } = reference;
      const session = oracle.session(event.session);
      const isNoticed = isTouched(model, session);
      state.changed ??= state.watched.find((each) => hasChanged(each, model, isNoticed));
    }
    if (!isInner) this.follow(event, name, reference);
  };

  readonly counts = (): Record<string, number> => ({
    "EXECs of watched keys?": this.succeeded,
    "EXECs refused?": this.refused,
    "EXECs refused needlessly?": this.needless,
  });

  private follow(event: NodeExecuted, name: string, { model, oracle }: Reference): void {
    const { words, reply } = event.call;
    const place = placeOf(event);
    const state = this.sessions.get(place);
    switch (name) {
      case "watch": {
        if (!reply.startsWith("+OK")) return;
        const { db } = oracle.session(event.session);
        const watched = state?.watched ?? [];
        for (const key of words.slice(1)) {
          if (watched.some((each) => each.db === db && each.key === key)) continue;
          watched.push({ db, key, entry: entryAt(model, { db, key }) });
        }
        this.sessions.set(place, { watched, isInMulti: false, isInExec: false, changed: state?.changed });
        return;
      }
      case "multi":
        if (state !== undefined && reply.startsWith("+OK")) state.isInMulti = true;
        return;
      case "exec":
        if (state !== undefined) this.judge(event, state);
        this.sessions.delete(place);
        return;
      case "unwatch":
        if (!reply.startsWith("-")) this.sessions.delete(place);
        return;
      case "discard":
      case "reset":
        if (!reply.startsWith("-")) this.sessions.delete(place);
    }
  }

  private judge(event: NodeExecuted, { watched, changed, isInMulti }: SessionState): void {
    const { reply } = event.call;
    if (!isInMulti || watched.length === 0 || reply.startsWith("-")) return;
    if (isNullReply(reply)) {
      this.refused++;
      if (changed === undefined) this.needless++;
      return;
    }
    this.succeeded++;
    if (changed === undefined) return;
    const text = `node ${event.node}, session ${event.session}: EXEC is answered ${quoted(reply)}, though db ${changed.db}, key ${quoted(changed.key)} changed since WATCH`;
    this.context.report({ kind: "EXEC after a change", text, client: event.client });
  }
}

function hasChanged(watched: Watched, model: Model, isNoticed: boolean): boolean {
  const now = entryAt(model, watched);
  if (now === watched.entry) return false;
  return isNoticed || textOf(now) !== textOf(watched.entry);
}

function textOf(entry: Entry | undefined): string {
  if (entry === undefined) return "";
  const plain = plainValue(entry);
  const isCounter = typeof plain === "string" && isHyperLogLog(plain);
  const value = entry.type === "stream" ? entriesOf(entry) : isCounter ? registersIn(plain) : plain;
  return `${entry.expireAtMs} ${comparableText(entry.type, value)}`;
}

// One that is broken says nothing but that.
function registersIn(counter: string): string {
  return `registers ${registersOf(bytesOf(counter))?.join() ?? "unknown"}`;
}

function entriesOf({ value }: StreamValue): string[] {
  const live = value.flatMap(({ entries }) => entries.filter(({ isDeleted }) => !isDeleted));
  return live.flatMap(({ id, words }) => [`${id}`, ...words]);
}

// The live entry: one whose time was over when WATCH came is none, and none it stays.
function entryAt(
  model: Model,
  { db, key }: { readonly db: number; readonly key: string },
): Entry | undefined {
  const entry = model.databases[db]?.get(key);
  return entry === undefined || isExpiredAt(entry, model.nowMs) ? undefined : entry;
}

function placeOf(event: {
  readonly node: number;
  readonly generation: number;
  readonly session: number;
}): string {
  return `${event.node}.${event.generation}.${event.session}`;
}
