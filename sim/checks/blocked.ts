// blocked: who waits for an element gets it, in the order of waiting, and no element is lost or served twice.
//
// Role: watches the blocking pops of lists from three sides.
//   - at the end of a turn nobody waits for a key that has an element
//   - of those who wait for one key, who waited first is served first
//   - every element that is popped was pushed, and once; elements of one key leave in its order of ends
// Lengths are known from what pushes answer; what else writes to a list (RENAME, DEL, LTRIM ..) makes its length
// unknown until the next push tells.

import type { Check, CheckContext } from "../check.ts";
import type { Invoked, NodeExecuted } from "../events.ts";
import { Pairing } from "./pairing.ts";
import { touchedBy } from "./reference.ts";
import { integerReply, isNullReply, quoted, replyTree } from "./reply-grammar.ts";

export const blocked: Check = {
  name: "blocked",
  promises: ["P8"],
  begin: (context) => new BlockedChecking(context),
};

const blockingPops = new Set(["blpop", "brpop"]);

type Waiter = {
  readonly node: number;
  readonly session: number;
  readonly keys: readonly string[];
  readonly shown: string;
};

class BlockedChecking {
  private readonly context: CheckContext;
  private readonly pairing = new Pairing();
  /** By node: who waits, first come first. */
  private readonly waiters = new Map<number, Waiter[]>();
  private readonly places = new Map<string, { readonly client: number; readonly connection: number }>();
  private readonly databases = new Map<string, number>();
  /** Known lengths by node, database and key. */
  private readonly lengths = new Map<string, number>();
  /** Elements that are in some list or on their way, by place. */
  private readonly elements = new Map<string, number>();
  private readonly reported = new Set<string>();
  private waits = 0;
  private pops = 0;

  constructor(context: CheckContext) {
    this.context = context;
  }

  readonly invoked = (event: Invoked): void => this.pairing.invoked(event);
  readonly wentRaw = (event: { client: number; connection: number }): void => this.pairing.wentRaw(event);
  readonly nodeEnded = ({ node }: { readonly node: number }): void => {
    this.waiters.delete(node);
    this.lengths.clear();
    this.elements.clear();
  };
  readonly sessionClosed = (event: { node: number; generation: number; session: number }): void => {
    this.databases.delete(sessionOf(event));
    this.places.delete(sessionOf(event));
    this.stopWaiting(event.node, event.session);
  };

  readonly executed = (event: NodeExecuted): void => {
    this.pairing.executed(event);
    const { words, reply } = event.call;
    this.places.set(sessionOf(event), event);
    if (reply.startsWith("-")) return;
    const name = (words[0] ?? "").toLowerCase();
    const db = this.databases.get(sessionOf(event)) ?? 0;
    const key = `${event.node} ${db} ${words[1] ?? ""}`;
    switch (name) {
      case "select":
        this.databases.set(sessionOf(event), Number(words[1]));
        return;
      case "rpush":
      case "lpush":
        this.push(key, words.slice(2), integerReply(reply));
        return;
      case "lpop":
      case "rpop":
        this.popped(event, key, words.length === 2 ? [event.call.reply] : undefined);
        return;
      case "blpop":
      case "brpop":
        this.served(event, db);
        return;
      case "llen":
        this.lengths.set(key, integerReply(reply) ?? 0);
        return;
    }
    const touched = touchedBy(words, reply);
    if (touched.isAll) this.lengths.clear();
    for (const each of touched.keys) this.lengths.delete(`${event.node} ${db} ${each}`);
  };

  // Between turns: who waits now, and for what.
  readonly turnEnded = (node: number): void => {
    const live = this.context.node(node);
    if (live === undefined) return;
    const waiting = live.waiting();
    if (waiting.length === 0 && (this.waiters.get(node)?.length ?? 0) === 0) return;
    const queue = (this.waiters.get(node) ?? []).filter(({ session }) => waiting.includes(session));
    this.waiters.set(node, queue);
    for (const session of waiting) {
      if (queue.some((waiter) => waiter.session === session)) continue;
      const waiter = this.waiterOf(node, live.generation, session);
      if (waiter !== undefined) queue.push(waiter);
    }
    this.waits += queue.length;
    for (const { session, keys, shown } of queue) {
      const full = keys.find((key) => (this.lengths.get(key) ?? 0) > 0);
      if (full === undefined || this.reported.has(`${node} ${session} ${full}`)) continue;
      this.reported.add(`${node} ${session} ${full}`);
      const text = `node ${node}, session ${session}: ${shown} waits though a list has ${this.lengths.get(full)} elements`;
      this.context.report({ kind: "waits for what is there", text });
    }
  };

