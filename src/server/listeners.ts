// Listeners: the addresses that the configuration asks for, open, and each connection handed to the hub.
//
// Invariant: between calls, what is open is what the configuration asked for at the last call that succeeded, without
// the optional addresses that the machine lacks.

import type { Config } from "../config/config.ts";
import type { Address, Listener, Net, NetFault } from "../env/net.ts";
import type { Server } from "./server.ts";

/** `isOptional`: Redis tolerates a failure ("-::1"). */
export type Wanted = { readonly address: Address; readonly isOptional: boolean; readonly isTls: boolean };
export type Open = { readonly listener: Listener; readonly isTls: boolean };

/** What the configuration asks to listen on. */
export function addressesOf(config: Config): Wanted[] {
  const found: Wanted[] = [];
  for (const [port, isTls] of [[config.port, false] as const, [config.tlsPort, true] as const]) {
    if (port === 0) continue;
    for (const name of config.bind) {
      const isOptional = name.startsWith("-");
      const bare = isOptional ? name.slice(1) : name;
      const host = bare === "*" ? "0.0.0.0" : bare === "::*" ? "::" : bare;
      found.push({ address: { kind: "tcp", host, port }, isOptional, isTls });
    }
  }
  if (config.unixsocket !== "") {
    found.push({ address: { kind: "unix", path: config.unixsocket }, isOptional: false, isTls: false });
  }
  return found;
}

export class Listeners {
  private readonly net: Net;
  private readonly tls: Net | undefined;
  private readonly server: Server;
  private readonly byKey = new Map<string, Open>();

  /** Without `tls` an address for it cannot be opened. */
  constructor(parts: { net: Net; tls: Net | undefined; server: Server }) {
    this.net = parts.net;
    this.tls = parts.tls;
    this.server = parts.server;
  }

  /** Those that are open, in the order of the configuration. */
  get all(): readonly Open[] {
    return addressesOf(this.server.config).flatMap((wanted) => this.byKey.get(keyOf(wanted)) ?? []);
  }

  /** Opens all addresses; `done` gets the first fault that matters, when all have been tried. */
  open(done: (fault: NetFault | undefined) => void): void {
    const wanted = addressesOf(this.server.config);
    let left = wanted.length;
    let fault: NetFault | undefined;
    if (left === 0) done(undefined);
    for (const each of wanted) {
      this.openOne(each, (failure) => {
        fault ??= failure;
        left--;
        if (left === 0) done(fault);
      });
    }
  }

  /**
   * Closes and opens what a changed configuration asks for. Returns why it could not: then some addresses are closed,
   * and the caller sets the configuration back and calls again. Connections stay as they are.
   */
  follow(): NetFault | undefined {
    const wanted = addressesOf(this.server.config);
    const keys = new Set(wanted.map(keyOf));
    // These come first: an address may be in the way of a wider one.
    for (const [key, { listener }] of this.byKey) {
      if (keys.has(key)) continue;
      listener.close();
      this.byKey.delete(key);
    }
    let fault: NetFault | undefined;
    for (const each of wanted) {
      if (this.byKey.has(keyOf(each))) continue;
      let isDone = false;
      let isLate = false;
      this.openOne(each, (failure) => {
        isDone = true;
        if (isLate) this.closeOne(keyOf(each));
        else fault ??= failure;
      });
      isLate = !isDone;
      if (isLate) fault ??= lateFault;
    }
    return fault;
  }

  close(): void {
    for (const key of [...this.byKey.keys()]) this.closeOne(key);
  }

  private closeOne(key: string): void {
    this.byKey.get(key)?.listener.close();
    this.byKey.delete(key);
  }

  private openOne(wanted: Wanted, done: (fault: NetFault | undefined) => void): void {
    const { server } = this;
    const { address, isOptional, isTls } = wanted;
    const net = isTls ? this.tls : this.net;
    if (net === undefined) {
      done(noTlsFault);
      return;
    }
    const options = {
      backlog: server.config.tcpBacklog,
      unixPermissions: server.config.unixsocketperm,
      keepAliveSeconds: server.config.tcpKeepalive,
    };
    net.listen(
      address,
      options,
      (stream) => {
        const isLoopback = stream.remote.kind === "unix" || isLoopbackHost(stream.remote.host);
        return server.hub.accept(stream, server.refusalOfConnection(isLoopback));
      },
      (result) => {
        if (result.ok) this.byKey.set(keyOf(wanted), { listener: result.value, isTls });
        done(result.ok || (isOptional && result.fault.code !== "EADDRINUSE") ? undefined : result.fault);
      },
    );
  }
}

const noTlsFault: NetFault = { code: "ENOTSUP", text: "TLS is not part of this server" };
const lateFault: NetFault = {
  code: "EAGAIN",
  text: "Only IP addresses can be opened while the server runs: restart it with others",
};

function keyOf({ address, isTls }: Wanted): string {
  return address.kind === "unix" ? address.path : `${isTls ? "tls" : "tcp"} ${address.host} ${address.port}`;
}

function isLoopbackHost(host: string): boolean {
  return host === "::1" || host.startsWith("127.") || host.startsWith("::ffff:127.");
}
