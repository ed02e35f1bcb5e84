// durability: what a node holds after a restart is what it ran up to some moment, and that moment is no earlier than
// what was promised.
//
// Role: keeps, for each start of a node, what each call changed, in the order they ran and with the time of its answer. At
// the next start the recovered state must be that after some prefix of them. The states are those of the reference
// model, which follows what the server chose.
//
//   appendonly no     the moment of the last snapshot that was told to be there, or of a later one; with neither SAVE nor
//                     save points nothing is kept
//   always            every acknowledged write, after a kill and after a power loss
//   everysec          every acknowledged write after a kill; after a power loss, those of the last 2 s may be gone, and
//                     of a period of the cron, not counting what the disk or the node stood still
//   no                every acknowledged write after a kill; after a power loss, any suffix may be gone
//   any of the three  what a client changed before a WAITAOF that told it that the log has it, whatever happens
//
// A prefix may not end inside of a transaction or a script. Keys whose time is over by the restarted node's clock are not
// compared. A start that ended before it let anybody in is a part of the end before it: nothing may be lost by loading.
// What a start recovered and did not sync again may still be lost with the power; so the steps before it stay with it.

import type { Entry, Model } from "../../oracle/model.ts";
import { plainValue } from "../../oracle/state.ts";
import type { Check, CheckContext } from "../check.ts";
import type { FaultFired, NodeEnded, NodeExecuted, NodeRemoved, NodeStarted, Replied } from "../events.ts";
import { comparableText, type LiveNode } from "../world/live-node.ts";
import { type Pairing, placeOf } from "./pairing.ts";
import { commandOf, isPart, type References, touchedBy } from "./reference.ts";
import { quoted } from "./reply-grammar.ts";

const EVERYSEC_LOSS_US = 2_000_000;
/** Steps that were taken so long before a start are not kept with it: whatever policy there is has synced them. */
const CARRIED_US = 60_000_000;

/** What a key held; undefined: there was none. `isOpen`: some of it ends by itself, and is not compared. */
type Content =
  | { readonly text: string; readonly expireAtMs: number | undefined; readonly isOpen: boolean }
  | undefined;
/** By "db key". */
type State = ReadonlyMap<string, Content>;
type Change = { readonly place: string; readonly content: Content };

type Step = {
  readonly changes: readonly Change[];
  readonly words: readonly string[];
  readonly atUs: number;
  /** When its client had the answer; Infinity: never. */
  ackedUs: number;
  /** False inside of a transaction. */
  readonly mayEndHere: boolean;
};

type Log = {
  readonly node: number;
  readonly generation: number;
  readonly config: Readonly<Record<string, string>>;
  /** What it held before the first of its steps. */
  base: State;
  readonly steps: Step[];
  /** What the reference model held when it was last looked at. */
  readonly known: Map<string, Content>;
  /** Steps that a snapshot holds which the node said is there. */
  savedSteps: number;
  /** Steps of which WAITAOF said that they are synced. */
  waitedSteps: number;
  /** It may have written a snapshot. */
  maySave: boolean;
  /** Settings changed that say what is kept, or the disk is another one: nothing can be said. */
  isUnclear: boolean;
  /** When the node, or its disk, did nothing or little. */
  readonly hindered: readonly Span[];
  readonly syncFailuresUs: number[];
  /** A sync failed in a start before this one, which ended before all was safe again: a file has a hole. */
  hasHole: boolean;
  ended: NodeEnded | undefined;
};

type Span = { readonly fromUs: number; readonly toUs: number };

/** Begins the place of a library of functions. */
const LIBRARY = "library ";

/** Faults under which seconds pass and nothing is synced. */
const hindering: readonly string[] = ["proc.pause", "proc.slow", "disk.stall"];

export const durability: Check = {
  name: "durability",
  promises: ["P3", "P4"],
  begin: (context) => new DurabilityChecking(context),
};

