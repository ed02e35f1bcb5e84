// scan: a SCAN iteration returns what was there from its first call to its last, and nothing that never was there.
//
// Role: follows whole iterations, from cursor 0 to the reply with cursor 0, of one session with one filter. The
// oracle keeps the keys; what a write or a removal takes away in between is no longer promised.
//   - there at every moment of the iteration, and of the filter => returned at least once
//   - returned => there at some moment of it
//   - while nothing is written, an iteration ends within twice as many calls as there are keys
// An iteration whose session selects another database, or during which databases are swapped, is dropped.

import type { Check, CheckContext } from "../check.ts";
import type { NodeExecuted, NodeRemoved } from "../events.ts";
import { globMatches } from "./glob.ts";
import { type Reference, type References, touchedBy } from "./reference.ts";
import { quoted, replyTree } from "./reply-grammar.ts";

/** Calls beyond two for each key: one for each shard, and the last. */
const CALLS_MORE = 64;

type Iteration = {
  readonly node: number;
  readonly db: number;
  readonly filter: string;
  /** The cursor that the next call must bring. */
  cursor: string;
  calls: number;
  /** Keys there when it began; more may have come. */
  readonly sizeAtStart: number;
  /** There at every moment so far. */
  readonly throughout: Set<string>;
  /** There at some moment, beside those. */
  readonly sometimes: Set<string>;
  readonly returned: Set<string>;
  isQuiet: boolean;
};

export const scan: Check = {
  name: "scan",
  promises: ["P6"],
  begin: (context) => new ScanChecking(context),
};

