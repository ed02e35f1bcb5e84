// ttl-exact: a key lives until its time and not a millisecond longer, by the clock of its node.
//
// Role: looks at time itself, which the oracle takes as given.
//   - the clock that a command ran under is the node's own, no older than a turn may last
//   - a key is removed as expired only if its time is over
//   - by the words of reads alone: a key whose time is over is not returned, one whose time is not is not missing
//   - a key whose time is over is gone, though nobody asks, within ten seconds in which its node was running
// A node runs while its turns follow one another: a gap counts for no more than GAP_US, since a paused or starved
// process cannot be asked to remove anything.

import type { Entry } from "../../oracle/model.ts";
import type { Check, CheckContext } from "../check.ts";
import type { NodeExecuted, NodeRemoved } from "../events.ts";
import { keepsData } from "../world/settings.ts";
import { isExpiredAt, type Reference, type References } from "./reference.ts";
import { integerReply, isNullReply, quoted } from "./reply-grammar.ts";

/** Where nobody says when the turn began: it ends after half a millisecond, and clocks count whole ones. */
const TURN_MS = 3;
const RECLAIM_US = 10_000_000;
const GAP_US = 250_000;

export const ttlExact: Check = {
  name: "ttl-exact",
  promises: ["P5"],
  looksBefore: true,
  begin: (context) => new TtlChecking(context),
};

/** A hash goes with the last of its fields. */
function isEmptied(entry: Entry, nowMs: number): boolean {
  if (entry.type !== "hash" || entry.ends === undefined) return false;
  const { value, ends } = entry;
  return [...value.keys()].every((field) => (ends.get(field) ?? Number.POSITIVE_INFINITY) <= nowMs);
}

class TtlChecking {
  private readonly context: CheckContext;
  private readonly references: References;
  private readonly running = new Map<number, Running>();
  /** Nodes that began with what a log held. */
  private readonly loaded = new Set<number>();
  private clocks = 0;
  private reads = 0;
  private expired = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.references = context.references;
  }

  readonly nodeStarted = (event: Parameters<References["nodeStarted"]>[0]): void => {
    this.running.set(event.node, new Running(event.atUs));
    if (event.generation > 0 && keepsData(event.config)) this.loaded.add(event.node);
  };
  readonly nodeEnded = (event: { readonly node: number }): void => {
    this.running.delete(event.node);
  };

  readonly removed = (event: NodeRemoved): void => {
    const reference = this.references.of(event.node);
    if (event.why === "expired" && reference !== undefined) {
      this.expired++;
      const entry = reference.model.databases[event.db]?.get(event.key);
      const atMs = entry?.expireAtMs;
      const where = `node ${event.node}, db ${event.db}, key ${quoted(event.key)}, clock ${event.nowMs}`;
      if (entry === undefined) {
        // A log may bring back what is over already, which nobody is shown.
        if (!this.loaded.has(event.node))
          this.context.report({ kind: "expired a key that was not there", text: where });
      } else if (atMs === undefined) this.context.report({ kind: "expired without a time", text: where });
      else if (atMs > event.nowMs) {
        const text = `${where}: its time is ${atMs}, ${atMs - event.nowMs} ms later`;
        this.context.report({ kind: "expired too early", text });
      }
    }
  };

  readonly executed = (event: NodeExecuted): void => {
    const { node, call } = event;
    const live = this.context.node(node);
    if (live !== undefined) {
      this.clocks++;
      const wallMs = live.wallMs();
      const earliestMs = live.turnStartedMs?.() ?? wallMs - TURN_MS;
      if (call.nowMs > wallMs || call.nowMs < earliestMs) {
        const text = `node ${node}: ${quoted(call.words.join(" "))} ran under ${call.nowMs}, the node's clock is ${wallMs}`;
        this.context.report({ kind: "another clock than the node's", text, client: event.client });
      }
    }
    const reference = this.references.of(node);
    if (reference !== undefined) this.judgeRead(event, reference);
    const running = this.running.get(node);
    if (running !== undefined) maybeSwitchExpiry(running, call);
  };

  readonly turnEnded = (node: number): void => {
    const running = this.running.get(node);
    const reference = this.references.of(node);
    const live = this.context.node(node);
    if (running === undefined || reference === undefined || live === undefined) return;
    running.step(this.context.nowUs());
    if (!running.isTimeToLook()) return;
    this.look(node, reference, { running, wallMs: live.wallMs() });
  };

  readonly counts = (): Record<string, number> => ({
    clocks: this.clocks,
    "reads of keys that expire": this.reads,
    "keys expired": this.expired,
  });

  // Reads that say whether one key is there. What the call itself does to the key comes after.
  private judgeRead({ session, client, node, call }: NodeExecuted, { model, oracle }: Reference): void {
    const { words, reply } = call;
    const key = words[1];
    if (words.length !== 2 || key === undefined || reply === "" || reply.startsWith("-")) return;
    if (call.transaction === "queued") return;
    const isThere = presenceIn((words[0] as string).toLowerCase(), reply);
    if (isThere === undefined) return;
    const entry = model.databases[oracle.session(session).db]?.get(key);
    const atMs = entry?.expireAtMs;
    if (entry === undefined || atMs === undefined) return;
    this.reads++;
    const isOver = atMs <= call.nowMs || isEmptied(entry, call.nowMs);
    if (isOver !== isThere) return;
    const text = `node ${node}: ${quoted(words.join(" "))} at ${call.nowMs} is answered ${quoted(reply)}; the key's time is ${atMs}`;
    this.context.report({
      kind: isOver ? "visible after its time" : "missing before its time",
      text,
      client,
    });
  }

  private look(
    node: number,
    { model }: Reference,
    now: { readonly running: Running; readonly wallMs: number },
  ): void {
    const { running, wallMs } = now;
    if (!running.isExpiring) {
      running.due.clear();
      return;
    }
    for (const [db, entries] of model.databases.entries()) {
      for (const [key, entry] of entries) {
        const place = `${db} ${key}`;
        if (!isExpiredAt(entry, wallMs)) {
          if (running.due.size > 0) running.due.delete(place);
          continue;
        }
        const since = running.due.get(place);
        // Another value under the same key has a time of its own.
        if (since === undefined || since.atMs !== entry.expireAtMs) {
          running.due.set(place, { atMs: entry.expireAtMs as number, sinceUs: running.activeUs });
        } else if (running.activeUs - since.sinceUs > RECLAIM_US) {
          since.sinceUs = Number.POSITIVE_INFINITY; // Once.
          const text = `node ${node}, db ${db}, key ${quoted(key)}: its time was ${entry.expireAtMs}, the clock is ${wallMs}`;
          this.context.report({ kind: "not reclaimed", text });
        }
      }
    }
  }
}

