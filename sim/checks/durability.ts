// durability: what a node holds after a restart is what it ran up to some moment, and that moment is no earlier than
// its fsync policy vouches for.
//
// Role: keeps, for each start of a node, the calls in the order they ran and when each was acknowledged. At the next
// start the oracle replays them, and the recovered state must be that after some prefix.
//
//   appendonly no     nothing is kept: the node comes back empty
//   always            every acknowledged write, after a kill and after a power loss
//   everysec          every acknowledged write after a kill; after a power loss, those of the last 2 s may be gone
//   no                every acknowledged write after a kill; after a power loss, any suffix may be gone
//
// A prefix may not end inside of a transaction. Keys whose time is over by the restarted node's clock are not compared.

import { Oracle } from "../../oracle/oracle.ts";
import { stateOf } from "../../oracle/state.ts";
import type { Check, CheckContext } from "../check.ts";
import type { NodeEnded, NodeExecuted, NodeRemoved, NodeStarted, Replied } from "../events.ts";
import { comparableText, type LiveNode } from "../world/live-node.ts";
import { type Pairing, placeOf } from "./pairing.ts";
import { adopt, commandOf } from "./reference.ts";
import { quoted } from "./reply-grammar.ts";

const EVERYSEC_LOSS_US = 2_000_000;

type State = ReadonlyMap<string, { readonly value: string; readonly expireAtMs: number | undefined }>;

type Step = {
  readonly call: NodeExecuted["call"] | undefined;
  readonly session: number;
  readonly removed: NodeRemoved | undefined;
  /** When its client had the answer; Infinity: never. */
  ackedUs: number;
  /** False inside of a transaction. */
  readonly mayEndHere: boolean;
};

type Log = {
  readonly node: number;
  readonly generation: number;
  readonly config: Readonly<Record<string, string>>;
  /** What it held when it began, by database. */
  base: readonly State[];
  readonly steps: Step[];
  ended: NodeEnded | undefined;
};

export const durability: Check = {
  name: "durability",
  promises: ["P3", "P4"],
  begin: (context) => new DurabilityChecking(context),
};

class DurabilityChecking {
  private readonly context: CheckContext;
  private readonly pairing: Pairing;
  private readonly logs = new Map<number, Log>();
  /** Restarted nodes whose state has not been looked at, with the log of the start before. */
  private readonly pending = new Map<number, Log | undefined>();
  private readonly unacked = new Map<string, Step>();
  private restarts = 0;
  private recovered = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.pairing = context.pairing;
  }

  readonly nodeStarted = ({ node, generation, config }: NodeStarted): void => {
    this.pending.set(node, this.logs.get(node));
    this.logs.set(node, {
      node,
      generation,
      config,
      base: [],
      steps: [],
      ended: undefined,
    });
    this.maybeJudge(node);
  };

  readonly nodeEnded = (event: NodeEnded): void => {
    const log = this.logs.get(event.node);
    if (log !== undefined) log.ended = event;
  };

  // Clients are let in when the state is there; until then nobody can have changed it.
  readonly sessionOpened = ({ node }: { node: number }): void => this.maybeJudge(node);
  readonly turnEnded = (node: number): void => this.maybeJudge(node);

  readonly removed = (event: NodeRemoved): void => {
    this.maybeJudge(event.node);
    if (this.logs.get(event.node)?.config["appendonly"] !== "yes") return;
    const step = {
      call: undefined,
      session: 0,
      removed: event,
      ackedUs: Number.POSITIVE_INFINITY,
      mayEndHere: true,
    };
    if (event.why === "evicted") this.logs.get(event.node)?.steps.push(step);
  };

  readonly executed = (event: NodeExecuted): void => {
    this.maybeJudge(event.node);
    const log = this.logs.get(event.node);
    const pair = this.pairing.executed(event);
    if (log === undefined) return;
    if (log.config["appendonly"] !== "yes") return; // Nothing of it will come back.
    const { call, session } = event;
    if (!changesState(call.words, call.reply)) return;
    const mayEndHere = call.transaction === undefined;
    const step = { call, session, removed: undefined, ackedUs: Number.POSITIVE_INFINITY, mayEndHere };
    log.steps.push(step);
    if (typeof pair === "object") this.unacked.set(`${placeOf(pair)}.${pair.request}`, step);
  };

  readonly replied = (event: Replied): void => {
    const key = `${placeOf(event)}.${event.request}`;
    const step = this.unacked.get(key);
    this.unacked.delete(key);
    // Silence that was asked for acknowledges nothing.
    if (step !== undefined && event.reply !== "") step.ackedUs = event.atUs;
  };

  readonly counts = (): Record<string, number> => ({
    "restarts?": this.restarts,
    "states recovered?": this.recovered,
  });

  private maybeJudge(node: number): void {
    if (this.pending.size === 0 || !this.pending.has(node)) return;
    const live = this.context.node(node);
    const log = this.logs.get(node);
    if (live === undefined || log === undefined) return;
    const before = this.pending.get(node);
    this.pending.delete(node);
    log.base = databasesOf(live, log.config);
    if (before === undefined) return;
    this.restarts++;
    const fault = faultOf(before, log.base, live.wallMs());
    if (before.config["appendonly"] === "yes") this.recovered++;
    if (fault === undefined) return;
    const how = before.ended?.how ?? "an end nobody told";
    const policy =
      before.config["appendonly"] === "yes" ? (before.config["appendfsync"] ?? "everysec") : "none";
    const text = `node ${node}, start ${log.generation} after ${how}, fsync ${policy}: ${fault.text}`;
    this.context.report({ kind: fault.kind, text });
  }
}

