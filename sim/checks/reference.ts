// Reference: what each node must hold, by the oracle, for checks that look at keys rather than at replies.
//
// Role: feeds one oracle per start of a node with what its observer told, and says which keys a call may have
// changed, so that a check looks at those alone. A check that needs it makes its own: checks share nothing, so
// that none can hide another's finding.
// Invariant: after `executed` the model is as the node's databases are, unless the server is wrong; the model's
// clock is that of the call.

import type { Entry, Model } from "../../oracle/model.ts";
import { Oracle } from "../../oracle/oracle.ts";
import type { Reply } from "../../oracle/reply.ts";
import { plainValue } from "../../oracle/state.ts";
import { buildCommand, type Command } from "../../src/commands/define.ts";
import { declarations } from "../../src/commands/registry.ts";
import type { CheckContext } from "../check.ts";
import type { NodeExecuted, NodeRemoved, NodeStarted } from "../events.ts";
import { comparableText, type LiveNode } from "../world/live-node.ts";

/** One start of one node. */
export type Reference = {
  readonly node: number;
  readonly generation: number;
  readonly config: Readonly<Record<string, string>>;
  readonly oracle: Oracle;
  readonly model: Model;
};

export class References {
  private readonly context: CheckContext;
  private readonly isPressed: boolean;
  private readonly byNode = new Map<number, Reference>();

  constructor(context: CheckContext) {
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
    const oracle = new Oracle({ databases: Number(config["databases"] ?? 16), config });
    const reference = { node, generation, config, oracle, model: oracle.model };
    this.byNode.set(node, reference);
    const live = this.context.node(node);
    if (live !== undefined) adopt(reference.model, live);
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
    const reference = this.byNode.get(node);
    const entry = reference?.model.databases[db]?.get(key);
    if (entry === undefined) return;
    if (why === "evicted" || isExpiredAt(entry, nowMs)) reference?.model.databases[db]?.delete(key);
  }

  /**
   * Steps the oracle over a call; its reply says which answers are right. Undefined when there is nothing to compare:
   * whether memory ran out is the store's own count, so a refusal for it is believed here and judged by the memory
   * check.
   */
  executed({ node, session, call }: NodeExecuted): Reply | undefined {
    const reference = this.byNode.get(node);
    if (reference === undefined) return undefined;
    if (call.reply.startsWith("-OOM ") && this.isLimited(node)) return undefined;
    if (call.reply === "+QUEUED\r\n") return undefined; // It runs, and is told, when EXEC does.
    if (this.isPressed && call.words[0]?.length === 6) this.heedPressure(reference);
    const reply = reference.oracle.execute(session, call.words, call.nowMs);
    // A call that was kept silent may have been refused for want of memory; one that was cut cannot be followed.
    const isUnclear = call.isRequestCut || (call.isReplyCut && reply.kind === "chosen");
    const maybeRefused =
      call.reply === "" && this.isLimited(node) && commandOf(call.words)?.isDenyOom === true;
    if (isUnclear || maybeRefused) {
      const live = this.context.node(node);
      if (live !== undefined) adopt(reference.model, live);
    }
    return call.isRequestCut || call.isReplyCut ? undefined : reply;
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

/** Replaces the model's databases by what the node holds. Keys whose time is over, which a node does not show, stay. */
export function adopt(model: Model, live: Pick<LiveNode, "state">): void {
  for (const [db, entries] of model.databases.entries()) {
    const state = live.state(db);
    for (const [key, entry] of entries) {
      if (!state.has(key) && !isExpiredAt(entry, model.nowMs)) entries.delete(key);
    }
    for (const [key, { value, expireAtMs }] of state) {
      // An entry that is right knows more than the state tells, e.g. how its value came about.
      const known = entries.get(key);
      const isRight = known?.expireAtMs === expireAtMs && known !== undefined && textOf(known) === value;
      const entry = isRight ? undefined : entryOf(value, expireAtMs);
      if (entry !== undefined) entries.set(key, entry);
    }
  }
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
  return keys.length > 0 ? { keys, isAll: false } : everything;
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
      const count = Number(words[first + find.numkeysAt]);
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

function entryOf(value: string, expireAtMs: number | undefined): Entry | undefined {
  return value.startsWith("string ") ? { type: "string", value: value.slice(7), expireAtMs } : undefined;
}

/** True when an entry's time is over by a clock. */
export function isExpiredAt(
  { expireAtMs }: { readonly expireAtMs?: number | undefined },
  nowMs: number,
): boolean {
  return expireAtMs !== undefined && expireAtMs <= nowMs;
}
