// Reference: what each node must hold, by the oracle, for checks that look at keys as well as at replies.
//
// Role: one oracle for each start of a node, stepped over what its observer told (followers.ts steps it, once for
// all checks), and which keys a call may have changed, so that a check looks at those alone. Where the server chose
// among several right answers, the oracle takes up its choice.
// Invariant: after a call the model is as the node's databases are, unless the server is wrong; the model's clock is
// that of the call.

import { mayHoldScript } from "../../oracle/commands/scripting/eval.ts";
import { matches } from "../../oracle/compare.ts";
import type { Entry, HashValue, Model } from "../../oracle/model.ts";
import { Oracle } from "../../oracle/oracle.ts";
import { storedValue } from "../../oracle/payload.ts";
import type { Reply } from "../../oracle/reply.ts";
import { plainValue } from "../../oracle/state.ts";
import { endTransaction } from "../../oracle/transactions.ts";
import { takeUsers } from "../../oracle/users.ts";
import { buildCommand, type Command } from "../../src/commands/define.ts";
import { declarations } from "../../src/commands/registry.ts";
import type { CheckContext } from "../check.ts";
import type { NodeExecuted, NodeRemoved, NodeStarted } from "../events.ts";
import { comparableText, type HeldField, type HeldValue, type LiveNode } from "../world/live-node.ts";
import { usersOf } from "../world/settings.ts";

/** One start of one node. */
export type Reference = {
  readonly node: number;
  readonly generation: number;
  readonly config: Readonly<Record<string, string>>;
  readonly oracle: Oracle;
  readonly model: Model;
};

/** What the oracle says of a call: nothing to compare, that it was right, or what is wrong with its reply. */
export type Verdict = "none" | "right" | { readonly difference: string };

export class References {
  private readonly context: Pick<CheckContext, "plan" | "node">;
  private readonly isPressed: boolean;
  private readonly byNode = new Map<number, Reference>();
  private latest: NodeExecuted | undefined = undefined;
  private verdict: Verdict = "none";
  /** Sessions of which a silent call between MULTI and EXEC may have been refused for want of memory. */
  private readonly maybeSpoilt = new Set<number>();

  constructor(context: Pick<CheckContext, "plan" | "node">) {
    this.context = context;
    const { scheduled, rates } = context.plan;
    this.isPressed =
      rates["memory.pressure"] !== undefined || scheduled.some(({ name }) => name === "memory.pressure");
  }

  /** The present start of a node; undefined while it is down. */
  of(node: number): Reference | undefined {
    return this.byNode.get(node);
  }

  all(): Iterable<Reference> {
    return this.byNode.values();
  }

  nodeStarted({ node, generation, config }: NodeStarted): void {
    const databases = Number(config["databases"] ?? 16);
    const oracle = new Oracle({ databases, config, isToldOfScripts: true });
    // The default user is there before its line is read.
    const lines = usersOf(config).map(([name = "", ...rules]) =>
      name === "default" ? [name, "reset", ...rules] : [name, ...rules],
    );
    takeUsers(oracle.model, lines);
    const reference = { node, generation, config, oracle, model: oracle.model };
    this.byNode.set(node, reference);
    this.maybeSpoilt.clear();
    const live = this.context.node(node);
    if (live === undefined) return;
    adopt(reference.model, live);
    noteClock(reference.model, live);
  }

  /** What it loaded is believed: whether it is what it should be is another check's question. */
  nodeRecovered({ node }: { readonly node: number }): void {
    const live = this.context.node(node);
    const model = this.byNode.get(node)?.model;
    if (live === undefined || model === undefined) return;
    adopt(model, live, true);
    for (const [name, code] of live.libraries?.() ?? []) model.libraries.set(name, code);
    noteClock(model, live);
  }

  nodeEnded({ node }: { readonly node: number }): void {
    this.byNode.delete(node);
  }

  sessionOpened({ node, session }: { readonly node: number; readonly session: number }): void {
    const opened = this.byNode.get(node)?.oracle.session(session);
    if (opened !== undefined) opened.serverId = BigInt(session);
  }

  sessionClosed({ node, session }: { readonly node: number; readonly session: number }): void {
    this.byNode.get(node)?.oracle.forget(session);
  }

