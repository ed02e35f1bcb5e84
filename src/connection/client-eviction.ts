// Client eviction: while clients together hold more than maxmemory-clients allows, those that hold most are closed.
//
// Role: keeps the sum of what clients hold, as it was when each was last looked at (after its turn, when bytes had to
// be queued for it, once per cron tick), and closes clients between turns. Those that asked for CLIENT NO-EVICT count,
// and stay. The sum counts towards maxmemory too. Without either limit it is made when it is asked for.
// Redis closes clients at the limit, this server above it, so that a limit which is the sum of some leaves these.

import type { Config } from "../config/config.ts";
import type { Client } from "./client.ts";

/** A lower limit would leave no room to lift it. */
const LIMIT_BYTES_MIN = 128 * 1024;

export type EvictionGround = {
  readonly config: Pick<Config, "maxmemory" | "maxmemoryClients">;
  readonly clients: () => Iterable<Client>;
  /** A client is about to be closed. */
  readonly closing: (client: Client) => void;
};

export class ClientEviction {
  /** 0: none. */
  limitBytes = 0;
  /** The sum is kept. */
  isCounting = false;
  private readonly ground: EvictionGround;
  private totalBytes = 0;

  constructor(ground: EvictionGround) {
    this.ground = ground;
    this.renewLimit();
  }

  /** To be called when directives have changed. */
  renewLimit(): void {
    const { maxmemory, maxmemoryClients } = this.ground.config;
    let limit = Math.max(0, maxmemoryClients);
    // Below zero it is a share of maxmemory; without one there is no limit.
    if (maxmemoryClients < 0 && maxmemory > 0) limit = Math.floor((maxmemory * -maxmemoryClients) / 100);
    this.limitBytes = limit === 0 ? 0 : Math.max(limit, LIMIT_BYTES_MIN);
    this.isCounting = this.limitBytes > 0 || maxmemory > 0;
    if (this.isCounting) this.recount();
  }

  /** What all clients hold. */
  get usedBytes(): number {
    if (!this.isCounting) this.recount();
    return this.totalBytes;
  }

  get isOver(): boolean {
    return this.limitBytes > 0 && this.totalBytes > this.limitBytes;
  }

  /** Notes what a client holds now. */
  account(client: Client): void {
    if (!this.isCounting) return;
    const { memoryBytes } = client;
    this.totalBytes += memoryBytes - client.countedBytes;
    client.countedBytes = memoryBytes;
  }

  /** The client is gone. */
  forget(client: Client): void {
    this.totalBytes -= client.countedBytes;
    client.countedBytes = 0;
  }

  /** Counts all anew, and closes clients, the largest first, until the others are within the limit. */
  evict(): void {
    this.recount();
    if (!this.isOver) return;
    const evictable = [...this.ground.clients()].filter(
      ({ isNoEvict, replica }) => !isNoEvict && replica === undefined,
    );
    evictable.sort((a, b) => b.countedBytes - a.countedBytes);
    for (const client of evictable) {
      if (!this.isOver) return;
      this.ground.closing(client);
      client.closeNow();
    }
  }

  private recount(): void {
    this.totalBytes = 0;
    for (const client of this.ground.clients()) {
      client.countedBytes = client.memoryBytes;
      this.totalBytes += client.countedBytes;
    }
  }
}
