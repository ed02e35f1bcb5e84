// Run: seeds performed one after the other, differences shrunk and filed, everything counted.
//
// Role: the work behind main.ts, for one process. What it finds is data, so that several processes can be added up.

import { Chance } from "../../compat/generator/chance.ts";
import { type Target, targets } from "../../compat/generator/declared.ts";
import { oracleCommands } from "../commands/registry.ts";
import { shown } from "../compare.ts";
import type { Difference } from "./difference.ts";
import { Drawer } from "./drawer.ts";
import { neverDrawn, notForStock } from "./exempt.ts";
import { InProcess } from "./in-process.ts";
import { type Operation, type Script, type Setting, writeOperation, writeSetting } from "./operation.ts";
import { type Options, repeatCommand } from "./options.ts";
import { OverTcp } from "./over-tcp.ts";
import { fileRegression, needsVirtualClock, readRegressions } from "./regressions.ts";
import { Shrinker } from "./shrink.ts";
import type { Subject } from "./subject.ts";
import { type Rows, Tally } from "./tally.ts";
import { type Outcome, Trial } from "./trial.ts";

/** A kind of difference that has come this often is not looked at any more in this run. */
const repeatedDifferencesMax = 300;
const progressMs = 10_000;
/** Operations that are drawn alike before the number of clients, keys and so on changes. */
const profileLengths = [200, 1000, 3000];

export type Found = {
  /** Command and kind of reply: differences with one signature are taken for one. */
  readonly signature: string;
  count: number;
  /** Operations performed in its seed when it first came. */
  readonly atOperation: number;
  readonly shrunkLength: number | undefined;
};

export type RunResult = {
  performed: number;
  regressions: number;
  differed: number;
  found: Found[];
  designed: Record<string, number>;
  rows: Rows;
  /** Processor time of this process since it began, all its threads together. */
  cpuSeconds: number;
};

export class Run {
  private readonly options: Options;
  private readonly subject: Subject;
  private readonly trial: Trial;
  private readonly tally = new Tally();
  private readonly drawn: readonly Target[];
  private readonly found = new Map<string, Found>();
  private drawer: Drawer | undefined;
  private performed = 0;
  private regressions = 0;
  private differed = 0;

  private constructor(options: Options, subject: Subject) {
    this.options = options;
    this.subject = subject;
    this.drawn = drawnTargets(options);
    this.trial = new Trial(subject, (fullName, words, actual) => {
      this.tally.add(fullName, words, actual);
      if (fullName === "xadd" && actual.startsWith("$") && !actual.startsWith("$-"))
        this.drawer?.keepId(actual.slice(actual.indexOf("\n") + 1, -2));
      if (fullName === "dump" && actual.length > 8 && actual.startsWith("$"))
        this.drawer?.keepPayload(actual.slice(actual.indexOf("\n") + 1, -2));
    });
  }

  static async start(options: Options): Promise<Run> {
    return new Run(options, await subjectOf(options));
  }

  /** Performs the seeds given, after the regression files when `hasRegressions`. */
  async perform(seeds: readonly number[], opsPerSeed: number, hasRegressions: boolean): Promise<RunResult> {
    try {
      if (hasRegressions) await this.performRegressions();
      for (const seed of seeds) {
        if (this.isOver()) break;
        await this.performSeed(seed, opsPerSeed);
      }
    } finally {
      await this.subject.stop();
    }
    return {
      performed: this.performed,
      regressions: this.regressions,
      differed: this.differed,
      found: [...this.found.values()],
      designed: Object.fromEntries(this.trial.designed),
      rows: this.tally.toRows(),
      cpuSeconds: cpuSeconds(),
    };
  }

  private isOver(): boolean {
    return this.found.size >= this.options.differencesMax || this.differed >= repeatedDifferencesMax;
  }

  // Each at every number of shards that is asked for. One that differs again is told, not shrunk.
  private async performRegressions(): Promise<void> {
    for (const { name, script } of readRegressions()) {
      if (!this.subject.hasVirtualClock && needsVirtualClock(script)) continue;
      for (const setting of this.settingsOf(script)) {
        this.regressions++;
        await this.trial.begin(setting);
        const difference = await this.trial.perform(script.operations);
        if (difference === undefined) continue;
        this.differed++;
        this.count(`regression ${name}`, 0, undefined);
        console.log(
          `DIFFERENCE in oracle/regressions/${name}\n${writeSetting(setting)}\n${tell(difference)}`,
        );
      }
    }
  }