  // The oracle itself waits for the next command's clock; checks look at keys between commands as well.
  removed({ node, db, key, why, nowMs }: NodeRemoved): void {
    const model = this.byNode.get(node)?.model;
    const entry = model?.databases[db]?.get(key);
    if (model === undefined || entry === undefined) return;
    if (why === "evicted") model.delete(db, key);
    else if (isExpiredAt(entry, nowMs)) model.databases[db]?.delete(key);
  }

  /**
   * The node may have looked at its clock since the last command, so what it showed is noted before it is set back.
   *
   * A clock that is set back makes fields of hashes live again whose time was over, but for those that are gone from the
   * store; of single fields nobody is told. So the store is asked what it has.
   */
  faultFired({ name, node }: { readonly name: string; readonly node: number }): void {
    const live = this.context.node(node);
    if (name !== "clock.jump-back" || live === undefined) return;
    const model = this.byNode.get(node)?.model;
    if (model !== undefined) noteClock(model, live);
    for (const [db, entries] of (model?.databases ?? []).entries()) {
      for (const key of [...entries.expiring]) {
        const entry = entries.get(key);
        if (entry?.type !== "hash" || entry.ends === undefined) continue;
        const fields = live.fieldsOf(db, key);
        if (fields === undefined) entries.delete(key);
        else entries.set(key, withFields(entry, fields));
      }
    }
  }

  /** Steps the oracle over a call. Asked again for the same call it says the same. */
  executed(event: NodeExecuted): Verdict {
    if (event === this.latest) return this.verdict;
    this.latest = event;
    const reference = this.byNode.get(event.node);
    this.verdict = reference === undefined ? "none" : this.step(event, reference);
    return this.verdict;
  }

  // Whether memory ran out is the store's own count, so a refusal for it is believed here and judged by the memory
  // check.
  private step({ node, session, call }: NodeExecuted, reference: Reference): Verdict {
    const { oracle, model } = reference;
    const { words, reply, transaction } = call;
    const isLimited = this.isLimited(node);
    // A log that cannot be written is the disk's fault, and refusing is right: whether it may, the fault's own books say.
    if (reply.startsWith("-MISCONF ")) {
      const kept = oracle.session(session).transaction;
      if (kept !== undefined) kept.isRefused = true;
      else mayHoldScript(model, words);
      return "none";
    }
    if (reply.startsWith("-EXECABORT Transaction discarded because of: MISCONF ")) {
      endTransaction(model, oracle.session(session));
      return "none";
    }
    // So is this of what writes a file at once.
    if (reply === "-ERR\r\n" || reply.startsWith("-ERR Can't execute an AOF background rewriting."))
      return "none";
    if (isLimited && reply.startsWith("-")) {
      // Of a script that died of it the calls before were told.
      if (reply.startsWith("-OOM ") && !reply.includes(". script: ")) {
        const kept = oracle.session(session).transaction;
        if (kept !== undefined) kept.isRefused = true;
        else mayHoldScript(model, words);
        return "none";
      }
      if (reply.startsWith("-EXECABORT Transaction discarded because of: OOM ")) {
        endTransaction(model, oracle.session(session));
        return "none";
      }
    }
    if (this.isPressed && words[0]?.length === 6) this.heedPressure(reference);
    if (this.maybeSpoilt.size > 0) this.heedSpoilt(session, reference, call);
    const expected = perform(oracle, session, call);
    // A call that was kept silent may have been refused for want of memory; one that was cut cannot be followed.
    const isUnclear = call.isRequestCut || (call.isReplyCut && expected.kind === "chosen");
    const maybeRefused =
      isLimited && reply === "" && !isPart(transaction) && commandOf(words)?.isDenyOom === true;
    if (maybeRefused && oracle.session(session).transaction !== undefined) this.maybeSpoilt.add(session);
    else if (isUnclear || maybeRefused) {
      const live = this.context.node(node);
      if (live !== undefined) adopt(model, live);
      if (maybeRefused) forgetUse(model, words);
    }
    if (call.isRequestCut || call.isReplyCut) return "none";
    if (reply === "") this.heedSilentChoice(words, session, reference);
    const difference = matches(expected, reply, call.protocol);
    if (model.inDoubt.length > 0) this.resolve(node, model);
    return difference === undefined ? "right" : { difference };
  }

  // Of a call that is kept silent nobody can say what the server chose, e.g. which members SPOP took.
  private heedSilentChoice(words: readonly string[], session: number, { model, oracle }: Reference): void {
    const command = commandOf(words);
    if (command === undefined || !command.isWrite) return;
    if (command.class === "exact" && !command.flags.includes("blocking")) return;
    const { db } = oracle.session(session);
    for (const key of keysOf(command, words)) model.inDoubt.push({ db, key });
  }

