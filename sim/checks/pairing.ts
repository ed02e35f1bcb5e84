// Pairing: which request of which client a node's observer has just been told about.
//
// Role: the observer knows a session and the words; the clients know their request numbers. A connection runs its
// requests in the order they were sent, so the two lists are laid side by side. What does not fit is the finding
// of observer-order; every other check takes the pairs and ignores the rest.
// Invariant: what runs on a connection after raw bytes is not paired: nobody knows how many requests they hold.

import type { Invoked, Lost, NodeExecuted } from "../events.ts";

/** What a transaction holds is told twice: as it is queued, which is paired, and as EXEC runs it, which is inner. */
export type Inner = "inner";
export type Misfit = "nothing was sent" | "another was sent" | "a later one was sent";

export class Pairing {
  private readonly raw = new Set<number>();
  private readonly queues = new Map<number, Queue>();
  /** What was queued since MULTI and has not run, by connection. */
  private readonly queued = new Map<number, (readonly string[])[]>();

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

  /** The request that was run; a misfit leaves the queue behind what fits best. */
  executed(event: NodeExecuted): Invoked | Inner | Misfit | undefined {
    if (this.queued.size > 0 && this.isInner(event)) return "inner";
    if (event.call.reply === "+QUEUED\r\n") this.enqueue(event);
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

  // EXEC runs the queue in its order, and is told behind it.
  private isInner(event: NodeExecuted): boolean {
    const place = placeOf(event);
    const queued = this.queued.get(place);
    if (queued === undefined) return false;
    const { words } = event.call;
    const queue = this.queues.get(place);
    const next = queue?.requests[queue.head];
    const first = queued[0];
    if (
      isNamed(next?.words, "exec") &&
      !isNamed(words, "exec") &&
      first !== undefined &&
      isSame(first, words)
    ) {
      queued.shift();
      return true;
    }
    if (isNamed(words, "exec") || isNamed(words, "discard") || isNamed(words, "reset"))
      this.queued.delete(place);
    return false;
  }

  private enqueue(event: NodeExecuted): void {
    const queued = this.queued.get(placeOf(event));
    if (queued === undefined) this.queued.set(placeOf(event), [event.call.words]);
    else queued.push(event.call.words);
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

type Queue = { requests: Invoked[]; head: number };

function isNamed(words: readonly string[] | undefined, name: string): boolean {
  return words?.[0]?.length === name.length && words[0].toLowerCase() === name;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

// The longest words of a very large request are told as empty.
function isCut(whole: readonly string[], cut: readonly string[]): boolean {
  return whole.length === cut.length && whole.every((word, i) => cut[i] === "" || cut[i] === word);
}
