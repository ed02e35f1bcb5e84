// blocked: who waits for an element gets it, in the order of waiting, not before its time is over without one, and no
// element is served twice.
//
// Role: watches the blocking pops of lists and sorted sets from three sides.
//   - at the end of a turn nobody waits for a key that holds what it waits for; the oracle says what keys hold
//   - of those who wait for one key, who was seen waiting first is served first; nobody is told that its time is
//     over before it is
//   - black box: an element that names its writer is popped by one client, once (a move is no pop)
// Streams are left out: whether a key has something for a reader depends on what it has read.

import type { Check, CheckContext } from "../check.ts";
import type { Invoked, Lost, NodeExecuted, Replied } from "../events.ts";
import { type Pairing, requestOf } from "./pairing.ts";
import { isExpiredAt, type References } from "./reference.ts";
import { isNullReply, quoted, type ReplyTree, replyTree } from "./reply-grammar.ts";

export const blocked: Check = {
  name: "blocked",
  promises: ["P8"],
  begin: (context) => new BlockedChecking(context),
};

type Kind = "list" | "zset";
const blockingPops: ReadonlyMap<string, Kind> = new Map([
  ...["blpop", "brpop", "blmpop", "blmove", "brpoplpush"].map((name) => [name, "list"] as const),
  ...["bzpopmin", "bzpopmax", "bzmpop"].map((name) => [name, "zset"] as const),
]);
const pops = new Set(["lpop", "rpop", "lmpop", "blpop", "brpop", "blmpop"]);
const signature = /^@\d+\.\d+@$/;

/** Clocks may go so much faster than the world's. */
const DRIFT = 0.999;

type Waiter = {
  readonly session: number;
  readonly kind: Kind;
  readonly db: number;
  readonly keys: readonly string[];
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
  /** Pops that were sent and not answered, */
  private readonly popping = new Map<number, readonly string[]>();
  private readonly popped = new Map<string, string>();
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
  readonly nodeEnded = ({ node }: { readonly node: number }): void => {
    this.waiters.delete(node);
    this.unread.clear();
  };

  readonly executed = (event: NodeExecuted): void => {
    const { words, transaction } = event.call;
    const name = words[0] ?? "";
    if (transaction !== undefined || name.length < 5) return;
    const lower = name.toLowerCase();
    if (lower === "client" && words[1]?.toLowerCase() === "unblock")
      this.unblockedUs.set(event.node, event.atUs);
    const kind = blockingPops.get(lower);
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

  private judgeWait({ session, kind, db, keys, request }: Waiter, node: number, wallMs: number): void {
    const model = this.references.of(node)?.model;
    const full = keys.find((key) => {
      const entry = model?.databases[db]?.get(key);
      return entry?.type === kind && !isExpiredAt(entry, wallMs);
    });
    if (full === undefined || this.reported.has(`${node} ${session} ${full}`)) return;
    this.reported.add(`${node} ${session} ${full}`);
    const text = `node ${node}, session ${session}: ${quoted(request.words.join(" "))} waits though ${quoted(full)} holds a ${kind}`;
    this.context.report({ kind: "waits for what is there", text, client: request.client });
  }

  // The next request of a session, if it is one that waits for keys.
  private waiterOf(node: number, generation: number, session: number): Waiter | undefined {
    const place = this.places.get(`${node}.${generation}.${session}`);
    if (place === undefined || this.pairing.isRaw(place)) return undefined;
    const request = this.pairing.waiting(place.client, place.connection)[0];
    const kind = blockingPops.get(request?.words[0]?.toLowerCase() ?? "");
    if (request === undefined || kind === undefined) return undefined;
    const db = this.references.of(node)?.oracle.session(session).db ?? 0;
    return { session, kind, db, keys: keysWaitedFor(request.words), request, turn: this.turns };
  }

  private answered(event: NodeExecuted, name: string, kind: Kind): void {
    const { call, node, session } = event;
    const queue = this.waiters.get(node) ?? [];
    const own = queue.find((waiter) => waiter.session === session);
    if (isNullReply(call.reply)) {
      if (own !== undefined) this.judgeTimeout(event, own);
    } else if (!call.reply.startsWith("-") && call.reply !== "" && !call.isReplyCut) {
      if (own !== undefined) this.served++;
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
    if (before === undefined) return;
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
  return words.slice(1, -1);
}

/** How long a blocking pop asked to wait; 0: for ever. NaN for spellings that only the server reads (0x1p3). */
export function timeoutSeconds(words: readonly string[]): number {
  const name = (words[0] ?? "").toLowerCase();
  return Number(name === "blmpop" || name === "bzmpop" ? words[1] : words.at(-1));
}