// For how long a node has been running, and which keys are due since when of it.
class Running {
  activeUs = 0;
  /** Keys are removed although nobody asks for them; DEBUG SET-ACTIVE-EXPIRE says so. */
  isExpiring = true;
  readonly due = new Map<string, { readonly atMs: number; sinceUs: number }>();
  private lastUs: number;
  private lookedUs = 0;

  constructor(atUs: number) {
    this.lastUs = atUs;
  }

  step(nowUs: number): void {
    this.activeUs += Math.min(nowUs - this.lastUs, GAP_US);
    this.lastUs = nowUs;
  }

  // Looking at all keys is slow, and a second more or less makes no difference.
  isTimeToLook(): boolean {
    if (this.activeUs - this.lookedUs < 1_000_000) return false;
    this.lookedUs = this.activeUs;
    return true;
  }
}

// Whether a reply says that the key is there; undefined when the command does not tell.
function presenceIn(name: string, reply: string): boolean | undefined {
  switch (name) {
    case "get":
    case "getdel":
    case "dump":
      return !isNullReply(reply);
    case "exists":
    case "persist":
      return integerReply(reply) === 1;
    case "ttl":
    case "pttl":
    case "expiretime":
    case "pexpiretime":
      return integerReply(reply) !== -2;
    case "type":
      return reply !== "+none\r\n";
    default:
      return undefined;
  }
}

function maybeSwitchExpiry(running: Running, { words, reply }: NodeExecuted["call"]): void {
  if (words[0]?.length !== 5 || words[0].toLowerCase() !== "debug" || reply.startsWith("-")) return;
  if (words[1]?.toLowerCase() === "set-active-expire") running.isExpiring = words[2] !== "0";
}