class DurabilityChecking {
  private readonly context: CheckContext;
  private readonly pairing: Pairing;
  private readonly references: References;
  private readonly logs = new Map<number, Log>();
  /** Starts that have let nobody in yet, with the log of the last one that had. */
  private readonly pending = new Map<number, Log | undefined>();
  private readonly unacked = new Map<string, Step>();
  /** Of each connection, the number of its node's steps when it made its last one. */
  private readonly lastSteps = new Map<number, number>();
  private readonly latestMs = new Map<number, number>();
  private restarts = 0;
  private recovered = 0;
  private powerLosses = 0;
  private waits = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.pairing = context.pairing;
    this.references = context.references;
  }

  readonly nodeStarted = ({ node, generation, config }: NodeStarted): void => {
    if (!this.pending.has(node)) this.pending.set(node, this.logs.get(node));
    this.logs.set(node, {
      node,
      generation,
      config,
      base: new Map(),
      steps: [],
      known: new Map(),
      savedSteps: 0,
      waitedSteps: 0,
      maySave: (config["save"] ?? "") !== "",
      isUnclear: false,
      hindered: this.context.plan.scheduled
        .filter((fault) => fault.node === node && hindering.includes(fault.name))
        .map(({ atUs, forUs = 0 }) => ({ fromUs: atUs, toUs: atUs + forUs })),
      syncFailuresUs: [],
      hasHole: false,
      ended: undefined,
    });
  };

  readonly nodeEnded = (event: NodeEnded): void => {
    const log = this.logs.get(event.node);
    if (log !== undefined) log.ended = event;
    const before = this.pending.get(event.node);
    // What was not synced by the end of one start is lost by the end of the next, if that takes the power.
    if (before?.ended !== undefined && event.how === "power-loss")
      before.ended = { ...before.ended, how: "power-loss" };
  };

  // Clients are let in when the state is there; until then nobody can have changed it.
  readonly nodeRecovered = ({ node }: { node: number }): void => this.maybeJudge(node);
  readonly sessionOpened = ({ node }: { node: number }): void => this.maybeJudge(node);

  readonly faultFired = ({ name, node, atUs }: FaultFired): void => {
    const log = this.logs.get(node);
    const live = this.context.node(node);
    if (live !== undefined) this.noteClock(node, live.wallMs());
    if (name === "disk.sync-fails-once") {
      log?.syncFailuresUs.push(atUs);
      this.pending.get(node)?.syncFailuresUs.push(atUs);
    }
    if (name !== "proc.wipe") return;
    // Nothing is promised of a disk that was replaced.
    for (const each of [log, this.pending.get(node)]) if (each !== undefined) each.isUnclear = true;
  };

  readonly removed = (event: NodeRemoved): void => {
    this.maybeJudge(event.node);
    const log = this.logs.get(event.node);
    if (log === undefined) return;
    this.noteClock(event.node, event.nowMs);
    const place = placeIn(event.db, event.key);
    if (log.known.get(place) === undefined) return;
    log.known.delete(place);
    const isInside = log.steps.at(-1)?.mayEndHere === false;
    const changes = [{ place, content: undefined }];
    log.steps.push({
      changes,
      words: [event.why, event.key],
      atUs: event.atUs,
      ackedUs: Number.POSITIVE_INFINITY,
      mayEndHere: !isInside,
    });
  };

  readonly executed = (event: NodeExecuted): void => {
    this.maybeJudge(event.node);
    const log = this.logs.get(event.node);
    const model = this.references.of(event.node)?.model;
    const pair = this.pairing.executed(event);
    if (log === undefined || model === undefined) return;
    const { words, reply, transaction, nowMs } = event.call;
    this.noteClock(event.node, nowMs);
    const changes = changesOf(log, model, event);
    const isInside = log.steps.at(-1)?.mayEndHere === false;
    const mayEndHere = !isPart(transaction);
    if (changes.length > 0 || (isInside && mayEndHere)) {
      const step = { changes, words, atUs: event.atUs, ackedUs: Number.POSITIVE_INFINITY, mayEndHere };
      log.steps.push(step);
      if (mayEndHere && typeof pair === "object") {
        this.unacked.set(`${placeOf(pair)}.${pair.request}`, step);
        this.lastSteps.set(placeOf(pair), log.steps.length);
      }
    }
    if (typeof pair === "object" && mayEndHere && isWaited(words, reply)) {
      const steps = this.lastSteps.get(placeOf(pair)) ?? 0;
      if (steps > 0) this.waits++;
      log.waitedSteps = Math.max(log.waitedSteps, steps);
    }
    this.heedSettings(log, words, reply, mayEndHere);
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
    "power losses?": this.powerLosses,
    "writes waited for?": this.waits,
  });

  private noteClock(node: number, nowMs: number): void {
    if (nowMs > (this.latestMs.get(node) ?? 0)) this.latestMs.set(node, nowMs);
  }

  // SAVE says when it is done; whoever asks for a snapshot in the background is told that it began.
  private heedSettings(log: Log, words: readonly string[], reply: string, mayEndHere: boolean): void {
    const name = words[0]?.toLowerCase() ?? "";
    if (name === "config" && settingOfDisk.test(words.join(" "))) log.isUnclear = true;
    if (name === "save" || name === "bgsave" || name === "debug") log.maySave = true;
    if (name === "save" && reply.startsWith("+") && mayEndHere) log.savedSteps = log.steps.length;
  }

  private maybeJudge(node: number): void {
    if (this.pending.size === 0 || !this.pending.has(node)) return;
    const live = this.context.node(node);
    const log = this.logs.get(node);
    if (live === undefined || log === undefined) return;
    const before = this.pending.get(node);
    this.pending.delete(node);
    log.base = stateOf(live, log.config);
    for (const [place, content] of log.base) log.known.set(place, content);
    if (before === undefined) return;
    this.restarts++;
    log.hasHole = before.hasHole || lastFailureUs(before) < Number.POSITIVE_INFINITY;
    // With little memory a start evicts some of what it has loaded, and nobody is told before clients are let in.
    if (before.isUnclear || live.maxmemory() > 0) return;
    // Who starts again on a file with a hole reads it from the system, and cannot know of it.
    if (before.hasHole && before.ended?.how === "power-loss") return;
    const { fault, prefix } = faultOf(before, log.base, {
      nowMs: live.wallMs(),
      latestMs: this.latestMs.get(node) ?? 0,
    });
    const isKept = before.config["appendonly"] === "yes";
    if (isKept) this.recovered++;
    if (isKept && before.ended?.how === "power-loss") this.powerLosses++;
    if (fault === undefined) {
      if (isKept && prefix !== undefined) carry(before, prefix, log);
      return;
    }
    const how = before.ended?.how ?? "an end nobody told";
    const policy = isKept ? (before.config["appendfsync"] ?? "everysec") : "none";
    const text = `node ${node}, start ${log.generation} after ${how}, fsync ${policy}: ${fault.text}`;
    this.context.report({ kind: fault.kind, text });
  }
}

