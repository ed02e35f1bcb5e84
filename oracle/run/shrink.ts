// Shrink: the shortest list of operations found that still shows a difference, with the plainest arguments.
//
// Role: delta debugging. What probably has nothing to do with it is left out first (reads; calls about other keys), then
// pieces of the rest, large ones first, as long as `test` says that the same difference still comes; then clients, pipelines, times and words are made plainer one by one, and pieces are left out again.
// Bounded by replays and by processor time: a shrunk list is a courtesy, not a proof.

import { targets } from "../../compat/generator/declared.ts";
import type { Operation } from "./operation.ts";

/** The operation that showed the difference and the call that did, or undefined when the difference did not come. */
export type Test = (
  operations: readonly Operation[],
) => Promise<{ readonly index: number; readonly words: readonly string[] } | undefined>;

export type Shrunk = {
  readonly operations: readonly Operation[];
  readonly doesRepeat: boolean;
  readonly replays: number;
};

export type ShrinkOptions = {
  /** What the server's clock says when a replay begins; undefined: that is not the same each time. */
  readonly startMs?: number | undefined;
  readonly replaysMax?: number;
  readonly cpuMsMax?: number;
};

const plainWords = ["", "a", "b", "0", "1"];
/** Of SCAN. */
const allKeys = "1000";
const firstStepCounts = ["1", "2", "4", "10"];

export class Shrinker {
  private kept: readonly Operation[];
  /** The call that differed in the latest replay. */
  private shown: readonly string[] = [];
  private replays = 0;
  private readonly test: Test;
  private readonly startMs: number | undefined;
  private readonly replaysMax: number;
  private readonly cpuMsMax: number;
  private readonly cpuAtStart = process.cpuUsage();

  constructor(operations: readonly Operation[], test: Test, options: ShrinkOptions = {}) {
    const { startMs, replaysMax = 3000, cpuMsMax = 30_000 } = options;
    this.kept = operations;
    this.test = test;
    this.startMs = startMs;
    this.replaysMax = replaysMax;
    this.cpuMsMax = cpuMsMax;
  }

  async run(): Promise<Shrunk> {
    const doesRepeat = await this.takes(this.kept);
    if (!doesRepeat) return { operations: this.kept, doesRepeat, replays: this.replays };
    // Most differences need few operations, and those near the end: a short tail is tried first.
    for (const size of [1, 4, 16, 64, 256, 1024]) {
      if (size < this.kept.length && (await this.takes(this.kept.slice(-size)))) break;
    }
    await this.leaveOutUnrelated();
    await this.leaveOut();
    for (let before = Number.POSITIVE_INFINITY; this.kept.length < before && !this.isOver(); ) {
      before = this.kept.length;
      await this.makePlain();
      await this.leaveOut();
    }
    return { operations: this.kept, doesRepeat, replays: this.replays };
  }

  private isOver(): boolean {
    if (this.replays >= this.replaysMax) return true;
    const { user, system } = process.cpuUsage(this.cpuAtStart);
    return (user + system) / 1000 > this.cpuMsMax;
  }

  /** Keeps a candidate that shows the difference, cut behind it. */
  private async takes(pieces: readonly Operation[]): Promise<boolean> {
    const candidate = mergedSteps(pieces);
    if (candidate.length === 0 || this.isOver()) return false;
    this.replays++;
    const shown = await this.test(candidate);
    if (shown === undefined) return false;
    this.kept = candidate.slice(0, shown.index + 1);
    this.shown = shown.words;
    return true;
  }

  private async leaveOutUnrelated(): Promise<void> {
    const last = this.kept.length - 1;
    if (last < 16) return;
    await this.takes(this.kept.filter((each, i) => i === last || !isRead(each)));
    // Calls that share a word with the one that differed; if these are too few, also those that share one with them.
    let words = new Set(this.shown.slice(1));
    for (let hops = 0; hops < 2 && words.size > 0; hops++) {
      const end = this.kept.length - 1;
      const related = this.kept.filter((each, i) => i === end || isRelated(each, words));
      if (await this.takes(related)) return;
      words = new Set(related.flatMap((each) => (each.kind === "call" ? each.words.slice(1) : [])));
    }
  }

  // The clock's steps stay, or all that follows would happen at another time; each may go by itself at last.
  private async leaveOut(): Promise<void> {
    for (let size = Math.ceil(this.kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = this.kept.length - 1 - size; at > -size && !this.isOver(); at -= size) {
        const from = Math.max(at, 0);
        const left = this.kept.slice(from, at + size);
        const steps = left.length > 1 ? left.filter(({ kind }) => kind === "advance") : [];
        await this.takes([...this.kept.slice(0, from), ...steps, ...this.kept.slice(at + size)]);
      }
    }
  }

  private async makePlain(): Promise<void> {
    const { kept } = this;
    await this.takes(kept.map((each) => (each.kind === "call" ? { ...each, isPipelined: false } : each)));
    await this.takes(this.kept.map((each) => ("client" in each ? { ...each, client: 0 } : each)));
    await this.makeWalkShort();
    await this.makeDatesSpans();
    for (let i = 0; i < this.kept.length && !this.isOver(); i++) {
      const each = this.kept[i] as Operation;
      if (each.kind === "advance") {
        for (const ms of [1, 10, 100, 1000])
          if (ms < each.ms && (await this.replaced(i, { ...each, ms }))) break;
      }
      if (each.kind === "call") await this.makeCallPlain(i);
    }
  }

