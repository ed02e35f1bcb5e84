// Wire: what clients need of the world they live in.
//
// Role: the world's side of a client, as narrow as it is used, so that clients can be tested without a world.

import type { Watcher } from "../events.ts";

/** What a client is told about one connection of its own. `closed` comes once and last. */
export type ClientStreamEvents = {
  opened(): void;
  /** `bytes[0, length)` are valid during the call. */
  data(bytes: Uint8Array, length: number): void;
  /** The server will send nothing more. */
  ended(): void;
  closed(how: "reset" | "ended" | "refused" | "timed-out"): void;
};

export type ClientStream = {
  write(bytes: Uint8Array): void;
  pauseReading(): void;
  resumeReading(): void;
  end(): void;
  destroy(): void;
};

export type ClientWorld = {
  readonly nowUs: number;
  readonly emit: Required<Pick<Watcher, "invoked" | "replied" | "lost" | "pushed" | "malformed" | "wentRaw">>;
  at(atUs: number, fire: () => void, channel?: string): void;
  /** The run is not over before what it returns was called. */
  expect(what: string): () => void;
  dial(
    from: { readonly client: number; readonly connection: number },
    node: number,
    on: ClientStreamEvents,
  ): ClientStream;
};
