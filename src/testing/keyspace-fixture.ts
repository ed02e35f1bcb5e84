// A keyspace of one or more shards for tests: texts in and out, and a check that nothing is left behind.

import { AccessClock } from "../keyspace/access-clock.ts";
import { Databases } from "../keyspace/databases.ts";
import { Keyspace } from "../keyspace/keyspace.ts";
import type { CollectionLimits } from "../keyspace/limits.ts";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import type { Probe } from "../lib/probe.ts";
import { Rng } from "../lib/rng.ts";
import { Args } from "../resp/args.ts";
import type { Element } from "../store/element.ts";

export class KeyspaceFixture {
  readonly databases: readonly Databases[];
  readonly keyspace: Keyspace;
  readonly rng = new Rng(3);
  private readonly emptyBytes: number;

  constructor(
    options: { shards?: number; limits?: CollectionLimits; databases?: number; probe?: Probe } = {},
  ) {
    const access = new AccessClock(new Rng(1));
    const seed = { k0: 11, k1: -22 };
    this.databases = Array.from(
      { length: options.shards ?? 1 },
      () =>
        new Databases({
          databases: options.databases ?? 2,
          seed,
          access,
          ...(options.probe === undefined ? {} : { probe: options.probe }),
        }),
    );
    for (const each of this.databases) if (options.limits !== undefined) each.limits = options.limits;
    this.keyspace = new Keyspace(this.databases, new Rng(2));
    // A dict that was used once keeps a table.
    for (let i = 0; i < 64; i++) {
      const args = argsOf(`k${i}`);
      this.keyspace.setString(args, 0, args.bytes, 0, 1, 0);
      this.keyspace.remove(args, 0);
    }
    this.emptyBytes = this.usedBytes;
  }

  get usedBytes(): number {
    return this.databases.reduce((sum, each) => sum + each.arena.usedBytes, 0);
  }

  /** Lets all databases see a later time. */
  setTime(nowMs: number): void {
    for (const each of this.databases) each.setTime(nowMs);
  }

  /** Bytes in use more than when the keyspace was empty, once what was removed is freed. */
  leftBytes(slice = 50): number {
    for (const each of this.databases) while (each.pendingFrees > 0) each.freeSome(slice);
    return this.usedBytes - this.emptyBytes;
  }
}

/** The arguments of a command, as texts of one byte per character. They stand in the middle of a buffer. */
export function argsOf(...texts: readonly string[]): Args {
  const bytes = latin1Bytes(`.${texts.join("")}.`);
  const args = new Args(bytes);
  let at = 1;
  for (const text of texts) {
    args.push(at, at + text.length);
    at += text.length;
  }
  return args;
}

/** The text of an element. */
export function textOf(element: Element): string {
  element.text();
  return latin1Text(element.bytes, element.start, element.end);
}