  // EXEC ran nothing of what it should have run: one of the calls before it was refused.
  private heedSpoilt(session: number, { oracle }: Reference, { words, reply }: NodeExecuted["call"]): void {
    if (!this.maybeSpoilt.has(session)) return;
    const { transaction } = oracle.session(session);
    if (transaction !== undefined && words[0]?.toLowerCase() !== "exec") return;
    this.maybeSpoilt.delete(session);
    const hasRun = transaction?.toldFrom !== undefined || transaction?.calls.length === 0;
    if (transaction !== undefined && !hasRun && (reply === "" || reply.startsWith("-EXECABORT ")))
      transaction.isRefused = true;
  }

  // Where the reply left open what a key holds, the node is asked.
  private resolve(node: number, model: Model): void {
    const live = this.context.node(node);
    for (const { db, key } of model.inDoubt.splice(0)) {
      const held = live?.heldAt(db, key);
      if (held === undefined) model.databases[db]?.delete(key);
      else adoptKey(model, { db, key }, held);
    }
  }

  // The fault sets maxmemory as an operator would, by no command that anybody could be told of.
  private heedPressure({ node, model }: Reference): void {
    const live = this.context.node(node);
    if (live !== undefined) model.config.set("maxmemory", `${live.maxmemory()}`);
  }

  private isLimited(node: number): boolean {
    return (this.context.node(node)?.maxmemory() ?? 0) > 0;
  }
}

function perform(oracle: Oracle, session: number, call: NodeExecuted["call"]): Reply {
  const { words, nowMs, reply, protocol, transaction } = call;
  if (transaction === "inner") return oracle.inner(session, words, nowMs, reply);
  if (transaction === "script") return oracle.scripted(session, words, nowMs, protocol);
  return oracle.execute(session, words, nowMs);
}

/** Whether a call was made by EXEC or by a script: it is told again as a part of theirs. */
export function isPart(transaction: NodeExecuted["call"]["transaction"]): boolean {
  return transaction === "inner" || transaction === "script";
}

// Of what a node does by itself, a save say, no command tells the time.
function noteClock(model: Model, live: Pick<LiveNode, "wallMs">): void {
  model.latestMs = Math.max(model.latestMs, live.wallMs());
}

/** Replaces the model's databases by what the node holds. Keys whose time is over, which a node does not show, stay. */
export function adopt(model: Model, live: Pick<LiveNode, "state">, withEnded = false): void {
  for (const [db, entries] of model.databases.entries()) {
    const state = live.state(db, withEnded);
    for (const [key, entry] of entries) {
      if (!state.has(key) && !isExpiredAt(entry, model.nowMs)) entries.delete(key);
    }
    for (const [key, held] of state) adoptKey(model, { db, key }, held);
  }
}

// A call that may have been refused may not have used its keys.
function forgetUse(model: Model, words: readonly string[]): void {
  const command = commandOf(words);
  if (command === undefined) return;
  const isAll = hasUnknownKeys(command);
  const keys = new Set(keysOf(command, words));
  for (const entries of model.databases)
    for (const [key, entry] of entries) if (isAll || keys.has(key)) entry.accessSeconds = undefined;
}

// An entry that is right knows more than the node tells, e.g. how its value came about.
function adoptKey(model: Model, at: { readonly db: number; readonly key: string }, held: HeldValue): void {
  const known = model.databases[at.db]?.get(at.key);
  if (known !== undefined && known.expireAtMs === held.expireAtMs && textOf(known) === held.value) return;
  const entry = held.payload === undefined ? entryOf(held) : entryOfPayload(model, held, held.payload);
  if (entry !== undefined) model.databases[at.db]?.set(at.key, entry);
}

/** What a command may have changed: keys in any database, or everything. */
export type Touched = { readonly keys: readonly string[]; readonly isAll: boolean };

const nothingTouched: Touched = { keys: [], isAll: false };
const everything: Touched = { keys: [], isAll: true };
const commands = new Map<string, Command>(declarations.map((each) => [each.name, buildCommand(each)]));

/** The command, or subcommand, that `words` call. */
export function commandOf(words: readonly string[]): Command | undefined {
  const name = words[0] ?? "";
  const command = commands.get(name) ?? commands.get(name.toLowerCase());
  if (command === undefined || command.byName.size === 0 || words.length < 2) return command;
  return command.byName.get((words[1] as string).toLowerCase()) ?? command;
}

