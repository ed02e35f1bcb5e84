// Redlock: the package with the part of its types that is used here. It has types, but its map of exports does not
// name them, so that an import would be of unknown things.

import { createRequire } from "node:module";
import type { Redis } from "ioredis";

export type Settings = {
  readonly retryCount?: number;
  readonly retryDelay?: number;
  readonly retryJitter?: number;
};

export type Lock = {
  readonly release: () => Promise<unknown>;
  readonly extend: (durationMs: number) => Promise<Lock>;
};

export type Locks = {
  readonly acquire: (resources: readonly string[], durationMs: number, settings?: Settings) => Promise<Lock>;
  readonly using: (
    resources: readonly string[],
    durationMs: number,
    routine: () => Promise<void>,
  ) => Promise<void>;
  readonly on: (event: "error", listener: () => void) => Locks;
};

type Package = {
  readonly default: new (clients: Iterable<Redis>, settings?: Settings) => Locks;
  readonly ExecutionError: new (...args: never) => Error;
};

const { default: Redlock, ExecutionError } = createRequire(import.meta.url)("redlock") as Package;

export { ExecutionError, Redlock };