  readonly counts = (): Record<string, number> => ({ "waiters?": this.waits, "elements popped?": this.pops });

  // The next request of a session, if it is one that waits for lists.
  private waiterOf(node: number, generation: number, session: number): Waiter | undefined {
    const place = this.places.get(`${node}.${generation}.${session}`);
    if (place === undefined) return undefined;
    const words = this.pairing.waiting(place.client, place.connection)[0]?.words ?? [];
    if (!blockingPops.has((words[0] ?? "").toLowerCase())) return undefined;
    const db = this.databases.get(`${node}.${generation}.${session}`) ?? 0;
    const keys = words.slice(1, -1).map((key) => `${node} ${db} ${key}`);
    return { node, session, keys, shown: quoted(words.join(" ")) };
  }

  private push(key: string, elements: readonly string[], length: number | undefined): void {
    if (length !== undefined) this.lengths.set(key, length);
    for (const element of elements) {
      const place = `${key} ${element}`;
      this.elements.set(place, (this.elements.get(place) ?? 0) + 1);
    }
  }

  private served(event: NodeExecuted, db: number): void {
    const { call, node, session } = event;
    const items = isNullReply(call.reply) ? [] : (replyTree(call.reply, call.protocol)?.items ?? []);
    const name = items[0]?.text;
    const element = items[1]?.text;
    if (name !== undefined && element !== undefined) {
      const key = `${node} ${db} ${name}`;
      const queue = this.waiters.get(node) ?? [];
      const first = queue.find((waiter) => waiter.keys.includes(key));
      const isWaiting = queue.some((waiter) => waiter.session === session);
      if (isWaiting && first !== undefined && first.session !== session) {
        const text = `node ${node}: session ${session} got ${quoted(element)} of ${quoted(name)} before session ${first.session}, which waited first`;
        this.context.report({ kind: "served out of turn", text, client: event.client });
      }
      this.popped(event, key, [`$${element.length}\r\n${element}\r\n`]);
    }
    this.stopWaiting(node, session);
  }

  // `replies`: one for each element, or undefined when the reply holds several.
  private popped(
    { call, client, node }: NodeExecuted,
    key: string,
    replies: readonly string[] | undefined,
  ): void {
    const tree = replyTree(call.reply, call.protocol);
    const elements =
      replies === undefined
        ? (tree?.items ?? []).map(({ text }) => text)
        : replies.flatMap((reply) =>
            isNullReply(reply) ? [] : [replyTree(reply, call.protocol)?.text ?? ""],
          );
    const length = this.lengths.get(key);
    if (length !== undefined) this.lengths.set(key, Math.max(0, length - elements.length));
    for (const element of elements) {
      this.pops++;
      const place = `${key} ${element}`;
      const left = this.elements.get(place);
      if (left !== undefined && left > 0) {
        this.elements.set(place, left - 1);
        continue;
      }
      // Lists that other commands fill hold elements that no push has named.
      if (left === undefined) continue;
      const text = `node ${node}: ${quoted(call.words.join(" "))} got ${quoted(element)}, which had been popped before`;
      this.context.report({ kind: "served twice", text, client });
    }
  }

  private stopWaiting(node: number, session: number): void {
    const queue = this.waiters.get(node);
    if (queue === undefined) return;
    const at = queue.findIndex((waiter) => waiter.session === session);
    if (at >= 0) queue.splice(at, 1);
  }
}

function sessionOf(event: {
  readonly node: number;
  readonly generation: number;
  readonly session: number;
}): string {
  return `${event.node}.${event.generation}.${event.session}`;
}
