// Registry: the table of all commands, and finding one by the bytes of its name.
//
// A lookup allocates nothing: names are found by a small open-addressed table over a hash of the lower-cased
// bytes. A table belongs to one server, because commands carry running statistics.

import { aclCommands } from "./acl/all.ts";
import { bitmapCommands } from "./bitmap/all.ts";
import { clusterCommands } from "./cluster/all.ts";
import { connectionCommands } from "./connection/all.ts";
import { buildCommand, type Command, type CommandDeclaration } from "./define.ts";
import { genericCommands } from "./generic/all.ts";
import { geoCommands } from "./geo/all.ts";
import { hashCommands } from "./hash/all.ts";
import { hashFieldExpiryCommands } from "./hash/field-expiry.ts";
import { hyperloglogCommands } from "./hyperloglog/all.ts";
import { listCommands } from "./list/all.ts";
import { persistenceCommands } from "./persistence/all.ts";
import { pubsubCommands } from "./pubsub/all.ts";
import { scriptingCommands } from "./scripting/all.ts";
import { serverCommands } from "./server/all.ts";
import { setCommands } from "./set/all.ts";
import { sortedSetCommands } from "./sorted-set/all.ts";
import { streamCommands } from "./stream/all.ts";
import { stringCommands } from "./string/all.ts";
import { transactionCommands } from "./transactions/all.ts";

export const declarations: readonly CommandDeclaration[] = [
  ...aclCommands,
  ...bitmapCommands,
  ...clusterCommands,
  ...connectionCommands,
  ...genericCommands,
  ...geoCommands,
  ...hashCommands,
  ...hashFieldExpiryCommands,
  ...hyperloglogCommands,
  ...listCommands,
  ...persistenceCommands,
  ...pubsubCommands,
  ...scriptingCommands,
  ...serverCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...streamCommands,
  ...stringCommands,
  ...transactionCommands,
];

const TABLE_SIZE = 1024; // a power of two, at least twice the number of commands
const NAME_BYTES_MAX = 32;

export class CommandTable {
  readonly byName: ReadonlyMap<string, Command>;
  private latest: Command | undefined = undefined;
  private readonly slots: (Command | undefined)[] = new Array(TABLE_SIZE).fill(undefined);

  constructor(from: readonly CommandDeclaration[] = declarations) {
    const byName = new Map<string, Command>();
    for (const declaration of from) {
      const command = buildCommand(declaration);
      byName.set(command.name, command);
      let slot = hashOfText(command.name) & (TABLE_SIZE - 1);
      while (this.slots[slot] !== undefined) slot = (slot + 1) & (TABLE_SIZE - 1);
      this.slots[slot] = command;
    }
    this.byName = byName;
  }

  /** The command whose name is bytes[start, end) in any mix of case, or undefined. */
  find(bytes: Uint8Array, start: number, end: number): Command | undefined {
    const length = end - start;
    const { latest } = this;
    // Pipelines repeat one command.
    if (latest !== undefined && isNamed(latest.name, bytes, start, length)) return latest;
    if (length > NAME_BYTES_MAX) return undefined;
    let hash = length;
    for (let i = start; i < end; i++) hash = (hash * 31 + ((bytes[i] as number) | 0x20)) | 0;
    for (let slot = hash & (TABLE_SIZE - 1); ; slot = (slot + 1) & (TABLE_SIZE - 1)) {
      const command = this.slots[slot];
      if (command === undefined) return undefined;
      if (isNamed(command.name, bytes, start, length)) {
        this.latest = command;
        return command;
      }
    }
  }
}

// `| 0x20` folds more than letters ("-" and "\r" alike); the comparison decides.
function hashOfText(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + (name.charCodeAt(i) | 0x20)) | 0;
  return hash;
}

function isNamed(name: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) {
    let byte = bytes[start + i] as number;
    if (byte >= 65 && byte <= 90) byte += 32;
    if (byte !== name.charCodeAt(i)) return false;
  }
  return true;
}
