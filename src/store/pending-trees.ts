// Pending entries of a consumer group: what was delivered and not acknowledged yet, in two trees by id.
//
//   of the group      | id 16 | consumer's slot u32 | delivered at, float64 ms | deliveries int64 |
//   of a consumer     | id 16 |
//
// All that is known of a pending entry stands in the group's tree; a consumer's says which ones are its own.

import type { Arena } from "./arena.ts";
import { IdTree } from "./id-tree.ts";

const SLOT_AT = 0;
const TIME_AT = 4;
const COUNT_AT = 12;
const PENDING_BYTES = 20;

export class PendingTree extends IdTree {
  constructor(arena: Arena) {
    super(arena, PENDING_BYTES);
  }

  /** The slot of the consumer that the entry at the path belongs to. */
  get slot(): number {
    return this.payloadData.getUint32(this.payloadAt + SLOT_AT, true);
  }
  set slot(value: number) {
    this.payloadData.setUint32(this.payloadAt + SLOT_AT, value, true);
  }

  /** When it was delivered last, wall-clock ms. */
  get deliveredMs(): number {
    return this.payloadData.getFloat64(this.payloadAt + TIME_AT, true);
  }
  set deliveredMs(value: number) {
    this.payloadData.setFloat64(this.payloadAt + TIME_AT, value, true);
  }

  /** How often it was delivered, an int64 as two words. */
  get deliveriesHigh(): number {
    return this.payloadData.getInt32(this.payloadAt + COUNT_AT + 4, true);
  }
  get deliveriesLow(): number {
    return this.payloadData.getInt32(this.payloadAt + COUNT_AT, true);
  }
  setDeliveries(high: number, low: number): void {
    this.payloadData.setInt32(this.payloadAt + COUNT_AT, low, true);
    this.payloadData.setInt32(this.payloadAt + COUNT_AT + 4, high, true);
  }

  /** Counts one delivery more; past the greatest int64 comes the least. */
  countDelivery(): void {
    const low = (this.deliveriesLow + 1) | 0;
    this.setDeliveries(low === 0 ? (this.deliveriesHigh + 1) | 0 : this.deliveriesHigh, low);
  }
}

export class OwnTree extends IdTree {
  constructor(arena: Arena) {
    super(arena, 0);
  }
}
