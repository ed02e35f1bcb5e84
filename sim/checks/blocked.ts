// blocked: who waits for an element gets it, in the order of waiting, not before its time is over without one, and no
// element is served twice.
//
// Role: watches the blocking pops of lists and sorted sets, and the blocking reads of streams, from three sides.
//   - at the end of a turn nobody waits for a key that holds what it waits for; the oracle says what keys hold
//   - of those who wait for one key, who was seen waiting first is served first; nobody is told that its time is
//     over before it is
//   - black box: an element that names its writer is popped by one client, once (a move is no pop)
// All readers of a stream are served, so among them there is no order. What they wait for begins where they said, or
// where their group is; XGROUP SETID moves a group and wakes nobody, in Redis neither.

import type { Entry, StreamValue } from "../../oracle/model.ts";
import type { Check, CheckContext } from "../check.ts";
import type { Invoked, Lost, NodeEnded, NodeExecuted, Replied } from "../events.ts";
import { keepsData } from "../world/settings.ts";
import { type Pairing, requestOf } from "./pairing.ts";
import { isExpiredAt, type References } from "./reference.ts";
import { isNullReply, quoted, type ReplyTree, replyTree } from "./reply-grammar.ts";

export const blocked: Check = {
  name: "blocked",
  promises: ["P8"],
  begin: (context) => new BlockedChecking(context),
};

type Kind = "list" | "zset" | "stream";
const blockingCalls: ReadonlyMap<string, Kind> = new Map([
  ...["blpop", "brpop", "blmpop", "blmove", "brpoplpush"].map((name) => [name, "list"] as const),
  ...["bzpopmin", "bzpopmax", "bzmpop"].map((name) => [name, "zset"] as const),
  ...["xread", "xreadgroup"].map((name) => [name, "stream"] as const),
]);
const pops = new Set(["lpop", "rpop", "lmpop", "blpop", "brpop", "blmpop"]);
const signature = /^@\d+\.\d+@$/;

/** Clocks may go so much faster than the world's. */
const DRIFT = 0.999;

/** Entries up to an ID, or up to where a group is. */
type Had = { readonly id: bigint } | { readonly group: string };

type Waiter = {
  readonly session: number;
  readonly kind: Kind;
  readonly db: number;
  readonly keys: readonly string[];
  /** For each key of a reader of streams, what it has had already; undefined: that is not known. */
  readonly had: readonly (Had | undefined)[];
  readonly request: Invoked;
  /** Of those who began to wait within one turn nobody was first. */
  readonly turn: number;
};

