// Rounds: a server is ended in the middle of writing, started again on its folder, and must hold what was promised.
//
// Role: a series has one folder, one policy, and one server at a time; what it held at the end of a round is where the
// next begins. Writers, a queue with clients that block for it, and somebody who asks for rewrites and snapshots are at
// work when it ends: mostly by SIGKILL, now and then by SIGTERM or SHUTDOWN. Now and then it is also killed
// while it starts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chance } from "../generator/chance.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest } from "../resp/request.ts";
import { ask, type Held, readHeld, settle } from "./held.ts";
import { type Account, judgeComplete, judgeMoment, type Verdict } from "./judge.ts";
import { Life } from "./life.ts";
import { emptyModel, type Model } from "./model.ts";
import { Queue } from "./queue.ts";
import { libraryCode, type Offer, StepDrawing } from "./steps.ts";
import { Writer } from "./writer.ts";

export type Policy = "always" | "everysec" | "no" | "rdb";
export const policies: readonly Policy[] = ["always", "everysec", "no", "rdb"];

export type SeriesOptions = {
  readonly policy: Policy;
  readonly rounds: number;
  readonly seed: number;
  readonly port: number;
  readonly command: readonly string[];
  /** Whether the number of shards may be drawn anew for each start. */
  readonly hasShards: boolean;
  readonly report: (line: string) => void;
};

export type SeriesCounts = { rounds: number; failed: number; acked: number; unacked: number; kept: number };

type Ending = "kill" | "terminate" | "shutdown";

const writerCount = 5;
const loadMsMin = 20;
const loadMsMax = 400;

/** Runs a series until its rounds are over, or one has failed: what follows a failure says nothing. */
export async function runSeries(options: SeriesOptions): Promise<SeriesCounts> {
  const folder = mkdtempSync(join(tmpdir(), "durability-"));
  const series = new Series(options, folder);
  const counts: SeriesCounts = { rounds: 0, failed: 0, acked: 0, unacked: 0, kept: 0 };
  let isFine = false;
  try {
    await series.begin();
    while (counts.rounds < options.rounds) {
      const faults = await series.round(counts);
      counts.rounds++;
      if (faults.length === 0) continue;
      counts.failed++;
      for (const line of faults) options.report(line);
      break;
    }
    isFine = counts.failed === 0;
  } catch (error) {
    counts.failed++;
    options.report(`FAIL ${options.policy}, round ${counts.rounds + 1}: ${(error as Error).message}`);
  } finally {
    await series.end();
    if (isFine) rmSync(folder, { recursive: true, force: true });
    else options.report(`  the folder is left as it is: ${folder}`);
  }
  return counts;
}

class Series {
  private readonly options: SeriesOptions;
  private readonly folder: string;
  private readonly chance: Chance;
  private readonly models: Model[] = Array.from({ length: writerCount }, emptyModel);
  private offer: Offer = { hasFieldExpiry: false, hasFunction: true };
  private life: Life | undefined;
  private drawn = 0;
  private number = 0;

  constructor(options: SeriesOptions, folder: string) {
    this.options = options;
    this.folder = folder;
    this.chance = new Chance(options.seed);
  }

  async begin(): Promise<void> {
    this.life = this.spawn();
    await this.life.untilServing();
    const control = await this.open();
    const [, known] = await ask(control, [["PING"], ["COMMAND", "INFO", "HPEXPIRE"]]);
    this.offer = { hasFieldExpiry: (known?.items[0]?.items.length ?? 0) > 0, hasFunction: true };
    await ask(control, [["FUNCTION", "LOAD", "REPLACE", libraryCode]]);
    if (this.options.policy === "rdb") await ask(control, [["SAVE"]]);
    control.close();
  }

  async end(): Promise<void> {
    this.life?.signal("SIGKILL");
    await this.life?.untilEnded();
  }

  /** One round; lines about what was wrong. */
  async round(counts: SeriesCounts): Promise<string[]> {
    const { chance, options, life } = this;
    if (life === undefined) throw new Error("not begun");
    this.number++;
    const ending: Ending = chance.oneIn(5) ? chance.pick(["terminate", "shutdown"] as const) : "kill";
    const loadMs = chance.between(loadMsMin, loadMsMax);
    const title = `${options.policy}, round ${this.number}, ${ending} after ${loadMs} ms`;

    const writers = this.models.map((_, i) => new Writer({ dbs: [i, i + writerCount] }));
    const queue = new Queue(this.drawn);
    const keeping = new Keeping(options.policy, new Chance(chance.u32()));
    const drawings = writers.map(
      ({ place }) => new StepDrawing(new Chance(chance.u32()), place, this.offer, this.drawn),
    );
    const work = [
      ...writers.map((writer, i) =>
        writer.run(options.port, new Chance(chance.u32()), drawings[i] as StepDrawing),
      ),
      queue.run(options.port),
      keeping.run(options.port),
    ];
    await new Promise((resolve) => setTimeout(resolve, loadMs));
    const faults = await this.endLife(life, ending, keeping);
    await Promise.all(work);
    const endedMs = Date.now();
    this.drawn = Math.max(queue.count, ...drawings.map(({ count }) => count));

    await this.restart();
    const control = await this.open();
    const accounts = writers.map(
      ({ told, acked }, i): Account => ({ base: this.models[i] as Model, told, acked, endedMs }),
    );
    const helds: Held[] = [];
    for (const { place } of writers)
      helds.push(await readHeld(control, place.dbs, this.offer.hasFieldExpiry));
    const isOlder = options.policy === "rdb" && ending === "kill";
    const verdicts = isOlder
      ? judgeMoment(accounts, helds, keeping.savedFromMs)
      : accounts.map((account, i) => judgeComplete(account, helds[i] as Held));
    for (const [i, verdict] of verdicts.entries()) {
      const { acked, told } = accounts[i] as Account;
      counts.acked += acked;
      counts.unacked += told.length - acked;
      if (verdict.ok) counts.kept += verdict.steps;
      else faults.push(`writer ${i}: ${verdict.text}`);
      this.adopt(i, verdict, helds[i] as Held);
    }
    const strange = await queue.judge(control, isOlder);
    if (strange !== undefined) faults.push(strange);
    for (const [i, { fault }] of writers.entries())
      if (fault !== undefined) faults.push(`writer ${i}: ${fault}`);
    // A snapshot that is as old as this would bring the queue back after the next round.
    if (options.policy === "rdb") await ask(control, [["SAVE"]]);
    control.close();
    return faults.map((text) => `FAIL ${title}: ${text}`);
  }

