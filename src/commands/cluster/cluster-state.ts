// Cluster state: what this node says of the cluster that it is with `cluster-enabled yes`: one node, which owns all hash
// slots when it starts.
//
// Role: clients that only speak to clusters work with a single server, and find the keys of one slot together. Slots can
// be given up and taken back, as before a cluster is put together; there are no other nodes to know, so nothing is
// ever redirected, and nothing of this is kept beyond the process.
// Invariant: `assignedCount` is the number of slots that are owned.

import { keySlot, slotCount } from "../../lib/crc16.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { Command } from "../define.ts";
import { findKeys } from "../server/command-keys.ts";

export type SlotRange = { readonly first: number; readonly last: number };

export type ClusterRules = {
  /** cluster-require-full-coverage: a slot that nobody owns takes the cluster down. */
  readonly isFullCoverageRequired: () => boolean;
  /** cluster-allow-reads-when-down. */
  readonly areReadsAllowed: () => boolean;
  /** cluster-allow-pubsubshard-when-down. */
  readonly areShardChannelsAllowed: () => boolean;
  /** A name for a node: 40 hex digits. */
  readonly newId: () => string;
};

/** The slots of a request's keys: one, none, or more than one. */
export type FoundSlot = number | "none" | "several";

export class ClusterState {
  id: string;
  currentEpoch = 0;
  configEpoch = 0;
  assignedCount = slotCount;
  private readonly owned = new Uint8Array(slotCount).fill(1);
  private readonly rules: ClusterRules;

  constructor(rules: ClusterRules) {
    this.rules = rules;
    this.id = rules.newId();
  }

  /** Requests are served. */
  get isOk(): boolean {
    if (this.assignedCount === 0) return false; // Not one master that has slots.
    return this.assignedCount === slotCount || !this.rules.isFullCoverageRequired();
  }

  owns(slot: number): boolean {
    return this.owned[slot] === 1;
  }

  setOwned(slot: number, isOwned: boolean): void {
    if (this.owns(slot) === isOwned) return;
    this.owned[slot] = isOwned ? 1 : 0;
    this.assignedCount += isOwned ? 1 : -1;
  }

  /** The slots that are owned, in ranges. */
  ranges(): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (let slot = 0; slot < slotCount; slot++) {
      if (!this.owns(slot)) continue;
      const first = slot;
      while (slot + 1 < slotCount && this.owns(slot + 1)) slot++;
      ranges.push({ first, last: slot });
    }
    return ranges;
  }

  /** CLUSTER RESET: all slots are given up; a hard one makes it another node. */
  reset(isHard: boolean): void {
    this.owned.fill(0);
    this.assignedCount = 0;
    if (!isHard) return;
    this.currentEpoch = 0;
    this.configEpoch = 0;
    this.id = this.rules.newId();
  }

  /** Why a request may not run here; undefined when it may. Its command is not EXEC. */
  refusalOf(command: Command, args: Args): string | undefined {
    if (command.keySpecs.length === 0) return undefined;
    const slot = slotOfKeys(command, args);
    if (slot === "none") return undefined;
    // The first key is looked at before the others, as in Redis.
    const first = slot === "several" ? firstSlotOf(command, args) : slot;
    return this.owns(first) ? this.refusalOfSlot(slot, command) : errors.slotNotServed;
  }

  /** Why a request with keys of this slot may not run here; `several` for no slot in particular. */
  refusalOfSlot(slot: number | "several", command: Command): string | undefined {
    if (slot === "several") return errors.crossSlot;
    if (!this.owns(slot)) return errors.slotNotServed;
    if (this.isOk) return undefined;
    if (command.keySpecs.some(({ flags }) => flags.includes("not_key"))) {
      return this.rules.areShardChannelsAllowed() ? undefined : errors.clusterDown;
    }
    if (!this.rules.areReadsAllowed()) return errors.clusterDown;
    return command.isWrite ? errors.clusterDownForWrites : undefined;
  }
}

// There is one.
function firstSlotOf(command: Command, args: Args): number {
  const index = findKeys(command, args, 0)?.[0]?.index ?? 0;
  return keySlot(args.bytes, args.start(index), args.end(index));
}

/** The slot of the keys, or shard channels, of a request. */
export function slotOfKeys(command: Command, args: Args): FoundSlot {
  let slot = -1;
  for (const { index } of findKeys(command, args, 0) ?? []) {
    const each = keySlot(args.bytes, args.start(index), args.end(index));
    if (slot >= 0 && each !== slot) return "several";
    slot = each;
  }
  return slot < 0 ? "none" : slot;
}
