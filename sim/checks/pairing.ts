// Pairing: which request of which client a node's observer has just been told about.
//
// Role: the observer knows a session and the words; the clients know their request numbers. A connection runs its
// requests in the order they were sent, so the two lists are laid side by side. What does not fit is the finding
// of observer-order; every other check takes the pairs and ignores the rest.
// Invariant: what runs on a connection after raw bytes is not paired: nobody knows how many requests they hold.

import type { Invoked, Lost, NodeExecuted, Replied } from "../events.ts";

/**
 * What a transaction holds is told twice: as it is queued, which is paired, and as EXEC runs it, which is inner. So are
 * the calls of a script, which nobody sent.
 */
export type Inner = "inner";
export type Misfit = "nothing was sent" | "another was sent" | "a later one was sent";
/** undefined: raw bytes, of which nobody knows how many requests they hold. */
export type Pair = Invoked | Inner | Misfit | undefined;

export class Pairing {
  private readonly raw = new Set<number>();
  private readonly queues = new Map<number, Queue>();
  /** What was queued since MULTI and has not run, by connection. */
  private readonly queued = new Map<number, (readonly string[])[]>();
  private latestCall: NodeExecuted | undefined = undefined;
  private latestPair: Pair = undefined;

  /** The connection's further requests cannot be told apart. */
  wentRaw(event: Pick<Lost, "client" | "connection">): void {
    this.raw.add(placeOf(event));
  }

  isRaw(event: Pick<Lost, "client" | "connection">): boolean {
    return this.raw.size > 0 && this.raw.has(placeOf(event));
  }

  invoked(event: Invoked): void {
    const place = placeOf(event);
    let queue = this.queues.get(place);
    if (queue === undefined) {
      queue = { requests: [], head: 0 };
      this.queues.set(place, queue);
    }
    queue.requests.push(event);
  }

  /** The request that was run; a misfit leaves the queue behind what fits best. Asked again for one call it says the same. */
  executed(event: NodeExecuted): Pair {
    if (event !== this.latestCall) {
      this.latestCall = event;
      const { transaction } = event.call;
      if (transaction === "script") this.latestPair = "inner";
      else this.latestPair = transaction === "inner" ? this.takeQueued(event) : this.pair(event);
      if (transaction === "queued") this.enqueue(event);
      else if (transaction === undefined && this.queued.size > 0) this.maybeForget(event);
    }
    return this.latestPair;
  }

  // EXEC runs what was queued in its order, and all of it.
  private takeQueued(event: NodeExecuted): Inner | Misfit {
    const first = this.queued.get(placeOf(event))?.shift();
    if (first === undefined) return "nothing was sent";
    return isSame(first, event.call.words) ? "inner" : "another was sent";
  }

  private enqueue(event: NodeExecuted): void {
    const queued = this.queued.get(placeOf(event));
    if (queued === undefined) this.queued.set(placeOf(event), [event.call.words]);
    else queued.push(event.call.words);
  }

  private maybeForget(event: NodeExecuted): void {
    if (/^(exec|discard|reset)$/i.test(event.call.words[0] ?? "")) this.queued.delete(placeOf(event));
  }

  private pair(event: NodeExecuted): Exclude<Pair, Inner> {
    const queue = this.queues.get(placeOf(event));
    const next = queue?.requests[queue.head];
    if (queue === undefined || next === undefined) return this.isRaw(event) ? undefined : "nothing was sent";
    const { words, isRequestCut } = event.call;
    if (isRequestCut ? isCut(next.words, words) : isSame(next.words, words)) {
      queue.head++;
      if (queue.head === 64) {
        queue.requests.splice(0, queue.head);
        queue.head = 0;
      }
      return next;
    }
    if (isRequestCut) return "another was sent";
    const later = queue.requests.findIndex((each, i) => i > queue.head && isSame(each.words, words));
    if (later < 0) return "another was sent";
    queue.head = later + 1;
    return "a later one was sent";
  }

  /** Requests sent over a connection and not run so far. */
  waiting(client: number, connection: number): readonly Invoked[] {
    const queue = this.queues.get(placeOf({ client, connection }));
    return queue === undefined ? [] : queue.requests.slice(queue.head);
  }
}

/** One number for a connection of a client. */
export function placeOf({ client, connection }: Pick<Lost, "client" | "connection">): number {
  return client * 65_536 + connection;
}

/** One number for a request of a connection. */
export function requestOf(event: Pick<Replied, "client" | "connection" | "request">): number {
  return placeOf(event) * 4_194_304 + event.request;
}

type Queue = { requests: Invoked[]; head: number };

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

// The longest words of a very large request are told as empty.
function isCut(whole: readonly string[], cut: readonly string[]): boolean {
  return whole.length === cut.length && whole.every((word, i) => cut[i] === "" || cut[i] === word);
}