  private adopt(i: number, verdict: Verdict, held: Held): void {
    if (!verdict.ok) return;
    settle(verdict.model, held);
    this.models[i] = verdict.model;
  }

  private async endLife(life: Life, ending: Ending, keeping: Keeping): Promise<string[]> {
    const { policy } = this.options;
    if (life.hasEnded) return [`it ended by itself; its log ends:\n${life.logTail()}`];
    if (ending === "kill") {
      life.signal("SIGKILL");
      keeping.rest();
      await life.untilEnded();
      return [];
    }
    keeping.rest();
    const control = await this.open();
    if (policy === "rdb" && ending === "terminate")
      await ask(control, [["CONFIG", "SET", "save", "3600 100000000"]]);
    if (ending === "terminate") life.signal("SIGTERM");
    else control.send(encodeRequest(policy === "rdb" ? ["SHUTDOWN", "SAVE"] : ["SHUTDOWN"]));
    const isOrderly = await life.untilEnded();
    const told = control.unread.toString("latin1");
    control.close();
    if (isOrderly && life.exitCode === 0) return [];
    return [
      `it did not end as it was asked to (exit code ${life.exitCode}, ${told}); its log ends:\n${life.logTail()}`,
    ];
  }

  // Now and then the first start is killed too: nothing may be lost by loading.
  private async restart(): Promise<void> {
    const { chance } = this;
    if (chance.oneIn(6)) {
      const early = this.spawn();
      this.life = early;
      await new Promise((resolve) => setTimeout(resolve, chance.between(20, 400)));
      if (early.hasEnded) throw new Error(`it ended while it started; its log ends:\n${early.logTail()}`);
      early.signal("SIGKILL");
      await early.untilEnded();
    }
    this.life = this.spawn();
    await this.life.untilServing();
  }

  private spawn(): Life {
    const { command, port, policy, hasShards } = this.options;
    const { chance, folder } = this;
    const flags = ["--save", ""];
    if (policy !== "rdb") flags.push("--appendonly", "yes", "--appendfsync", policy);
    if (policy !== "rdb" && chance.oneIn(2))
      flags.push("--auto-aof-rewrite-min-size", "64kb", "--auto-aof-rewrite-percentage", "50");
    if (hasShards) flags.push("--shards", `${chance.between(1, 3)}`);
    return Life.spawn({ command, port, folder, flags });
  }

  private open(): Promise<RawConnection> {
    return RawConnection.open({ port: this.options.port });
  }
}

// Asks for rewrites, or for snapshots, while the others write.
class Keeping {
  /** A snapshot of this moment, or a later one, is known to be there. */
  savedFromMs = Number.NEGATIVE_INFINITY;
  private readonly policy: Policy;
  private readonly chance: Chance;
  private isEnding = false;

  constructor(policy: Policy, chance: Chance) {
    this.policy = policy;
    this.chance = chance;
  }

  rest(): void {
    this.isEnding = true;
  }

  async run(port: number): Promise<void> {
    const { chance, policy } = this;
    if (policy !== "rdb" && chance.oneIn(2)) return;
    const connection = await RawConnection.open({ port }).catch(() => undefined);
    while (connection !== undefined && !this.isEnding) {
      await new Promise((resolve) => setTimeout(resolve, chance.between(1, 120)));
      if (this.isEnding) break;
      const words = policy !== "rdb" ? ["BGREWRITEAOF"] : chance.oneIn(4) ? ["SAVE"] : ["BGSAVE"];
      const fromMs = Date.now();
      connection.send(encodeRequest(words));
      const [raw] = await connection.take(1);
      if (raw === undefined) break;
      const isBegun = raw[0] === 43;
      if (isBegun && policy === "rdb" && (await this.isSaved(connection))) this.savedFromMs = fromMs;
    }
    connection?.close();
  }

  private async isSaved(connection: RawConnection): Promise<boolean> {
    for (;;) {
      connection.send(encodeRequest(["INFO", "persistence"]));
      const [raw] = await connection.take(1);
      if (raw === undefined) return false;
      const { text } = parseFrame(raw);
      if (text.includes("rdb_bgsave_in_progress:0")) return text.includes("rdb_last_bgsave_status:ok");
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }
}
