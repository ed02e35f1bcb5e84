// Pause: CLIENT PAUSE, which holds requests back for a while, all of them or those that may write.
//
// Role: when a pause begins and ends, and what it holds back. The hub keeps the requests that wait, the cron looks
// whether the time is over.
// Invariants:
//   - a pause in force is never shortened, and stays at the wider of the two kinds.
//   - it is measured on the monotonic clock: a wall clock set back would hold everyone for as long.

import type { Command } from "../commands/define.ts";
import type { Client } from "../connection/client.ts";
import type { Clock } from "../env/clock.ts";
import type { Args } from "../resp/args.ts";
import type { Server } from "./server.ts";

export class Pause {
  /** When it ends, by the monotonic clock; 0 while there is none. */
  endsUs = 0;
  private what: "all" | "write" = "all";
  private readonly clock: Clock;
  private readonly server: Server;

  constructor(clock: Clock, server: Server) {
    this.clock = clock;
    this.server = server;
  }

  /** A pause was asked for, and was not ended yet; its time may be over. */
  get isOn(): boolean {
    return this.endsUs !== 0;
  }

  /** Begins one, or prolongs it. `untilMs`: by the wall clock. */
  begin(untilMs: number, what: "all" | "write"): void {
    const isRunning = this.isOn;
    const restMs = untilMs - this.clock.wallMs();
    if (restMs > 0) this.endsUs = Math.max(this.endsUs, this.clock.monotonicUs() + restMs * 1000);
    this.what = isRunning && this.what === "all" ? "all" : what;
  }

  end(): void {
    this.endsUs = 0;
    this.server.coordinator.keepExpired(false);
    this.clock.after(0, () => this.server.hub.resumePaused());
  }

  /** Ends one whose time has come; the cron calls it. */
  maybeEnd(): void {
    if (this.isOn && this.clock.monotonicUs() >= this.endsUs) this.end();
  }

  /** Whether the request has to wait; to be asked while a pause `isOn`. */
  holds(command: Command, client: Client, args: Args): boolean {
    if (this.clock.monotonicUs() >= this.endsUs) {
      this.end();
      return false;
    }
    if (client.replica !== undefined) return false;
    const mayWriteNow = (each: Command, words: Args): boolean =>
      mayWrite(each) && !(each.group === "scripting" && this.server.scripting.isReader(words));
    if (this.what === "all" || mayWriteNow(command, args)) return true;
    return command.name === "exec" && client.transaction.holds(mayWriteNow);
  }
}

function mayWrite(command: Command): boolean {
  return command.isWrite || command.flags.includes("may_replicate");
}
