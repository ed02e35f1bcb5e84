// Subject: a server on trial, as far as the oracle's programs see it.
//
// Role: the same trial runs against a server in this process, whose clock it moves, and against one over TCP.

import type { Setting } from "./operation.ts";

/** One connection. Texts are Latin-1: one character is one byte. */
export interface Link {
  readonly isClosed: boolean;
  /** Whatever a call answers has been received when `send` returns. */
  readonly isImmediate: boolean;
  send(text: string): void;
  /** Everything that arrived since `clear`. */
  received(): string;
  clear(): void;
  /** Resolves when more has arrived; false when nothing more will. */
  arrival(): Promise<boolean>;
  close(): void;
}

/** A key that the server removed by itself. */
export type Removal = { readonly db: number; readonly key: string; readonly why: "expired" | "evicted" };

export interface Subject {
  readonly label: string;
  /** True: `advance` moves the server's clock, which stands still otherwise. */
  readonly hasVirtualClock: boolean;
  /** Unix milliseconds: the server's clock where it is virtual, else the machine's. */
  nowMs(): number;
  advance(ms: number): void;
  connect(): Promise<Link> | Link;
  /** From here on calls are counted anew, and removals are numbered by that count. */
  clearEvents(): void;
  /** How many calls were run since then; 0 where that is not known. */
  callsExecuted(): number;
  /** Removals that came before the call with this index (of those since `clearEvents`) or with it, each told once. */
  removalsBefore(callIndex: number): readonly Removal[];
  /** An empty server with default settings, and no connections. */
  renew(setting: Setting): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** Settings that every subject is started with, and the oracle is told. */
export const startedWith: Readonly<Record<string, string>> = {
  // A small limit of strings, so that calls at the limit cost little.
  "proto-max-bulk-len": "1mb",
  "enable-debug-command": "yes",
};