function isWaited(words: readonly string[], reply: string): boolean {
  return words[0]?.toLowerCase() === "waitaof" && reply.startsWith("*2\r\n:1\r\n");
}

/** Directives that say what is kept and where. */
const settingOfDisk = /appendonly|appendfsync|appenddirname|appendfilename|\bsave\b|\bdir\b|dbfilename/i;

/** The node's wall clock now, and the latest that it has ever shown. */
type Clock = { readonly nowMs: number; readonly latestMs: number };

type Fault = { readonly kind: string; readonly text: string };

function faultOf(
  log: Log,
  state: State,
  clock: Clock,
): { readonly fault: Fault | undefined; readonly prefix: number | undefined } {
  const least = vouchedFor(log);
  const { longest, difference } = longestPrefix(log, state, clock);
  const isKept = log.config["appendonly"] === "yes";
  if (!isKept && !log.maySave && longest !== 0 && comparable(log.base, state, clock) !== undefined) {
    const [place = ""] = [...state.keys()];
    const text = `${state.size} keys, ${quoted(place)} among them, which no start before has kept`;
    return { fault: { kind: "keys from nowhere", text }, prefix: undefined };
  }
  if (longest === undefined) {
    const text = `no prefix of ${log.steps.length} steps; ${difference}`;
    return { fault: { kind: "the state of no moment", text }, prefix: undefined };
  }
  if (longest >= least) return { fault: undefined, prefix: longest };
  const lost = log.steps[least - 1];
  const beforeMs = ((log.ended?.atUs ?? 0) - (lost?.ackedUs ?? 0)) / 1000;
  const text = `the state after ${longest} of ${log.steps.length} steps; step ${least}, ${quoted(lost?.words.join(" ") ?? "")}, was answered ${beforeMs} ms before the end`;
  return { fault: { kind: "an acknowledged write lost", text }, prefix: undefined };
}

