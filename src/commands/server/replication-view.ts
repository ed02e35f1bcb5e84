// Replication view: what commands see of the replicas that follow this server, and what a connection has told of itself
// before it asks for the data.

import type { ClientView } from "../context.ts";

/** What REPLCONF has been told by a connection. */
export type ReplicaWishes = {
  /** Where it listens itself, for others to be told; 0: not told. */
  port: number;
  /** Empty: the connection's own. */
  address: string;
  /** It finds the end of a snapshot by a mark, so that the length need not be known before. */
  takesMark: boolean;
  /** It wants a snapshot and nothing after it. */
  isSnapshotOnly: boolean;
  /** What it does not want in the snapshot. */
  withoutKeys: boolean;
  withoutLibraries: boolean;
};

export function noWishes(): ReplicaWishes {
  return {
    port: 0,
    address: "",
    takesMark: false,
    isSnapshotOnly: false,
    withoutKeys: false,
    withoutLibraries: false,
  };
}

/** One that has asked for the data. */
export type ReplicaView = {
  /** As INFO names it. */
  readonly state: "wait_bgsave" | "send_bulk" | "online";
  readonly address: string;
  readonly port: number;
  /** Up to where it has said that it has followed. */
  readonly acknowledged: number;
  /** Wall clock of the last such word. */
  readonly heardMs: number;
  /** Bytes of the stream that wait for it. */
  readonly waitingBytes: number;
};

export type ReplicationView = {
  /** 40 hex digits: another one whenever the stream has a gap. */
  readonly id: string;
  /** Bytes of the stream so far. */
  readonly offset: number;
  /** Bytes of the stream that are kept as somebody has not taken them. */
  readonly keptBytes: number;
  readonly fullSyncs: number;
  readonly failedPartialSyncs: number;
  readonly sentBytes: number;
  /** In the order in which they came. */
  replicas(): Iterable<ReplicaView>;
  readonly replicaCount: number;
  /** Those that have been heard of within min-replicas-max-lag. */
  readonly goodCount: number;
  /** Makes the connection a replica: it is sent a snapshot, then what changes. An old one is told of no position. */
  sync(client: ClientView, isOld: boolean, isPartialFailed: boolean): void;
  /** A replica says how far it has followed. */
  acknowledge(client: ClientView, offset: number): void;
  /** How many have followed up to `offset`. */
  acknowledgedBy(offset: number): number;
  /** Asks all replicas how far they have followed. */
  askForAcknowledgement(): void;
};