class ScanChecking {
  private readonly context: CheckContext;
  private readonly references: References;
  private readonly open = new Map<string, Iteration>();
  private whole = 0;
  private held = 0;
  private changed = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.references = context.references;
  }

  readonly nodeStarted = (event: Parameters<References["nodeStarted"]>[0]): void => {
    this.dropAll(event.node);
  };
  readonly nodeEnded = (event: { readonly node: number }): void => {
    this.dropAll(event.node);
  };
  readonly sessionClosed = (event: { node: number; generation: number; session: number }): void => {
    this.open.delete(placeOf(event));
  };

  readonly removed = (event: NodeRemoved): void => {
    for (const iteration of this.open.values()) {
      if (iteration.node === event.node && iteration.db === event.db) this.takeAway(iteration, event.key);
    }
  };

  /** A clock that is set back makes keys live again whose time was over and that nobody had removed. */
  readonly faultFired = ({ name, node }: { readonly name: string; readonly node: number }): void => {
    if (name !== "clock.jump-back") return;
    for (const iteration of this.open.values()) {
      if (iteration.node !== node) continue;
      const entries = this.references.of(node)?.model.databases[iteration.db];
      for (const key of entries?.expiring ?? []) iteration.sometimes.add(key);
    }
  };

  readonly executed = (event: NodeExecuted): void => {
    const { words, reply } = event.call;
    const isScan = words[0]?.length === 4 && words[0].toLowerCase() === "scan";
    const reference = this.references.of(event.node);
    if (reference === undefined) return;
    if (isScan) this.scanned(event, reference);
    else if (this.open.size > 0)
      this.wrote(event.node, reference, touchedBy(words, reply === "" ? "+" : reply));
  };

  readonly counts = (): Record<string, number> => ({
    iterations: this.whole,
    "keys there throughout": this.held,
    "iterations under writes": this.changed,
  });

  private scanned(event: NodeExecuted, reference: Reference): void {
    const { call } = event;
    const { words, reply } = call;
    const tree = call.isReplyCut ? undefined : replyTree(reply, call.protocol);
    const cursor = tree?.items[0]?.text;
    const keys = tree?.items[1]?.items;
    const place = placeOf(event);
    if (cursor === undefined || keys === undefined) {
      if (!reply.startsWith("-")) this.open.delete(place);
      return;
    }
    const { db } = reference.oracle.session(event.session);
    const filter = filterOf(words);
    let iteration = this.open.get(place);
    if (words[1] === "0") iteration = begin(event.node, reference, { db, filter });
    else if (iteration === undefined || iteration.cursor !== words[1]) return;
    if (iteration.db !== db || iteration.filter !== filter) {
      this.open.delete(place);
      return;
    }
    this.open.set(place, iteration);
    iteration.calls++;
    iteration.cursor = cursor;
    // What is over by this call's clock may be left out by it.
    for (const key of iteration.throughout) {
      if (reference.model.get(db, key) === undefined) this.takeAway(iteration, key);
    }
    for (const { text: key } of keys) {
      iteration.returned.add(key);
      if (iteration.throughout.has(key) || iteration.sometimes.has(key)) continue;
      this.report(event, "a key that never was there", `${quoted(key)} returned`);
      iteration.sometimes.add(key); // Once.
    }
    const isTooLong = iteration.isQuiet && iteration.calls > 2 * iteration.sizeAtStart + CALLS_MORE;
    if (cursor !== "0" && !isTooLong) return;
    this.open.delete(place);
    if (cursor === "0") this.ended(event, iteration);
    else this.report(event, "no end", `${iteration.calls} calls over ${iteration.sizeAtStart} keys`);
  }

  private ended(event: NodeExecuted, iteration: Iteration): void {
    const { type, pattern } = optionsOf(event.call.words);
    this.whole++;
    if (!iteration.isQuiet) this.changed++;
    const model = this.references.of(event.node)?.model;
    for (const key of iteration.throughout) {
      if (pattern !== undefined && !globMatches(pattern, key)) continue;
      if (type !== undefined && model?.get(iteration.db, key)?.type !== type) continue;
      this.held++;
      if (iteration.returned.has(key)) continue;
      const text = `${quoted(key)} was there through ${iteration.calls} calls and never returned`;
      this.report(event, "a key left out", text);
      return;
    }
  }

  // After a write: keys that are gone, and keys that have come.
  private wrote(node: number, { model }: Reference, { keys, isAll }: ReturnType<typeof touchedBy>): void {
    if (keys.length === 0 && !isAll) return;
    for (const iteration of this.open.values()) {
      if (iteration.node !== node) continue;
      iteration.isQuiet = false;
      const there = (key: string): boolean => model.get(iteration.db, key) !== undefined;
      if (isAll) {
        for (const key of iteration.throughout) if (!there(key)) this.takeAway(iteration, key);
        for (const key of model.databases[iteration.db]?.keys() ?? []) iteration.sometimes.add(key);
        continue;
      }
      for (const key of keys) {
        if (there(key)) iteration.sometimes.add(key);
        else this.takeAway(iteration, key);
      }
    }
  }

  private takeAway(iteration: Iteration, key: string): void {
    if (!iteration.throughout.delete(key)) return;
    iteration.sometimes.add(key);
    iteration.isQuiet = false;
  }

  private report(event: NodeExecuted, kind: string, text: string): void {
    const where = `node ${event.node}, session ${event.session}, ${quoted(event.call.words.join(" "))}`;
    this.context.report({ kind, text: `${where}: ${text}`, client: event.client });
  }

  private dropAll(node: number): void {
    for (const [place, iteration] of this.open) if (iteration.node === node) this.open.delete(place);
  }
}

function begin(node: number, { model }: Reference, how: { db: number; filter: string }): Iteration {
  const throughout = new Set<string>();
  for (const [key] of model.live(how.db)) throughout.add(key);
  return {
    node,
    db: how.db,
    filter: how.filter,
    cursor: "0",
    calls: 0,
    sizeAtStart: model.databases[how.db]?.size ?? 0,
    throughout,
    sometimes: new Set(),
    returned: new Set(),
    isQuiet: true,
  };
}

function placeOf({ node, session }: { readonly node: number; readonly session: number }): string {
  return `${node}.${session}`;
}

// MATCH and TYPE as SCAN reads them, the last of each; COUNT may change from call to call.
function optionsOf(words: readonly string[]): { pattern: string | undefined; type: string | undefined } {
  let pattern: string | undefined;
  let type: string | undefined;
  for (let i = 2; i + 1 < words.length; i += 2) {
    const name = words[i]?.toLowerCase();
    if (name === "match") pattern = words[i + 1];
    else if (name === "type") type = words[i + 1]?.toLowerCase();
  }
  return { pattern, type };
}

function filterOf(words: readonly string[]): string {
  if (words.length === 2) return "";
  const { pattern, type } = optionsOf(words);
  return JSON.stringify([pattern ?? "", type ?? ""]);
}
