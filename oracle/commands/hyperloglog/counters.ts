// What the commands on HyperLogLogs share: reading one from a key, and storing it.

import type { Call } from "../../command.ts";
import { bytesOf, isHyperLogLog, textOf } from "../../hyperloglog.ts";
import type { Entry } from "../../model.ts";
import { error, type Reply } from "../../reply.ts";
import { rawEntry, stringAt, wrongType } from "../../strings.ts";

export type Counter = { readonly bytes: number[]; readonly entry: Entry };

export const corrupt: Reply = error("INVALIDOBJ Corrupted HLL object detected");
const noCounter: Reply = error("WRONGTYPE Key is not a valid HyperLogLog string value.");

/** The counter at a key, undefined when it is missing, or the error. */
export function counterAt(call: Call, key: string): Counter | undefined | Reply {
  const entry = stringAt(call, key);
  if (entry === undefined) return undefined;
  if (entry === "wrong type") return wrongType;
  return isHyperLogLog(entry.value) ? { bytes: bytesOf(entry.value), entry } : noCounter;
}

export function storeCounter(
  { model, session }: Call,
  key: string,
  bytes: readonly number[],
  before: Entry | undefined,
): void {
  model.set(session.db, key, rawEntry(textOf(bytes), before));
}

/** As `storeCounter`, where nothing was changed. */
export function storeUnnoticed(
  { model, session }: Call,
  key: string,
  bytes: readonly number[],
  before: Entry | undefined,
): void {
  model.setUnnoticed(session.db, key, rawEntry(textOf(bytes), before));
}

/** Beyond so many bytes a counter is dense. */
export function sparseBytesMax({ model }: Call): number {
  return Number(model.directive("hll-sparse-max-bytes"));
}