// How many steps at least must have survived.
function vouchedFor(log: Log): number {
  const { config, ended, steps, savedSteps } = log;
  if (config["appendonly"] !== "yes") {
    if (ended?.how !== "stop" || (config["save"] ?? "") === "") return savedSteps;
    // The snapshot of an orderly end holds all that was answered; what runs after it is not answered any more.
    return Math.max(savedSteps, steps.findLastIndex(({ ackedUs }) => ackedUs <= ended.atUs) + 1);
  }
  const policy = config["appendfsync"] ?? "everysec";
  const endedUs = ended?.atUs ?? Number.POSITIVE_INFINITY;
  const { waitedSteps } = log;
  if (ended?.how === "power-loss" && policy === "no") return waitedSteps;
  const isAtRisk =
    ended?.how === "power-loss" && policy === "everysec"
      ? riskOf(log, endedUs)
      : (ackedUs: number) => ackedUs > endedUs;
  return Math.max(waitedSteps, steps.findLastIndex(({ ackedUs }) => !isAtRisk(ackedUs)) + 1);
}

// When a sync failed behind which no write was answered any more; Infinity: never.
function lastFailureUs({ steps, syncFailuresUs, ended }: Log): number {
  const endedUs = ended?.atUs ?? Number.POSITIVE_INFINITY;
  let lastUs = 0;
  for (const { atUs, ackedUs } of steps) if (ackedUs <= endedUs) lastUs = Math.max(lastUs, atUs);
  return Math.min(Number.POSITIVE_INFINITY, ...syncFailuresUs.filter((atUs) => atUs >= lastUs));
}

// What was answered in the last two seconds, and the period of the cron, in which the node and its disk could do
// something. After a sync that failed nothing is answered until all is safe again: so if nothing was, it is what was
// answered before that.
function riskOf(log: Log, endedUs: number): (ackedUs: number) => boolean {
  const { config, hindered } = log;
  const lossUs = EVERYSEC_LOSS_US + 1_000_000 / Number(config["hz"] ?? 10);
  const untilUs = Math.min(endedUs, lastFailureUs(log));
  return (ackedUs) => {
    if (ackedUs > endedUs) return true;
    let ableUs = untilUs - ackedUs;
    for (const { fromUs, toUs } of hindered)
      ableUs -= Math.max(0, Math.min(toUs, untilUs) - Math.max(fromUs, ackedUs));
    return ableUs < lossUs;
  };
}

// The longest prefix whose state is the recovered one; else what differs from the prefix that comes nearest. How many keys
// differ is counted on from step to step, since whole states would be compared too often.
function longestPrefix(
  { base, steps }: Log,
  state: State,
  clock: Clock,
): { readonly longest: number | undefined; readonly difference: string } {
  const now = new Map(base);
  const different = new Set<string>();
  const look = (place: string): void => {
    if (areSame(now.get(place), state.get(place), clock)) different.delete(place);
    else different.add(place);
  };
  for (const place of new Set([...base.keys(), ...state.keys()])) look(place);
  let longest: number | undefined = different.size === 0 ? 0 : undefined;
  let nearest = { size: Number.POSITIVE_INFINITY, difference: "" };
  const note = (steps: number, hint: string): void => {
    if (different.size >= nearest.size) return;
    const [place = ""] = different;
    const found = `${quoted(place)} holds ${shown(state.get(place))}, not ${shown(now.get(place))}`;
    const difference = `${different.size} keys differ from the state after ${steps}${hint}, ${found}`;
    nearest = { size: different.size, difference };
  };
  note(0, "");
  for (const [i, { changes, mayEndHere, words }] of steps.entries()) {
    for (const { place, content } of changes) {
      now.set(place, content);
      look(place);
    }
    if (mayEndHere && different.size === 0) longest = i + 1;
    const name = quoted(words.join(" "));
    if (longest === undefined) note(i + 1, `, ${name}${mayEndHere ? "" : ", inside of a transaction"}`);
  }
  return { longest, difference: nearest.difference };
}

function comparable(base: State, state: State, clock: Clock): string | undefined {
  return [...new Set([...base.keys(), ...state.keys()])].find(
    (place) => !areSame(base.get(place), state.get(place), clock),
  );
}

function areSame(a: Content, b: Content, clock: Clock): boolean {
  const [left, right] = [livingAt(a, clock.nowMs), livingAt(b, clock.nowMs)];
  if (left?.isOpen === true || right?.isOpen === true) return true;
  // Its time was over once, before the clock was set back: it may have been left out since.
  if (left === undefined || right === undefined) {
    const { expireAtMs = Number.POSITIVE_INFINITY } = left ?? right ?? { expireAtMs: 0 };
    if (expireAtMs <= clock.latestMs) return true;
  }
  return left?.text === right?.text && left?.expireAtMs === right?.expireAtMs;
}

