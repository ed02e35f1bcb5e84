// All checks, with what each costs.
//
// Role: a run is given those of its seed. A cheap check always runs; a dear one runs in one seed of ten, and
// whenever it is asked for by name or its own scenario runs.

import type { Check } from "../check.ts";
import { blocked } from "./blocked.ts";
import { bounds } from "./bounds.ts";
import { crash } from "./crash.ts";
import { crosstalk } from "./crosstalk.ts";
import { durability } from "./durability.ts";
import { framing } from "./framing.ts";
import { gate } from "./gate.ts";
import { linearizable } from "./linearizable.ts";
import { listAppend } from "./list-append.ts";
import { memory } from "./memory.ts";
import { noStuckClient } from "./no-stuck-client.ts";
import { observerOrder } from "./observer-order.ts";
import { oracleStep } from "./oracle-step.ts";
import { pubsub } from "./pubsub.ts";
import { replyShape } from "./reply-shape.ts";
import { scan } from "./scan.ts";
import { ttlExact } from "./ttl-exact.ts";
import { watch } from "./watch.ts";
import { witnessOrder } from "./witness-order.ts";

export type Registered = {
  readonly check: Check;
  readonly cost: "cheap" | "dear";
  /** A scenario made for it, in which it always runs. */
  readonly scenario?: string;
};

export const allChecks: readonly Registered[] = [
  { check: oracleStep, cost: "cheap" },
  { check: crash, cost: "cheap" },
  { check: observerOrder, cost: "cheap" },
  { check: framing, cost: "cheap" },
  { check: crosstalk, cost: "cheap" },
  { check: replyShape, cost: "cheap" },
  { check: gate, cost: "cheap" },
  { check: noStuckClient, cost: "cheap" },
  { check: bounds, cost: "cheap" },
  { check: memory, cost: "cheap" },
  { check: ttlExact, cost: "cheap" },
  { check: scan, cost: "cheap" },
  { check: witnessOrder, cost: "cheap" },
  { check: durability, cost: "cheap" },
  { check: watch, cost: "cheap" },
  { check: pubsub, cost: "cheap" },
  { check: blocked, cost: "cheap" },
  { check: listAppend, cost: "dear", scenario: "appends" },
  { check: linearizable, cost: "dear", scenario: "registers" },
];