  private settingsOf({ setting }: Script): Setting[] {
    const seed = setting?.seed ?? 1;
    const counts = this.subject.hasVirtualClock ? this.options.shards : [1];
    return [...new Set([...counts, ...(setting === undefined ? [] : [setting.shards])])].map((shards) => ({
      shards,
      seed,
    }));
  }

  // Stretches from an empty server to the comparison of all that is stored.
  private async performSeed(seed: number, ops: number): Promise<void> {
    const { options, trial } = this;
    const chance = new Chance(seed);
    const isStock = options.against.kind === "stock";
    const drawer = new Drawer({ chance, trial, targets: this.drawn, isStock });
    this.drawer = drawer;
    let done = 0;
    let nextToldMs = performance.now() + progressMs;
    for (let stretch = 0; done < ops && !this.isOver(); stretch++) {
      const shards = options.shards[stretch % options.shards.length] as number;
      const setting = { shards, seed: chance.u32() };
      await trial.begin(setting);
      const history: Operation[] = [];
      const length = Math.min(options.stateEvery, ops - done);
      let difference: Difference | undefined;
      if (stretch === 0) difference = await this.performBatch(drawer.rollCall(this.performed === 0), history);
      while (history.length < length && difference === undefined) {
        drawer.begin();
        const end = Math.min(history.length + chance.pick(profileLengths), length);
        while (history.length < end && difference === undefined) {
          const outcome = this.performBatch(drawer.batch(), history);
          difference = outcome instanceof Promise ? await outcome : outcome;
        }
      }
      if (difference === undefined) difference = await this.performBatch([{ kind: "state" }], history);
      done += history.length;
      this.performed += history.length;
      if (difference !== undefined) await this.settle(difference, history, { setting, seed, done });
      if (performance.now() > nextToldMs && !options.isQuiet) {
        nextToldMs = performance.now() + progressMs;
        console.log(`  seed ${seed}: ${done} operations, ${this.found.size} kinds of difference`);
      }
    }
  }

  private performBatch(batch: readonly Operation[], history: Operation[]): Outcome {
    const outcome = this.trial.perform(batch);
    if (outcome instanceof Promise) return outcome.then((difference) => noted(batch, history, difference));
    return noted(batch, history, outcome);
  }

  /** Counts a difference; one of a new kind is shrunk, filed and told. */
  private async settle(
    difference: Difference,
    history: readonly Operation[],
    at: { readonly setting: Setting; readonly seed: number; readonly done: number },
  ): Promise<void> {
    const { options, subject } = this;
    this.differed++;
    const signature = signatureOf(difference);
    const known = this.found.get(signature);
    if (known !== undefined) {
      known.count++;
      return;
    }
    console.log(`\nDIFFERENCE at operation ${at.done} of seed ${at.seed}, ${subject.label}`);
    console.log(`${writeSetting(at.setting)}\n${tell(difference)}`);
    const shrunk = options.isShrunk ? await this.shrink(history, at.setting, signature) : undefined;
    this.count(signature, at.done, shrunk?.operations.length);
    if (shrunk !== undefined) {
      console.log(`shortest that shows it (${shrunk.operations.length} operations):`);
      for (const operation of shrunk.operations) console.log(`  ${writeOperation(operation, 160)}`);
      if (options.isFiled) {
        const remarks = [shrunk.difference.reason, `met by: ${repeatCommand(options, at.seed, at.done)}`];
        const command = commandOf(shrunk.difference);
        const setting = subject.hasVirtualClock ? at.setting : undefined;
        const path = fileRegression({ command, remarks, setting, operations: shrunk.operations });
        console.log(`filed as ${path}`);
      }
    } else if (options.isShrunk) {
      console.log("it does not come again when the operations are repeated; the last ones:");
      for (const operation of history.slice(-20)) console.log(`  ${writeOperation(operation, 160)}`);
    }
    console.log(`repeat: ${repeatCommand(options, at.seed, at.done)}`);
  }

