// Memory limit: keeping to `maxmemory` by removing keys, before a request runs and from the cron.
//
// Role: when keys have to go and for how long that may take at once; which keys is the evictor's to say.
// Invariant: while the data must stay as it is (clients are paused, a script is suspended, data is loaded) none goes.

import type { Env } from "../env/env.ts";
import type { Databases } from "../keyspace/databases.ts";
import { Evictor } from "../keyspace/eviction.ts";
import type { Server } from "./server.ts";

export class MemoryLimit {
  private readonly env: Env;
  private readonly server: Server;
  private readonly evictor: Evictor;

  /** Of a server that has its `rng` and `access` by now. */
  constructor(env: Env, server: Server, databases: readonly Databases[]) {
    this.env = env;
    this.server = server;
    this.evictor = new Evictor(databases, server.access, server.rng.fork("evict"));
  }

  /** True when memory is, or could be brought, under the limit. */
  makeRoom(limit: number): boolean {
    const { server } = this;
    if (server.usedBytes() <= limit) return true;
    const { clock, probe } = this.env;
    const isPaused = server.isPaused && clock.monotonicUs() < server.clientPause.endsUs;
    if (server.isBusy || server.persistence.isLoading || isPaused) return true;
    const untilUs = clock.monotonicUs() + evictionBudgetUs(server.config.maxmemoryEvictionTenacity);
    const isShort = probe.buggify("evict.stop-early");
    server.tracking.isBeforeRequest = true;
    const isUnder = this.evictor.evictUntil(
      limit,
      server.config,
      () => server.usedBytes(),
      () => isShort || clock.monotonicUs() >= untilUs,
      isShort ? 1 : undefined,
    );
    server.tracking.isBeforeRequest = false;
    if (this.evictor.evictedKeys !== server.stats.evictedKeys) probe.mark("evict.some");
    server.stats.evictedKeys = this.evictor.evictedKeys;
    if (isUnder && server.usedBytes() > limit) probe.mark("evict.out-of-time");
    return isUnder;
  }

  /** Goes on with an eviction that ran out of its time; the cron calls it. True when more is to be done. */
  maybeEvict(): boolean {
    const { server } = this;
    const limit = server.config.maxmemory;
    if (limit === 0 || server.usedBytes() <= limit || server.config.maxmemoryPolicy === "noeviction")
      return false;
    return this.makeRoom(limit) && server.usedBytes() > limit;
  }

  resetStats(): void {
    this.evictor.evictedKeys = 0;
  }
}

// Redis's scale: 0.5 ms at 10, the default, growing by 15 % a step, and no bound at 100.
function evictionBudgetUs(tenacity: number): number {
  if (tenacity <= 10) return 50 * tenacity;
  return tenacity < 100 ? Math.floor(500 * 1.15 ** (tenacity - 10)) : Number.POSITIVE_INFINITY;
}
