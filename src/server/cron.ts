// Cron: what happens by itself, `hz` times a second, in slices bounded by a time budget: expiry, giving memory
// back, idle clients, sampled rates. When a slice ends with work left the next one comes a millisecond later.

import type { Clock } from "../env/clock.ts";
import { Defragmenter } from "../keyspace/defrag.ts";
import { runExpireCycle } from "../keyspace/expire-cycle.ts";
import { type Probe, silentProbe } from "../lib/probe.ts";
import type { Server } from "./server.ts";

/** For all of it in one run. Active expiry has as many times more as active-expire-effort says. */
const BUDGET_US = 600;
const BUSY_DELAY_US = 1000;
const KINDS_OF_WORK = 3; // expiry, giving memory back, compacting
const FREES_PER_LOOK = 32;
/** What is begun last may be the unmapping of a segment, which takes most of a millisecond more. */
const RELEASE_US_MAX = 250;
const SAMPLES = 16;

export class Cron {
  private readonly server: Server;
  private readonly clock: Clock;
  private readonly probe: Probe;
  private readonly defragmenters: readonly Defragmenter[];
  private nextTickUs = 0;
  private isStopped = false;
  /** The kind of work that comes first. */
  private first = 0;
  private readonly samples = { operations: [] as number[], input: [] as number[], output: [] as number[] };
  private last = { atUs: 0, operations: 0, input: 0, output: 0 };

  constructor(server: Server, clock: Clock, probe: Probe = silentProbe) {
    this.server = server;
    this.clock = clock;
    this.probe = probe;
    this.defragmenters = server.coordinator.shards.map((shard) => new Defragmenter(shard.databases));
  }

  start(): void {
    this.nextTickUs = this.clock.monotonicUs();
    this.run();
  }

  stop(): void {
    this.isStopped = true;
  }

  private run(): void {
    if (this.isStopped) return;
    const { server, clock } = this;
    const startUs = clock.monotonicUs();
    server.setTime();
    const nowMs = server.everything.nowMs;
    if (startUs >= this.nextTickUs) {
      this.nextTickUs = startUs + 1_000_000 / server.config.hz;
      this.sample(startUs);
      server.hub.tick(nowMs);
      server.persistence.tick();
      server.replication.tick();
      server.stats.peakUsedBytes = Math.max(server.stats.peakUsedBytes, server.usedBytes());
    }
    server.clientPause.maybeEnd();
    let hasMore = server.memory.maybeEvict();
    // Each kind of work comes first in its turn, so that none waits for the others for ever.
    this.first = (this.first + 1) % KINDS_OF_WORK;
    for (let i = 0; i < KINDS_OF_WORK; i++) {
      const leftUs = startUs + BUDGET_US - clock.monotonicUs();
      if (i > 0 && leftUs <= 0) {
        hasMore = true;
        break;
      }
      hasMore = this.work((this.first + i) % KINDS_OF_WORK, Math.max(leftUs, BUDGET_US / 4)) || hasMore;
    }
    if (server.tracking.isDue) server.tracking.broadcast();
    server.turns.add(startUs, clock.monotonicUs());
    let delayUs = hasMore ? BUSY_DELAY_US : this.nextTickUs - clock.monotonicUs();
    if (server.isPaused) delayUs = Math.min(delayUs, server.clientPause.endsUs - clock.monotonicUs());
    clock.after(Math.max(BUSY_DELAY_US, delayUs), () => this.run());
  }

  // Does some of one kind of work, for about `budgetUs`; true when there is more.
  private work(kind: number, budgetUs: number): boolean {
    if (kind === 0) return this.expire(budgetUs);
    return kind === 1 ? this.release(budgetUs) : this.defragment(budgetUs);
  }

  private expire(allowedUs: number): boolean {
    const { server, clock, probe } = this;
    if (!server.isActiveExpire || server.isPaused || server.isBusy || probe.buggify("expire.skip-cycle"))
      return false;
    const startUs = clock.monotonicUs();
    const databases = server.coordinator.shards.map((shard) => shard.databases);
    const budgetUs = probe.buggify("expire.budget-one") ? 0 : allowedUs * server.config.activeExpireEffort;
    const untilUs = startUs + budgetUs;
    const hasMore = runExpireCycle(databases, { monotonicUs: () => clock.monotonicUs(), untilUs });
    if (hasMore) {
      probe.mark("expire.cycle-cut");
      server.stats.expireCyclesCut++;
    }
    const tookUs = clock.monotonicUs() - startUs;
    server.stats.expireCyclesUs += tookUs;
    server.latency.maybeAdd("expire-cycle", tookUs / 1000, server.access.seconds);
    return hasMore;
  }

  // Blocks of flushed databases and dropped segments.
  private release(budgetUs: number): boolean {
    const untilUs = this.clock.monotonicUs() + Math.min(budgetUs, RELEASE_US_MAX);
    for (const { databases } of this.server.coordinator.shards) {
      if (databases.doomed.length > 0) this.probe.mark("release.flushed");
      while (databases.freeSome(this.probe.buggify("release.slow") ? 1 : FREES_PER_LOOK)) {
        if (this.clock.monotonicUs() < untilUs && !this.probe.buggify("release.slow")) continue;
        return true;
      }
    }
    return false;
  }

  private defragment(budgetUs: number): boolean {
    let hasMore = false;
    if (this.server.persistence.isSaving) return false; // A snapshot knows entries by their places.
    for (const defragmenter of this.defragmenters) {
      hasMore = defragmenter.step(budgetUs, () => this.clock.monotonicUs()) || hasMore;
    }
    return hasMore;
  }

  // Rates over the last SAMPLES ticks, as INFO's instantaneous figures.
  private sample(nowUs: number): void {
    const { stats } = this.server;
    const seconds = (nowUs - this.last.atUs) / 1e6;
    if (this.last.atUs !== 0 && seconds > 0) {
      push(this.samples.operations, (stats.commandsProcessed - this.last.operations) / seconds);
      push(this.samples.input, (stats.inputBytes - this.last.input) / seconds / 1024);
      push(this.samples.output, (stats.outputBytes - this.last.output) / seconds / 1024);
      stats.opsPerSecond = Math.max(0, Math.round(average(this.samples.operations)));
      stats.inputKbps = Math.max(0, average(this.samples.input));
      stats.outputKbps = Math.max(0, average(this.samples.output));
    }
    this.last = {
      atUs: nowUs,
      operations: stats.commandsProcessed,
      input: stats.inputBytes,
      output: stats.outputBytes,
    };
  }
}

function push(samples: number[], value: number): void {
  samples.push(value);
  if (samples.length > SAMPLES) samples.shift();
}

function average(samples: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] as number;
  return samples.length === 0 ? 0 : sum / samples.length;
}