  private async shrink(
    history: readonly Operation[],
    setting: Setting,
    signature: string,
  ): Promise<{ readonly operations: readonly Operation[]; readonly difference: Difference } | undefined> {
    let latest: Difference | undefined;
    await this.trial.begin(setting);
    const startMs = this.subject.hasVirtualClock ? this.subject.nowMs() : undefined;
    const quiet = history.map((each) => (each.kind === "call" ? { ...each, fullName: "" } : each));
    const test = async (operations: readonly Operation[]): Promise<Difference | undefined> => {
      await this.trial.begin(setting);
      const again = await this.trial.perform(operations);
      if (again === undefined || !isOneKind(signatureOf(again), signature)) return undefined;
      latest = again;
      return again;
    };
    const shrinker = new Shrinker(quiet, test, { startMs });
    const { operations, doesRepeat } = await shrinker.run();
    return doesRepeat && latest !== undefined ? { operations, difference: latest } : undefined;
  }

  private count(signature: string, atOperation: number, shrunkLength: number | undefined): void {
    const known = this.found.get(signature);
    if (known === undefined) this.found.set(signature, { signature, count: 1, atOperation, shrunkLength });
    else known.count++;
  }
}

/** The commands of which calls are drawn. */
export function drawnTargets({ only, against }: Options): readonly Target[] {
  const drawn = targets.filter(({ fullName }) => {
    if (fullName in neverDrawn || !oracleCommands.has(fullName)) return false;
    if (against.kind === "stock" && fullName in notForStock) return false;
    return only.length === 0 || only.includes(fullName);
  });
  if (drawn.length === 0) throw new Error(`no such command: ${only.join(", ")}`);
  return drawn;
}

async function subjectOf({ against, portBase }: Options): Promise<Subject> {
  if (against.kind === "server") return new InProcess();
  if (against.kind === "stock") return OverTcp.startStock(portBase);
  return OverTcp.at(against.host, against.port);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

// A batch that was performed, up to the difference if there was one, is part of the history.
function noted(
  batch: readonly Operation[],
  history: Operation[],
  found: Difference | undefined,
): Difference | undefined {
  const performed = found === undefined ? batch.length : found.index + 1;
  for (let i = 0; i < performed; i++) history.push(batch[i] as Operation);
  return found;
}

/** What RESP2 has in place of RESP3's sets, maps, pushes and doubles. */
const kindsOfLater: Readonly<Record<string, string>> = { "~": "*", "%": "*", ">": "*", ",": "$" };

// Two differences are of one kind when the same command differs in the same way.
function signatureOf(difference: Difference): string {
  const kind = (text: string): string => {
    if (text.startsWith("-")) return /^-\w+ \w*/.exec(text)?.[0] ?? "-";
    // In either protocol the same, or a client's HELLO could not be left out.
    if (/^([$*]-1|_)\r/.test(text)) return "_";
    const letter = text.slice(0, 1);
    return kindsOfLater[letter] ?? letter;
  };
  const { reason, expected, actual } = difference;
  const special =
    /^(state|the walk|more came|no answer|the server broke|the oracle broke)/.exec(reason)?.[0] ?? "";
  return `${commandOf(difference)} ${special} ${kind(expected)} / ${kind(actual)}`;
}

// A key that SCAN gives too often or never shows in one reply, or at the end of a walk, as it happens.
function isOneKind(one: string, other: string): boolean {
  return one === other || (one.startsWith("scan ") && other.startsWith("scan "));
}

function commandOf({ words }: Difference): string {
  const [first = "", second = ""] = words.map((word) => word.toLowerCase());
  const isContainer = targets.some(({ fullName }) => fullName.startsWith(`${first}|`));
  const known = targets.some(({ fullName }) => fullName === first || fullName.startsWith(`${first}|`));
  if (!known) return "unknown";
  return isContainer && second !== "" ? `${first} ${second.slice(0, 20)}` : first;
}

function tell({ words, reason, expected, actual }: Difference): string {
  return [
    `  call:     ${shown(words.map((word) => JSON.stringify(word)).join(" "))}`,
    `  reason:   ${reason}`,
    `  expected: ${shown(expected)}`,
    `  actual:   ${shown(actual)}`,
  ].join("\n");
}
