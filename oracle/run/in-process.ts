// In process: a whole server inside this program, under a clock that the trial moves.
//
// Invariant: equal seeds and equal operations give equal replies, so what is found once is found again.

import type { Observer } from "../../src/env/observer.ts";
import { createTestServer, type TestClient, type TestServer } from "../../src/testing/command-runner.ts";
import { withoutInvalidations } from "./frames.ts";
import type { Setting } from "./operation.ts";
import { type Link, type Removal, type Subject, startedWith } from "./subject.ts";

const startMs = 1_700_000_000_000;
const none: readonly Removal[] = [];

export class InProcess implements Subject {
  readonly label = "a server in process";
  readonly hasVirtualClock = true;
  private server: TestServer | undefined;
  private now = startMs;
  private executed = 0;
  private removals: { readonly at: number; readonly removal: Removal }[] = [];

  nowMs(): number {
    return this.now;
  }

  advance(ms: number): void {
    this.current().advance(ms);
    this.now += ms;
  }

  connect(): Link {
    return new InProcessLink(this.current().connect());
  }

  clearEvents(): void {
    // What was removed between two batches, by time alone, comes before the first call of the next.
    for (let i = 0; i < this.removals.length; i++) {
      const { removal } = this.removals[i] as { removal: Removal };
      this.removals[i] = { at: 0, removal };
    }
    this.executed = 0;
  }

  callsExecuted(): number {
    return this.executed;
  }

  removalsBefore(callIndex: number): readonly Removal[] {
    if (this.removals.length === 0) return none;
    let count = 0;
    while (count < this.removals.length && (this.removals[count]?.at ?? 0) <= callIndex) count++;
    return count === 0 ? none : this.removals.splice(0, count).map(({ removal }) => removal);
  }

  renew({ shards, seed }: Setting): void {
    const observer: Observer = {
      isCounting: true,
      connected() {},
      disconnected() {},
      executed: ({ transaction }) => {
        // EXEC's turn, and EVAL's, comes when it is told itself.
        if (transaction !== "inner" && transaction !== "script") this.executed++;
      },
      removed: (db, key, why) => {
        this.removals.push({ at: this.executed, removal: { db, key, why } });
      },
    };
    this.now = startMs;
    this.removals = [];
    this.executed = 0;
    this.server = createTestServer({
      shards,
      seed,
      nowMs: startMs,
      config: startedWith,
      observer,
    });
    this.removals = [];
  }

  stop(): void {
    this.server = undefined;
  }

  private current(): TestServer {
    if (this.server === undefined) throw new Error("renew() comes first");
    return this.server;
  }
}

class InProcessLink implements Link {
  readonly isImmediate = true;
  private readonly client: TestClient;

  constructor(client: TestClient) {
    this.client = client;
  }

  get isClosed(): boolean {
    return this.client.isClosed;
  }

  send(text: string): void {
    this.client.send(text);
    this.client.received = withoutInvalidations(this.client.received);
  }

  received(): string {
    return this.client.received;
  }

  clear(): void {
    this.client.received = "";
  }

  arrival(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): void {
    if (!this.client.isClosed) this.client.events.closed(undefined);
    this.client.isClosed = true;
  }
}
