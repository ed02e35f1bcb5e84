// memory: the store's count of bytes is true, an empty store has given everything back, and maxmemory holds.
//
// Role: the node's own numbers against a walk over its cells, and against each other around every call.
//   - every thousand calls and at the end: bytes walked = bytes counted
//   - a while after FLUSHALL, no key having come since: no more bytes than at the start
//   - a call that may need memory does not run while more than maxmemory is used and nothing was evicted or freed for it
//   - it leaves no more than maxmemory and what one call can take
//   - a victim was there, its policy may take it, and there was need

import type { Check, CheckContext } from "../check.ts";
import type { NodeExecuted, NodeRemoved } from "../events.ts";
import type { LiveNode } from "../world/live-node.ts";
import { commandOf, type References } from "./reference.ts";
import { quoted } from "./reply-grammar.ts";

const CALLS_PER_WALK = 1000;
/** A heap chunk, a table's split and a directory that doubles, with room to spare. */
const ONE_CALL_BYTES = 128 * 1024;
/** Freed blocks go back in slices, by the cron. */
const FLUSHED_FOR_US = 3_000_000;
/** What an empty store may keep: the first chunk of each heap, empty tables. */
const EMPTY_BYTES = 64 * 1024;

// Commands whose need is that of their own words.
const needsItsWords = new Set([
  "set",
  "setex",
  "psetex",
  "setnx",
  "getset",
  "mset",
  "incr",
  "incrby",
  "decr",
  "decrby",
]);

export const memory: Check = {
  name: "memory",
  promises: ["P9"],
  begin: (context) => new MemoryChecking(context),
};

class MemoryChecking {
  private readonly context: CheckContext;
  private readonly references: References;
  private readonly figures = new Map<number, Figures>();
  private walks = 0;
  private limited = 0;
  private victims = 0;
  private flushes = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.references = context.references;
  }

  readonly nodeStarted = (event: Parameters<References["nodeStarted"]>[0]): void => {
    const live = this.context.node(event.node);
    const ownBytes = live === undefined ? undefined : ownBytesOf(live);
    this.figures.set(event.node, new Figures(ownBytes, isEmpty(this.references, event.node)));
  };

  readonly nodeEnded = (event: { readonly node: number }): void => {
    this.figures.delete(event.node);
  };

  readonly removed = (event: NodeRemoved): void => {
    if (event.why === "evicted") this.judgeVictim(event);
  };

  readonly executed = (event: NodeExecuted): void => {
    const live = this.context.node(event.node);
    const figures = this.figures.get(event.node);
    if (live === undefined || figures === undefined) return;
    const { words, reply } = event.call;
    if (isConfigSet(words)) figures.needless = undefined; // A lower maxmemory evicts before its call is told.
    this.reportNeedless(figures);
    if (live.maxmemory() > 0) this.judgeRoom(event, live, figures);
    figures.evicted = 0;
    figures.calls++;
    if (live.maxmemory() > 0) figures.look(live);
    if (words[0]?.length === 8 && words[0].toLowerCase() === "flushall" && reply.startsWith("+")) {
      figures.flushedUs = event.atUs;
    }
  };

  readonly turnEnded = (node: number): void => {
    const live = this.context.node(node);
    const figures = this.figures.get(node);
    if (live === undefined || figures === undefined) return;
    this.reportNeedless(figures);
    if (live.maxmemory() > 0) figures.look(live);
    if (figures.flushedUs !== undefined) this.judgeFlushed(node, live, figures);
    if (figures.calls >= CALLS_PER_WALK) this.walk(node, live, figures);
  };

  // It limits memory without a command: from here on what is in use matters.
  readonly faultFired = ({ name, node }: { readonly name: string; readonly node: number }): void => {
    const live = this.context.node(node);
    const figures = this.figures.get(node);
    if (name === "memory.pressure" && live !== undefined && figures !== undefined) {
      figures.look(live);
    }
  };

  readonly finished = (): void => {
    for (const [node, figures] of this.figures) {
      const live = this.context.node(node);
      if (live !== undefined) this.walk(node, live, figures);
    }
  };

  readonly counts = (): Record<string, number> => ({
    walks: this.walks,
    "calls under maxmemory?": this.limited,
    "victims?": this.victims,
    "flushed stores?": this.flushes,
  });

  private walk(node: number, live: LiveNode, figures: Figures): void {
    const walked = live.walkedBytes();
    if (walked === undefined) return; // At the end of a later turn.
    this.walks++;
    figures.calls = 0;
    const counted = live.usedBytes();
    if (walked === counted) return;
    const text = `node ${node}: counted ${counted} bytes, walked over ${walked}`;
    this.context.report({ kind: "count is not the walk", text });
  }

  private judgeFlushed(node: number, live: LiveNode, figures: Figures): void {
    if (!isEmpty(this.references, node)) {
      figures.flushedUs = undefined;
      return;
    }
    if (this.context.nowUs() - (figures.flushedUs ?? 0) < FLUSHED_FOR_US) return;
    figures.flushedUs = undefined;
    this.flushes++;
    const { baseBytes } = figures;
    const ownBytes = ownBytesOf(live);
    if (baseBytes === undefined || ownBytes <= baseBytes + EMPTY_BYTES) return;
    const text = `node ${node}: ${baseBytes} bytes when it began empty, ${ownBytes} after FLUSHALL`;
    this.context.report({ kind: "memory not given back", text });
  }

  private judgeRoom(event: NodeExecuted, live: LiveNode, figures: Figures): void {
    const { words, reply } = event.call;
    const command = commandOf(words);
    if (command === undefined || !command.isDenyOom || reply === "" || reply.startsWith("-")) return;
    // A transaction is let in or not as a whole; who waited was let in when it began to.
    if (event.call.transaction !== undefined || command.flags.includes("blocking")) return;
    this.limited++;
    const maxBytes = live.maxmemory();
    const afterBytes = live.usedBytes();
    const shown = `node ${event.node}: ${quoted(words.join(" "))}`;
    const hadRoom =
      figures.usedBytes <= maxBytes ||
      figures.evicted > 0 ||
      afterBytes < figures.usedBytes ||
      isRoomFreed(live, figures, maxBytes);
    if (!hadRoom) {
      const text = `${shown} ran with ${figures.usedBytes} bytes used, maxmemory ${maxBytes}, nothing evicted`;
      this.context.report({ kind: "ran without room", text, client: event.client });
      return;
    }
    if (!needsItsWords.has(command.name) || figures.evicted >= 16 || figures.usedBytes > maxBytes) return;
    let wordBytes = 0;
    for (const word of words) wordBytes += word.length;
    if (afterBytes <= maxBytes + ONE_CALL_BYTES + wordBytes * 4) return;
    const text = `${shown} leaves ${afterBytes} bytes used, maxmemory ${maxBytes}, before it ${figures.usedBytes}`;
    this.context.report({ kind: "more than one call over maxmemory", text, client: event.client });
  }

  private judgeVictim({ node, db, key }: NodeRemoved): void {
    const reference = this.references.of(node);
    const figures = this.figures.get(node);
    if (reference === undefined || figures === undefined) return;
    this.victims++;
    figures.evicted++;
    const { model } = reference;
    const policy = model.directive("maxmemory-policy");
    const entry = model.databases[db]?.get(key);
    const where = `node ${node}, db ${db}, key ${quoted(key)}, policy ${policy}`;
    const report = (kind: string): void => this.context.report({ kind, text: where });
    if (policy === "noeviction") report("evicted without a policy");
    else if (entry === undefined) report("evicted a key that was not there");
    else if (policy.startsWith("volatile-") && entry.expireAtMs === undefined)
      report("evicted a key that lives for good");
    const live = this.context.node(node);
    const maxBytes = live?.maxmemory() ?? 0;
    // The victim still counts. What clients have sent since the latest call does too.
    const usedBytes = Math.max(figures.usedBytes, live?.usedBytes() ?? 0);
    if (usedBytes > maxBytes && maxBytes > 0) return;
    figures.needless ??= `${where}: ${usedBytes} bytes used, maxmemory ${maxBytes}`;
  }

  private reportNeedless(figures: Figures): void {
    if (figures.needless === undefined) return;
    this.context.report({ kind: "evicted without need", text: figures.needless });
    figures.needless = undefined;
  }
}