class BlockedChecking {
  private readonly context: CheckContext;
  private readonly pairing: Pairing;
  private readonly references: References;
  /** By node: who waits, first come first. */
  private readonly waiters = new Map<number, Waiter[]>();
  /** Sessions that wait for what nobody can tell, as their connection carries raw bytes: since which turn. */
  private readonly unread = new Map<string, number>();
  private readonly places = new Map<string, { readonly client: number; readonly connection: number }>();
  /** When CLIENT UNBLOCK was last called on a node. */
  private readonly unblockedUs = new Map<number, number>();
  private readonly reported = new Set<string>();
  /** Keys of which a group was moved by hand. */
  private readonly moved = new Set<string>();
  /** Pops that were sent and not answered, */
  private readonly popping = new Map<number, readonly string[]>();
  private readonly popped = new Map<string, string>();
  /** The power went, and took acknowledged writes with it, as the policy allows. */
  private isLossy = false;
  private turns = 0;
  private waits = 0;
  private served = 0;
  private timeouts = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.pairing = context.pairing;
    this.references = context.references;
  }

  readonly invoked = (event: Invoked): void => {
    const name = event.words[0] ?? "";
    if (name.length < 4 || name.length > 6 || !pops.has(name.toLowerCase())) return;
    this.popping.set(requestOf(event), event.words);
  };

  readonly replied = (event: Replied): void => {
    if (this.popping.size === 0) return;
    const key = requestOf(event);
    const words = this.popping.get(key);
    if (words === undefined || !this.popping.delete(key)) return;
    const tree = replyTree(event.reply, event.protocol);
    if (tree !== undefined)
      this.takeElements(tree, `client ${event.client} ${quoted(words.join(" "))}`, event);
  };

  readonly lost = (event: Lost): void => {
    for (const request of event.requests) this.popping.delete(requestOf({ ...event, request }));
  };

  readonly sessionOpened = (event: SessionEvent & { client: number; connection: number }): void => {
    const { client, connection } = event;
    this.places.set(sessionOf(event), { client, connection });
  };
  readonly sessionClosed = (event: SessionEvent): void => {
    this.places.delete(sessionOf(event));
    this.stopWaiting(event.node, event.session);
  };
  readonly nodeEnded = ({ node, how }: NodeEnded): void => {
    this.waiters.delete(node);
    this.unread.clear();
    // A pop that was lost with the power gave its element back, and its answer may still be on the way.
    const config = this.context.plan.nodes.find(({ id }) => id === node)?.config ?? {};
    if (!keepsData(config)) return;
    const isLogged = config["appendonly"] === "yes";
    const isStrict = config["appendfsync"] === "always";
    // A snapshot is of some moment before, however the node ends.
    if (!isLogged || (how === "power-loss" && !isStrict)) this.isLossy = true;
  };

  readonly executed = (event: NodeExecuted): void => {
    const { words, transaction } = event.call;
    const name = words[0] ?? "";
    if (name.length < 5) return;
    if (transaction !== undefined) {
      if (words[1] !== undefined && /^xgroup$/i.test(name)) this.moved.add(words[2] ?? "");
      return;
    }
    const lower = name.toLowerCase();
    if (lower === "client" && words[1]?.toLowerCase() === "unblock")
      this.unblockedUs.set(event.node, event.atUs);
    if (lower === "xgroup" && words[1]?.toLowerCase() === "setid" && words[2] !== undefined)
      this.moved.add(words[2]);
    const kind = blockingCalls.get(lower);
    if (kind !== undefined) this.answered(event, lower, kind);
  };

  // Between turns: who waits now, and for what.
  readonly turnEnded = (node: number): void => {
    const live = this.context.node(node);
    if (live === undefined) return;
    this.turns++;
    const waiting = live.waiting();
    for (const place of this.unread.keys())
      if (!waiting.some((session) => place === placeIn(node, session))) this.unread.delete(place);
    const before = this.waiters.get(node);
    if (waiting.length === 0 && (before === undefined || before.length === 0)) return;
    const queue = (before ?? []).filter(({ session }) => waiting.includes(session));
    this.waiters.set(node, queue);
    for (const session of waiting) {
      if (queue.some((waiter) => waiter.session === session)) continue;
      const waiter = this.waiterOf(node, live.generation, session);
      if (waiter !== undefined) queue.push(waiter);
      else if (!this.unread.has(placeIn(node, session))) this.unread.set(placeIn(node, session), this.turns);
    }
    this.waits += queue.length;
    for (const waiter of queue) this.judgeWait(waiter, node, live.wallMs());
  };

  readonly counts = (): Record<string, number> => ({
    "waiters at a turn's end": this.waits,
    "waiters served": this.served,
    "waits that ended without an element": this.timeouts,
    "signed elements popped": this.popped.size,
  });

  private judgeWait(waiter: Waiter, node: number, wallMs: number): void {
    const { session, kind, db, keys, request } = waiter;
    const model = this.references.of(node)?.model;
    const full = keys.find((key, i) => {
      const entry = model?.databases[db]?.get(key);
      if (entry?.type !== kind || isExpiredAt(entry, wallMs)) return false;
      return entry.type !== "stream" || this.hasNews(key, entry, waiter.had[i]);
    });
    if (full === undefined || this.reported.has(`${node} ${session} ${full}`)) return;
    this.reported.add(`${node} ${session} ${full}`);
    const text = `node ${node}, session ${session}: ${quoted(request.words.join(" "))} waits though ${quoted(full)} holds a ${kind}`;
    this.context.report({ kind: "waits for what is there", text, client: request.client });
  }

  private hasNews(key: string, stream: StreamValue, had: Had | undefined): boolean {
    if (had === undefined) return false;
    if ("id" in had) return holdsBeyond(stream, had.id);
    const group = this.moved.has(key) ? undefined : stream.groups.get(had.group);
    return group !== undefined && holdsBeyond(stream, group.lastId);
  }

  // The next request of a session, if it is one that waits for keys.
  private waiterOf(node: number, generation: number, session: number): Waiter | undefined {
    const place = this.places.get(`${node}.${generation}.${session}`);
    if (place === undefined || this.pairing.isRaw(place)) return undefined;
    const request = this.pairing.waiting(place.client, place.connection)[0];
    const kind = blockingCalls.get(request?.words[0]?.toLowerCase() ?? "");
    if (request === undefined || kind === undefined) return undefined;
    const reference = this.references.of(node);
    const db = reference?.oracle.session(session).db ?? 0;
    const keys = keysWaitedFor(request.words);
    const had = kind === "stream" ? hadBy(request.words, keys, reference?.model.databases[db]) : [];
    return { session, kind, db, keys, had, request, turn: this.turns };
  }

  private answered(event: NodeExecuted, name: string, kind: Kind): void {
    const { call, node, session } = event;
    const queue = this.waiters.get(node) ?? [];
    const own = queue.find((waiter) => waiter.session === session);
    if (isNullReply(call.reply)) {
      if (own !== undefined) this.judgeTimeout(event, own);
    } else if (!call.reply.startsWith("-") && call.reply !== "" && !call.isReplyCut) {
      if (own !== undefined) this.served++;
      if (kind === "stream") return this.stopWaiting(node, session);
      const moves = name === "blmove" || name === "brpoplpush";
      const key = moves ? call.words[1] : replyTree(call.reply, call.protocol)?.items[0]?.text;
      const db = own?.db ?? this.references.of(node)?.oracle.session(session).db ?? 0;
      const turn = own?.turn ?? this.unread.get(placeIn(node, session)) ?? Number.POSITIVE_INFINITY;
      const first = queue.find(
        (waiter) =>
          waiter.kind === kind && waiter.db === db && waiter.turn < turn && waiter.keys.includes(key ?? ""),
      );
      if (first !== undefined && key !== undefined) {
        const text = `node ${node}: session ${session} got ${quoted(call.reply)} before session ${first.session}, which waited for ${quoted(key)} first`;
        this.context.report({ kind: "served out of turn", text, client: event.client });
      }
    }
    this.stopWaiting(node, session);
  }

  private judgeTimeout({ node, session, atUs, client }: NodeExecuted, { request }: Waiter): void {
    this.timeouts++;
    if ((this.unblockedUs.get(node) ?? -1) >= request.atUs) return;
    const timeoutUs = timeoutSeconds(request.words) * 1e6;
    const waitedUs = atUs - request.atUs;
    if (Number.isNaN(timeoutUs) || (timeoutUs > 0 && waitedUs >= timeoutUs * DRIFT)) return;
    const text = `node ${node}, session ${session}: ${quoted(request.words.join(" "))} was answered after ${waitedUs} us, without an element`;
    this.context.report({ kind: "gave up before its time", text, client });
  }

  private takeElements(tree: ReplyTree, by: string, { client, request }: Replied): void {
    for (const item of tree.items) this.takeElements(item, by, { client, request } as Replied);
    if (!signature.test(tree.text)) return;
    const before = this.popped.get(tree.text);
    this.popped.set(tree.text, by);
    if (before === undefined || this.isLossy) return;
    const text = `${quoted(tree.text)} went to ${before} and to ${by}`;
    this.context.report({ kind: "served twice", text, client, request });
  }

  private stopWaiting(node: number, session: number): void {
    if (this.unread.size > 0) this.unread.delete(placeIn(node, session));
    const queue = this.waiters.get(node);
    const at = queue?.findIndex((waiter) => waiter.session === session) ?? -1;
    if (at >= 0) queue?.splice(at, 1);
  }
}