  // A walk that gives all at once needs neither its beginning nor what made it long; one whose first step gives little and
  // whose last all the rest needs few keys.
  private async makeWalkShort(): Promise<void> {
    const last = this.kept.findLastIndex(isWalk);
    if (last < 0) return;
    const rest = this.kept.filter((each, i) => i === last || !isWalk(each));
    if (await this.takes(rest.map((each) => counting(each, allKeys)))) return;
    if (await this.takes(this.kept.map((each) => counting(each, allKeys)))) return;
    for (const count of firstStepCounts) {
      const end = this.kept.length - 1;
      const steps = this.kept.map((each, i) => counting(each, i === end ? allKeys : count));
      if (await this.takes(steps)) return;
    }
  }

  // A date becomes the time until it, so that the steps of the clock before it can go.
  private async makeDatesSpans(): Promise<void> {
    if (this.startMs === undefined) return;
    let nowMs = this.startMs;
    for (let i = 0; i < this.kept.length && !this.isOver(); i++) {
      const each = this.kept[i] as Operation;
      if (each.kind === "advance") nowMs += each.ms;
      if (each.kind !== "call") continue;
      const words = withSpan(each.words, nowMs);
      if (words !== undefined) await this.replaced(i, { ...each, words });
    }
  }

  private async makeCallPlain(index: number): Promise<void> {
    await this.leaveOutWords(index);
    for (let at = this.wordsAt(index).length - 1; at >= 1 && !this.isOver(); at--) {
      const words = this.wordsAt(index);
      const word = words[at] as string;
      if (plainWords.includes(word) || word.length <= 2) continue;
      let isPlain = false;
      for (const plain of plainWords) {
        isPlain = await this.withWords(index, words.with(at, plain));
        if (isPlain) break;
      }
      for (let size = 1; !isPlain && size < word.length && word.length > 16; size *= 4) {
        isPlain = await this.withWords(index, words.with(at, word.slice(0, size)));
      }
    }
  }

  // Groups of arguments first: many stand for something only together.
  private async leaveOutWords(index: number): Promise<void> {
    for (const size of [64, 32, 16, 8, 6, 5, 4, 3, 2, 1]) {
      const step = size >= 8 ? size : 1;
      for (let at = this.wordsAt(index).length - size; at >= 1 && !this.isOver(); at -= step) {
        await this.withWords(index, this.wordsAt(index).toSpliced(at, size));
      }
    }
  }

  private wordsAt(index: number): readonly string[] {
    const operation = this.kept[index];
    return operation?.kind === "call" ? operation.words : [];
  }

  private withWords(index: number, words: readonly string[]): Promise<boolean> {
    const operation = this.kept[index];
    return operation?.kind === "call"
      ? this.replaced(index, { ...operation, words })
      : Promise.resolve(false);
  }

  private replaced(index: number, operation: Operation): Promise<boolean> {
    return this.takes(this.kept.with(index, operation));
  }
}

// Steps of the clock that follow each other are one step: else none could be left out without moving what follows.
function mergedSteps(operations: readonly Operation[]): Operation[] {
  const merged: Operation[] = [];
  for (const operation of operations) {
    const before = merged.at(-1);
    if (operation.kind === "advance" && before?.kind === "advance")
      merged[merged.length - 1] = { kind: "advance", ms: before.ms + operation.ms };
    else merged.push(operation);
  }
  return merged;
}

/** Options and commands with a date, milliseconds in its unit, and what takes a time from now on in milliseconds. */
const dates: Readonly<Record<string, readonly [unitMs: number, instead: string]>> = {
  exat: [1000, "PX"],
  pxat: [1, "PX"],
  expireat: [1000, "PEXPIRE"],
  pexpireat: [1, "PEXPIRE"],
};

// EXPIREAT's date stands behind its key, that of an option right behind the option.
function withSpan(words: readonly string[], nowMs: number): readonly string[] | undefined {
  for (let i = 0; i < words.length; i++) {
    const date = dates[words[i]?.toLowerCase() ?? ""];
    if (date === undefined) continue;
    const at = i === 0 ? 2 : i + 1;
    const ms = Number(words[at]) * date[0] - nowMs;
    if (Number.isSafeInteger(ms) && ms > 0) return words.with(i, date[1]).with(at, `${ms}`);
  }
  return undefined;
}

const isWriteByName = new Map(targets.map(({ words, isWrite }) => [words[0] as string, isWrite]));
const dataGroups: ReadonlySet<string> = new Set(["server", "connection"]);
const isAboutData = new Map(targets.map(({ words, group }) => [words[0] as string, !dataGroups.has(group)]));

function isWalk({ kind }: Operation): boolean {
  return kind === "scan" || kind === "walk";
}

function counting(each: Operation, count: string): Operation {
  return each.kind === "scan" || each.kind === "walk" ? { ...each, options: ["COUNT", count] } : each;
}

function isRead(operation: Operation): boolean {
  if (operation.kind === "walk" || operation.kind === "scan") return true;
  if (operation.kind !== "call") return false;
  const name = operation.words[0]?.toLowerCase() ?? "";
  return isAboutData.get(name) === true && isWriteByName.get(name) === false;
}

// Calls without keys (SELECT, FLUSHALL, HELLO ...) and everything that is no call may matter to any key.
function isRelated(operation: Operation, words: ReadonlySet<string>): boolean {
  if (operation.kind !== "call") return true;
  const name = operation.words[0]?.toLowerCase() ?? "";
  return isAboutData.get(name) !== true || operation.words.some((word, i) => i > 0 && words.has(word));
}