function livingAt(content: Content, nowMs: number): Content {
  return content?.expireAtMs !== undefined && content.expireAtMs <= nowMs ? undefined : content;
}

function shown(content: Content): string {
  if (content === undefined) return "nothing";
  return content.expireAtMs === undefined
    ? quoted(content.text)
    : `${quoted(content.text)} until ${content.expireAtMs}`;
}

// With `always` before and after, nothing that was let out may be lost any more.
function carry(before: Log, prefix: number, log: Log): void {
  const areStrict = [before, log].every(({ config }) => config["appendfsync"] === "always");
  if (areStrict) return;
  const fromUs = (before.ended?.atUs ?? 0) - CARRIED_US;
  const first = before.steps.findIndex(({ atUs, mayEndHere }) => mayEndHere && atUs >= fromUs);
  if (first < 0 || first >= prefix) return;
  const base = new Map(before.base);
  for (const { changes } of before.steps.slice(0, first))
    for (const { place, content } of changes) base.set(place, content);
  log.base = base;
  log.steps.push(...before.steps.slice(first, prefix));
}

// What the call changed, by the reference model, which has been stepped over it.
function changesOf(log: Log, model: Model, { call }: NodeExecuted): Change[] {
  const { words, reply } = call;
  if (reply === "+QUEUED\r\n") return [];
  const command = commandOf(words);
  if (command === undefined) return [];
  const touched = command.isWrite ? touchedBy(words, reply) : undefined;
  if (touched === undefined && command.name !== "debug") return []; // Whatever runs other calls has had each of them told.
  const places =
    touched === undefined || touched.isAll
      ? allPlaces(log, model)
      : touched.keys.flatMap((key) => model.databases.map((_, db) => placeIn(db, key)));
  if (command.group === "scripting") places.push(...libraryPlaces(log, model));
  const changes: Change[] = [];
  for (const place of new Set(places)) {
    const content = contentAt(model, place);
    const known = log.known.get(place);
    if (isEqual(content, known)) continue;
    if (content === undefined) log.known.delete(place);
    else log.known.set(place, content);
    changes.push({ place, content });
  }
  return changes;
}

// Libraries of functions are kept as keys are.
function libraryPlaces(log: Log, model: Model): string[] {
  const known = [...log.known.keys()].filter((place) => place.startsWith(LIBRARY));
  return [...known, ...[...model.libraries.keys()].map((name) => LIBRARY + name)];
}

function libraryOf(code: string | undefined): Content {
  return code === undefined ? undefined : { text: code, expireAtMs: undefined, isOpen: false };
}

function allPlaces(log: Log, model: Model): string[] {
  const places = [...log.known.keys()];
  for (const [db, entries] of model.databases.entries()) {
    for (const [key] of entries) places.push(placeIn(db, key));
  }
  return places;
}

function contentAt(model: Model, place: string): Content {
  const blank = place.indexOf(" ");
  if (place.startsWith(LIBRARY)) return libraryOf(model.libraries.get(place.slice(LIBRARY.length)));
  const entry = model.databases[Number(place.slice(0, blank))]?.get(place.slice(blank + 1));
  return entry === undefined ? undefined : contentOf(entry);
}

function contentOf(entry: Entry): Content {
  const isOpen = entry.type === "hash" && entry.ends !== undefined && entry.ends.size > 0;
  const text = withoutTimes(comparableText(entry.type, plainValue(entry)));
  return { text, expireAtMs: entry.expireAtMs, isOpen };
}

// When a consumer of a stream was seen is nowhere in a log.
function withoutTimes(text: string): string {
  return text.startsWith("stream ") ? text.replace(/"\d{12,14}"/g, '"a time"') : text;
}

function isEqual(a: Content, b: Content): boolean {
  return a?.text === b?.text && a?.expireAtMs === b?.expireAtMs && a?.isOpen === b?.isOpen;
}

function placeIn(db: number, key: string): string {
  return `${db} ${key}`;
}

function stateOf(live: LiveNode, config: Readonly<Record<string, string>>): State {
  const state = new Map<string, Content>();
  for (let db = 0; db < Number(config["databases"] ?? 16); db++) {
    for (const [key, { value, expireAtMs }] of live.state(db))
      state.set(placeIn(db, key), { text: withoutTimes(value), expireAtMs, isOpen: false });
  }
  for (const [name, code] of live.libraries?.() ?? [])
    state.set(LIBRARY + name, { text: code, expireAtMs: undefined, isOpen: false });
  return state;
}
