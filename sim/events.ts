// Events: what happened in a run, told to checks, the trace and the timeline as it happens.
//
// Times are virtual microseconds of the world, not of a node's clock; node clocks stand beside where they matter.
// Texts are Latin-1. Request numbers count a client's requests from 0 over all its connections.

import type { Executed, RemovalReason } from "../src/env/observer.ts";
import type { FaultName } from "./world/faults.ts";

/** A client sent a request (its last byte was handed to the network). */
export type Invoked = {
  readonly atUs: number;
  readonly client: number;
  readonly request: number;
  readonly node: number;
  /** Counts the client's connections from 0. */
  readonly connection: number;
  readonly words: readonly string[];
};

/** The whole reply of a request has arrived at its client. */
export type Replied = {
  readonly atUs: number;
  readonly client: number;
  readonly request: number;
  readonly connection: number;
  /** As it came. */
  readonly reply: string;
  readonly protocol: 2 | 3;
};

/** A connection ended; the requests listed have no reply and their outcome is unknown. */
export type Lost = {
  readonly atUs: number;
  readonly client: number;
  readonly connection: number;
  readonly requests: readonly number[];
  /** Why, as the client saw it. */
  readonly how: "reset" | "ended" | "refused" | "timed-out" | "own";
};

/** Out-of-band data: RESP3 pushes, messages of a subscriber, MONITOR lines. */
export type Pushed = {
  readonly atUs: number;
  readonly client: number;
  readonly connection: number;
  readonly bytes: string;
};

/**
 * From here on the connection carries bytes that need not be requests: what the server runs or answers on it is not
 * matched to requests any more. Requests invoked before are still answered first, in order.
 */
export type WentRaw = {
  readonly atUs: number;
  readonly client: number;
  readonly node: number;
  readonly connection: number;
  readonly bytes: string;
};

/** Bytes that no reply can begin with or hold, or a reply nobody asked for. */
export type Malformed = {
  readonly atUs: number;
  readonly client: number;
  readonly connection: number;
  readonly text: string;
};

/** What a node's observer was told. `client` is the simulation's client, `session` the server's client id. */
export type NodeExecuted = {
  readonly atUs: number;
  readonly node: number;
  /** Counts the node's starts from 0. */
  readonly generation: number;
  readonly client: number;
  readonly connection: number;
  readonly session: number;
  readonly call: Executed;
};

export type NodeRemoved = {
  readonly atUs: number;
  readonly node: number;
  readonly generation: number;
  readonly nowMs: number;
  readonly db: number;
  readonly key: string;
  readonly why: RemovalReason;
};

export type NodeStarted = {
  readonly atUs: number;
  readonly node: number;
  readonly generation: number;
  readonly config: Readonly<Record<string, string>>;
};

/** A node has loaded what it kept, and lets clients in. */
export type NodeRecovered = { readonly atUs: number; readonly node: number; readonly generation: number };

export type NodeEnded = {
  readonly atUs: number;
  readonly node: number;
  readonly generation: number;
  /** "refused": it would not serve what it found on its disk, for a reason that the disk gave. */
  readonly how: "stop" | "kill" | "power-loss" | "refused" | "crash";
  /** An exception the production code threw, for "crash". */
  readonly text?: string;
};

export type FaultFired = {
  readonly atUs: number;
  readonly name: FaultName;
  readonly node: number;
  readonly text: string;
};

/** Whoever wants to know. Each method is optional; calls come in the order things happened. */
export type Watcher = {
  readonly invoked?: (event: Invoked) => void;
  readonly replied?: (event: Replied) => void;
  readonly lost?: (event: Lost) => void;
  readonly pushed?: (event: Pushed) => void;
  readonly wentRaw?: (event: WentRaw) => void;
  readonly malformed?: (event: Malformed) => void;
  readonly executed?: (event: NodeExecuted) => void;
  readonly sessionOpened?: (event: {
    node: number;
    generation: number;
    session: number;
    client: number;
    /** Counts the client's connections from 0. */
    connection: number;
  }) => void;
  readonly sessionClosed?: (event: { node: number; generation: number; session: number }) => void;
  readonly removed?: (event: NodeRemoved) => void;
  readonly nodeStarted?: (event: NodeStarted) => void;
  readonly nodeRecovered?: (event: NodeRecovered) => void;
  readonly nodeEnded?: (event: NodeEnded) => void;
  readonly faultFired?: (event: FaultFired) => void;
  /** A node has finished one turn: one delivery or timer, run to its end. For invariants between turns. */
  readonly turnEnded?: (node: number) => void;
  /** The liveness phase begins: faults are healed or permanent from here on. */
  readonly healed?: (atUs: number) => void;
  readonly finished?: (atUs: number) => void;
};
