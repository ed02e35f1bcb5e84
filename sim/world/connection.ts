// Connection: one simulated TCP connection from a client to a node, with an end on each side.
//
// Role: two pipes, and what connecting, closing, breaking and falling silent mean at each end. The server's end
// keeps the contract of src/env/net.ts as the real port does, the client's end that of ClientStream.
// Invariants:
//   - events of the server's end run as turns of its node, in the order they came about, until `closed`.
//   - a closed node hears nothing any more; its clients do.

import type { Address } from "../../src/env/net.ts";
import type { Chance } from "./chance.ts";
import { ClientEnd, type ClientStreamEvents } from "./client-end.ts";
import { due, type Ground, rolls } from "./ground.ts";
import { cuttings, type Latency, Pipe, type PipeOptions } from "./pipe.ts";
import type { Due } from "./queue.ts";
import { ServerEnd } from "./server-end.ts";

/** What a connection needs of the node it leads to. */
export interface Host {
  readonly id: number;
  readonly generation: number;
  readonly isUp: boolean;
  /** A turn of the node for this channel, as soon as it can. */
  post(channel: number, work: Due): void;
  /** The time of the node's present turn, in the world's microseconds. */
  readonly localUs: number;
  /** The one buffer that all reads land in. */
  readonly readBuffer: Uint8Array;
  channelOf(name: string): number;
}

export type ConnectionParts = {
  readonly id: number;
  readonly client: number;
  readonly connection: number;
  readonly host: Host;
  readonly on: ClientStreamEvents;
  readonly latency: Latency;
  readonly closedAtServer: () => void;
};

const SEND_BUFFERS = [512, 2048, 4096, 16_384, 65_536, 262_144] as const;
const BANDWIDTHS = [0, 0, 0, 1000, 120, 12] as const;

export class Connection {
  readonly client: number;
  readonly connection: number;
  readonly host: Host;
  /** The node's generation that it leads to; -1 until it has reached the node. */
  generation = -1;
  local: Address = { kind: "tcp", host: "127.0.0.1", port: 6379 };
  readonly latency: Latency;
  readonly server: ServerEnd;
  readonly clientEnd: ClientEnd;
  /** Client to server, and back. */
  readonly up: Pipe;
  readonly down: Pipe;
  readonly channel: number;
  readonly ground: Ground;
  /** The server's id for it. */
  session: number | undefined = undefined;
  isSilent = false;
  private readonly parts: ConnectionParts;
  private readonly chance: Chance;
  private keepAliveSeconds = 0;

  constructor(ground: Ground, parts: ConnectionParts) {
    this.ground = ground;
    this.parts = parts;
    this.client = parts.client;
    this.connection = parts.connection;
    this.host = parts.host;
    this.latency = parts.latency;
    const name = `${parts.client}.${parts.connection}`;
    this.channel = parts.host.channelOf(`conn/${name}`);
    this.chance = ground.stream(`net/${name}`);
    this.server = new ServerEnd(this);
    this.clientEnd = new ClientEnd(this, parts.on);
    const order = ground.orderKey(`net/${name}`);
    const from = clientPlace(parts.client);
    const to = nodePlace(parts.host.id);
    this.up = new Pipe(ground, this.server, ground.stream(`up/${name}`), this.pipeOptions(from, to, order));
    this.down = new Pipe(
      ground,
      this.clientEnd,
      ground.stream(`down/${name}`),
      this.pipeOptions(to, from, order),
    );
    // A link that is dialed after healing is as good as one that was there: no reply may take minutes on it.
    if (ground.isHealed) {
      this.up.heal();
      this.down.heal();
    }
    this.down.onRoom = () => this.server.maybeSendQueued();
    this.up.onRoom = () => this.clientEnd.maybeSendQueued();
    this.up.onGiveUp = () => this.goSilent();
    this.down.onGiveUp = () => this.goSilent();
  }

  get remote(): Address {
    const { client, connection } = this;
    return {
      kind: "tcp",
      host: `127.0.${(client >> 8) & 255}.${client & 255}`,
      port: 10_000 + (connection % 50_000),
    };
  }

  /** It has reached the node's kernel. */
  attach(options: {
    readonly generation: number;
    readonly keepAliveSeconds: number;
    readonly local: Address;
  }): void {
    this.generation = options.generation;
    this.keepAliveSeconds = options.keepAliveSeconds;
    this.local = options.local;
  }

  get isServerAlive(): boolean {
    return this.host.isUp && this.host.generation === this.generation && !this.server.isGone;
  }

  /** Whether either side still has it. */
  get isOpen(): boolean {
    return !this.clientEnd.isClosed || this.isServerAlive;
  }

  /** Whether the plan's chance breaks it at this write. */
  breaksNow(direction: "up" | "down"): boolean {
    const { ground, client } = this;
    const rate = ground.rate("tcp.reset-mid-stream");
    return rate > 0 && rolls(rate, ground.stream(`reset/${client}.${direction}`));
  }

  /** Both sides hear of a break, each after a random prefix of what was on its way to it. */
  reset(): void {
    const { nowUs } = this.ground.queue;
    this.up.reset(nowUs);
    this.down.reset(nowUs);
  }

  /** The peer vanishes without a word: each side finds out in its own time. */
  goSilent(): void {
    if (this.isSilent) return;
    this.isSilent = true;
    this.up.fallSilent();
    this.down.fallSilent();
    const { queue } = this.ground;
    const giveUp = (afterUs: number, fire: () => void) => queue.push(queue.nowUs + afterUs, 0, due(fire));
    giveUp(this.chance.between(2_000_000, 15_000_000), () => this.clientEnd.timeOut());
    // A server that has nothing to send finds out by keep-alive probes alone.
    const { keepAliveSeconds } = this;
    const hasUnsent = this.down.outstanding > 0 || this.server.queuedBytes > 0;
    if (hasUnsent) giveUp(this.chance.between(2_000_000, 15_000_000), () => this.server.timeOut());
    else if (keepAliveSeconds > 0) giveUp(keepAliveSeconds * 1_000_000, () => this.server.timeOut());
  }

  /** The world is being healed: whoever still waits for a silent peer hears that there is none. */
  heal(): void {
    if (!this.isSilent) {
      this.up.heal();
      this.down.heal();
      return;
    }
    this.clientEnd.timeOut();
    this.server.timeOut();
  }

  /** The server's process is gone: its kernel tells the peer, unless the machine is gone too. */
  nodeEnded(isPowerLost: boolean): void {
    this.server.vanish();
    if (isPowerLost) this.goSilent();
    else this.reset();
  }

  closedAtServer(): void {
    this.parts.closedAtServer();
  }

  private pipeOptions(from: string, to: string, order: number): PipeOptions {
    const { chance, ground, parts } = this;
    const mayCut = ground.rate("tcp.chunk") > 0;
    const isPlain = parts.latency === "loopback";
    return {
      from,
      to,
      order,
      node: parts.host.id,
      latency: parts.latency,
      cutting: mayCut ? chance.pick(cuttings) : "whole",
      bandwidth: isPlain ? 0 : chance.pick(BANDWIDTHS),
      capacity: isPlain ? 262_144 : chance.pick(SEND_BUFFERS),
    };
  }
}

export function clientPlace(client: number): string {
  return `client/${client}`;
}

export function nodePlace(node: number): string {
  return `node/${node}`;
}