/** What a call may have changed, by its declaration; an error changes nothing. */
export function touchedBy(words: readonly string[], reply: string): Touched {
  if (reply.startsWith("-")) return nothingTouched;
  const command = commandOf(words);
  if (command === undefined || !command.isWrite) return nothingTouched;
  const keys = keysOf(command, words);
  return keys.length > 0 && !hasUnknownKeys(command) ? { keys, isAll: false } : everything;
}

/** Its declaration does not say where all of its keys stand, as SORT's STORE. */
export function hasUnknownKeys({ keySpecs }: Command): boolean {
  return keySpecs.some(({ begin, find }) => begin === "unknown" || find === "unknown");
}

/** The keys in a call, by the command's key specifications. */
export function keysOf(command: Command, words: readonly string[]): string[] {
  const keys: string[] = [];
  for (const { begin, find } of command.keySpecs) {
    if (begin === "unknown" || find === "unknown") continue;
    let first = "index" in begin ? begin.index : 0;
    if ("keyword" in begin) {
      const from = begin.from < 0 ? words.length + begin.from : begin.from;
      const at = words.findIndex((word, i) => i >= from && word.toUpperCase() === begin.keyword);
      if (at < 0) continue;
      first = at + 1;
    }
    if ("numkeysAt" in find) {
      // A wrong number of keys is anything at all, and names no more of them than there are words.
      const count = Math.min(Number(words[first + find.numkeysAt]) || 0, words.length);
      for (let i = 0; i < count; i++) push(keys, words[first + find.firstKeyAt + i * find.step]);
      continue;
    }
    const last = find.lastKey >= 0 ? first + find.lastKey : words.length + find.lastKey;
    const limited = find.limit > 1 ? first + Math.floor((words.length - first) / find.limit) - 1 : last;
    for (let i = first; i <= limited; i += Math.max(1, find.step)) push(keys, words[i]);
  }
  return keys;
}

function push(keys: string[], key: string | undefined): void {
  if (key !== undefined) keys.push(key);
}

function textOf(entry: Entry): string {
  return comparableText(entry.type, plainValue(entry));
}

function withFields(entry: Entry & HashValue, fields: readonly HeldField[]): Entry {
  const ends = fields.filter(({ endMs }) => endMs !== 0);
  return {
    ...entry,
    value: new Map(fields.map(({ field, value }) => [field, value])),
    ends: ends.length === 0 ? undefined : new Map(ends.map(({ field, endMs }) => [field, endMs])),
  };
}

function entryOfPayload(model: Model, { expireAtMs }: HeldValue, payload: string): Entry | undefined {
  const value = storedValue(payload, model);
  return value === undefined ? undefined : { ...value, expireAtMs };
}

// The entry that `comparableText` was made of.
function entryOf({ value: text, expireAtMs, encoding }: HeldValue): Entry | undefined {
  const at = text.indexOf(" ");
  const type = text.slice(0, at);
  if (type === "string") return { type, value: text.slice(at + 1), expireAtMs };
  const parts = JSON.parse(text.slice(at + 1)) as string[];
  switch (type) {
    case "list":
      return { type, value: parts, encoding: "quicklist", expireAtMs };
    case "set":
      return {
        type,
        value: new Set(parts),
        encoding: encoding === "intset" ? "intset" : "hashtable",
        expireAtMs,
      };
    case "hash": {
      const form = encoding === "listpack" ? "listpack" : "hashtable";
      return { type, value: new Map(pairsOf(parts)), encoding: form, expireAtMs };
    }
    case "zset": {
      const form = encoding === "listpack" ? "listpack" : "skiplist";
      const scores = pairsOf(parts).map(([member, score]) => [member, scoreOf(score)] as const);
      return { type, value: new Map(scores), encoding: form, expireAtMs };
    }
    default:
      return undefined;
  }
}

function pairsOf(parts: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) pairs.push([parts[i] as string, parts[i + 1] as string]);
  return pairs;
}

function scoreOf(text: string): number {
  if (text === "inf") return Number.POSITIVE_INFINITY;
  return text === "-inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

/** True when an entry's time is over by a clock. */
export function isExpiredAt(
  { expireAtMs }: { readonly expireAtMs?: number | undefined },
  nowMs: number,
): boolean {
  return expireAtMs !== undefined && expireAtMs <= nowMs;
}