function faultOf(
  log: Log,
  state: readonly State[],
  nowMs: number,
): { kind: string; text: string } | undefined {
  if (log.config["appendonly"] !== "yes") {
    const db = state.findIndex((keys) => keys.size > 0);
    if (db < 0) return undefined;
    const [key = ""] = state[db]?.keys() ?? [];
    return {
      kind: "keys from nowhere",
      text: `db ${db} has ${state[db]?.size} keys, ${quoted(key)} among them`,
    };
  }
  const least = vouchedFor(log);
  const { longest, difference } = longestPrefix(log, state, nowMs);
  if (longest === undefined) {
    return {
      kind: "the state of no moment",
      text: `no prefix of ${log.steps.length} writes; after all of them ${difference}`,
    };
  }
  if (longest >= least) return undefined;
  const lost = log.steps[least - 1]?.call;
  const text = `the state after ${longest} of ${log.steps.length} writes; write ${least}, ${quoted(lost?.words.join(" ") ?? "")}, was vouched for`;
  return { kind: "an acknowledged write lost", text };
}

// How many writes at least must have survived.
function vouchedFor({ config, ended, steps }: Log): number {
  const policy = config["appendfsync"] ?? "everysec";
  const endedUs = ended?.atUs ?? Number.POSITIVE_INFINITY;
  let untilUs = endedUs;
  if (ended?.how === "power-loss" && policy === "everysec") untilUs = endedUs - EVERYSEC_LOSS_US;
  if (ended?.how === "power-loss" && policy === "no") return 0;
  return steps.findLastIndex(({ ackedUs }) => ackedUs <= untilUs) + 1;
}

// The longest prefix whose state is the recovered one; else what is different after all writes.
function longestPrefix(
  log: Log,
  state: readonly State[],
  nowMs: number,
): { longest: number | undefined; difference: string } {
  const oracle = new Oracle({ databases: state.length, config: log.config });
  adopt(oracle.model, { state: (db: number) => log.base[db] ?? new Map() });
  let longest: number | undefined;
  let difference = firstDifference(oracle, state, nowMs);
  if (difference === undefined) longest = 0;
  for (const [i, step] of log.steps.entries()) {
    if (step.call !== undefined) oracle.execute(step.session, step.call.words, step.call.nowMs);
    else if (step.removed !== undefined) oracle.removed(step.removed.db, step.removed.key, "evicted");
    if (!step.mayEndHere) continue;
    difference = firstDifference(oracle, state, nowMs);
    if (difference === undefined) longest = i + 1;
  }
  return { longest, difference: difference ?? "" };
}

function firstDifference({ model }: Oracle, state: readonly State[], nowMs: number): string | undefined {
  model.nowMs = nowMs;
  const expected = stateOf(model);
  for (const [db, held] of state.entries()) {
    const keys = expected.get(db) ?? new Map<string, never>();
    let live = 0;
    for (const [key, entry] of held) {
      if (entry.expireAtMs !== undefined && entry.expireAtMs <= nowMs) continue;
      live++;
      const want = keys.get(key);
      const text = want === undefined ? "nothing" : comparableText(want.type, want.value);
      if (text !== entry.value)
        return `db ${db}, key ${quoted(key)} holds ${quoted(entry.value)}, not ${quoted(text)}`;
      if (want?.expireAtMs !== entry.expireAtMs) return `db ${db}, key ${quoted(key)} has another expiry`;
    }
    if (live === keys.size) continue;
    const missing = [...keys.keys()].find((key) => !held.has(key));
    return `db ${db}, key ${quoted(missing ?? "")} is missing`;
  }
  return undefined;
}

// SELECT and HELLO change where and how later writes go, so a replay needs them too.
function changesState(words: readonly string[], reply: string): boolean {
  if (reply.startsWith("-") || reply === "+QUEUED\r\n") return false;
  const command = commandOf(words);
  if (command === undefined) return false;
  return command.isWrite || command.name === "select" || command.name === "reset" || command.name === "auth";
}

function databasesOf(live: LiveNode, config: Readonly<Record<string, string>>): State[] {
  const count = Number(config["databases"] ?? 16);
  return Array.from({ length: count }, (_, db) => new Map(live.state(db)));
}
