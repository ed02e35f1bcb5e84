// The line of CLIENT LIST and CLIENT INFO about one connection: field by field as Redis 7.0.15 has it, and
// after these the two library fields of 7.2.
//
// Values that stand for what is not here:
//   fd=-1        what Redis shows without a descriptor: Node.js does not tell a socket's.
//   rbs=0 rbp=0  connections have no reply buffer of their own: one is shared by all of a thread.
//   qbuf-free=0  bytes that wait to be parsed are kept without spare room.

import { decimalLength } from "../../lib/int64.ts";
import type { Args } from "../../resp/args.ts";
import type { ClientView, PubsubView } from "../context.ts";

export type ClientLineFacts = {
  /** Wall clock. */
  readonly nowMs: number;
  readonly pubsub: PubsubView;
  /** The request that the connection is running, if it runs one. */
  readonly running: Args | undefined;
};

/** The line, with its line feed. */
export function clientLine(client: ClientView, { nowMs, pubsub, running }: ClientLineFacts): string {
  const queuedBytes = client.queuedOutputBytes + (client.replica?.waitingBytes ?? 0);
  const requestBytes = running === undefined ? 0 : encodedBytes(running);
  const fields = [
    `id=${client.id}`,
    `addr=${client.remoteAddress}`,
    `laddr=${client.localAddress}`,
    "fd=-1",
    `name=${client.name}`,
    `age=${secondsBetween(client.createdMs, nowMs)}`,
    `idle=${secondsBetween(client.lastActiveMs, nowMs)}`,
    `flags=${flagsOf(client)}`,
    `db=${client.db}`,
    `sub=${pubsub.namesOf(client, "channel").length}`,
    `psub=${pubsub.namesOf(client, "pattern").length}`,
    `ssub=${pubsub.countOf(client, "shard")}`,
    `multi=${client.queuedCount}`,
    `qbuf=${client.queryBufferBytes + requestBytes}`,
    "qbuf-free=0",
    `argv-mem=${running === undefined ? 0 : argumentBytes(running)}`,
    `multi-mem=${client.queuedCount < 0 ? 0 : client.transactionBytes}`,
    "rbs=0",
    "rbp=0",
    "obl=0",
    `oll=${queuedBytes > 0 ? 1 : 0}`,
    `omem=${queuedBytes}`,
    `tot-mem=${client.memoryBytes}`,
    `events=${queuedBytes > 0 ? "rw" : "r"}`,
    `cmd=${client.lastCommand}`,
    `user=${client.user}`,
    `redir=${client.tracking?.redirect ?? -1}`,
    `resp=${client.protocol}`,
    `lib-name=${client.libraryName}`,
    `lib-ver=${client.libraryVersion}`,
  ];
  return `${fields.join(" ")}\n`;
}

// Redis keeps these times in whole seconds, so the difference is of seconds already cut.
function secondsBetween(fromMs: number, toMs: number): number {
  return Math.floor(toMs / 1000) - Math.floor(fromMs / 1000);
}

function argumentBytes(args: Args): number {
  let bytes = 0;
  for (let i = 0; i < args.count; i++) bytes += args.length(i);
  return bytes;
}

// What the request took on the wire. Redis's query buffer still holds it while the command runs; ours counts
// only what is to be parsed yet.
function encodedBytes(args: Args): number {
  let bytes = decimalLength(args.count) + 3;
  for (let i = 0; i < args.count; i++) bytes += args.length(i) + decimalLength(args.length(i)) + 5;
  return bytes;
}

function flagsOf(client: ClientView): string {
  let flags = client.replica === undefined ? "" : "S";
  if (client.isMonitor) flags += "O";
  if (client.isSubscriber) flags += "P";
  if (client.queuedCount >= 0) flags += "x";
  if (client.isBlocked) flags += "b";
  if (client.tracking !== undefined) flags += "t";
  if (client.tracking?.isBroken === true) flags += "R";
  if (client.tracking?.isBroadcast === true) flags += "B";
  if (client.isDirty) flags += "d";
  if (client.isUnixSocket) flags += "U";
  if (client.isReadonly) flags += "r";
  if (client.isNoEvict) flags += "e";
  if (client.isNoTouch) flags += "T";
  return flags === "" ? "N" : flags;
}