type SessionEvent = { readonly node: number; readonly generation: number; readonly session: number };

function placeIn(node: number, session: number): string {
  return `${node} ${session}`;
}

function sessionOf({ node, generation, session }: SessionEvent): string {
  return `${node}.${generation}.${session}`;
}

function keysWaitedFor(words: readonly string[]): readonly string[] {
  const name = (words[0] as string).toLowerCase();
  if (name === "blmove" || name === "brpoplpush") return words.slice(1, 2);
  if (name === "blmpop" || name === "bzmpop") return words.slice(3, 3 + Number(words[2]));
  if (name === "xread" || name === "xreadgroup") {
    const first = optionsOf(words).streamsAt + 1;
    return words.slice(first, first + (words.length - first) / 2);
  }
  return words.slice(1, -1);
}

// What stands before the keys of XREAD and XREADGROUP.
function optionsOf(words: readonly string[]): {
  readonly streamsAt: number;
  readonly group: string | undefined;
  readonly blockMs: number;
} {
  let group: string | undefined;
  let blockMs = Number.NaN;
  let at = 1;
  while (at < words.length) {
    const option = (words[at] as string).toLowerCase();
    if (option === "streams") break;
    if (option === "group") group = words[at + 1];
    else if (option === "block") blockMs = Number(words[at + 1]);
    at += option === "group" ? 3 : option === "noack" ? 1 : 2;
  }
  return { streamsAt: at, group, blockMs };
}

// "$" is the end of the stream as it was when the reader began to wait: no later than it was seen waiting.
function hadBy(
  words: readonly string[],
  keys: readonly string[],
  entries: ReadonlyMap<string, Entry> | undefined,
): (Had | undefined)[] {
  const { group } = optionsOf(words);
  return keys.map((key, i) => {
    const word = words[words.length - keys.length + i];
    if (group !== undefined) return word === ">" ? { group } : undefined;
    const entry = entries?.get(key);
    if (word === "$") return { id: entry?.type === "stream" ? entry.lastId : 0n };
    const parts = /^(\d{1,20})(?:-(\d{1,20}))?$/.exec(word ?? "");
    return parts === null ? undefined : { id: (BigInt(parts[1] ?? 0) << 64n) + BigInt(parts[2] ?? 0) };
  });
}

function holdsBeyond({ value }: StreamValue, id: bigint): boolean {
  for (let node = value.length - 1; node >= 0; node--) {
    const entries = value[node]?.entries ?? [];
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry === undefined || entry.id <= id) return false;
      if (!entry.isDeleted) return true;
    }
  }
  return false;
}

/** How long a blocking call asked to wait; 0: for ever. NaN for spellings that only the server reads (0x1p3). */
export function timeoutSeconds(words: readonly string[]): number {
  const name = (words[0] ?? "").toLowerCase();
  if (name === "xread" || name === "xreadgroup") return optionsOf(words).blockMs / 1000;
  return Number(name === "blmpop" || name === "bzmpop" ? words[1] : words.at(-1));
}