class Figures {
  /** Bytes of the node when it held no key, without its clients'. */
  readonly baseBytes: number | undefined;
  calls = 0;
  /** After the latest call or turn in which memory was limited. */
  usedBytes: number;
  /** What was still to be freed then. */
  pendingFrees = 0;
  /** The bytes of that, while they were in the way of anything. */
  pendingBytes = 0;
  /** Keys evicted since the latest call. */
  evicted = 0;
  /** An eviction for which there was no need, unless the next call shows one. */
  needless: string | undefined = undefined;
  flushedUs: number | undefined = undefined;

  constructor(ownBytes: number | undefined, isEmpty: boolean) {
    this.baseBytes = isEmpty ? ownBytes : undefined;
    this.usedBytes = ownBytes ?? 0;
  }

  look(live: LiveNode): void {
    this.usedBytes = live.usedBytes();
    this.pendingFrees = live.pendingFrees();
    const isShort = this.pendingFrees > 0 && this.usedBytes > live.maxmemory();
    this.pendingBytes = isShort ? live.pendingBytes() : 0;
  }
}

function ownBytesOf(live: LiveNode): number {
  return live.usedBytes() - live.clientBytes();
}

// What a flush or a removal left to be freed goes before any key does, and may be all there was time for; bytes in use
// do not show it when the call took as many. So less of it is left, or what is left is all that is in the way.
function isRoomFreed(live: LiveNode, { pendingFrees, pendingBytes }: Figures, maxBytes: number): boolean {
  if (pendingFrees === 0) return false;
  if (live.pendingFrees() < pendingFrees) return true;
  const leftBytes = live.pendingBytes();
  return leftBytes < pendingBytes || live.usedBytes() - leftBytes <= maxBytes;
}

function isEmpty(references: References, node: number): boolean {
  return references.of(node)?.model.databases.every((entries) => entries.size === 0) ?? false;
}

function isConfigSet(words: readonly string[]): boolean {
  return words[0]?.toLowerCase() === "config" && words[1]?.toLowerCase() === "set";
}
