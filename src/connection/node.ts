// Node: what connections need of the server process they belong to. The server implements it.

import type { Acl } from "../acl/acl.ts";
import type { ServerView } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import type { TimerId } from "../env/clock.ts";
import type { Probe } from "../lib/probe.ts";
import type { Args } from "../resp/args.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import type { Client } from "./client.ts";
import type { Tracking } from "./tracking.ts";

export type Node = ServerView & {
  readonly probe: Probe;
  readonly acl: Acl;
  readonly tracking: Tracking;
  wallUs(): number;
  /** Calls `fire` once the network has had a turn. */
  soon(fire: () => void): void;
  /** Calls `fire` once, after at least `delayUs`. */
  after(delayUs: number, fire: () => void): TimerId;
  cancel(timer: TimerId): void;
  /** Clients in MONITOR mode; 0 keeps the hot path free of it. */
  readonly monitorCount: number;
  /** Sends a line to all monitors; to `self` through `reply`, so that it keeps its place. */
  feedMonitors(line: Uint8Array, self: Client, reply: ReplyWriter): void;
  readonly isPaused: boolean;
  /** True when CLIENT PAUSE holds this request back now. */
  pauses(command: Command, client: Client, args: Args): boolean;
  /** An error that keeps the command from running now (protected command, no memory), or undefined. */
  refusalOf(command: Command, client: Client, args: Args): string | undefined;
  /** A command of a script is running. */
  readonly isInScript: boolean;
  /** To be called when something has changed for which commands may be refused, or must wait for something. */
  updateRefusals(): undefined;
  /** Notes how long the thread was busy with one client. */
  recordTurn(startUs: number, endUs: number): void;
  /** Counts an error reply by its prefix word. */
  countError(text: string): void;
};
