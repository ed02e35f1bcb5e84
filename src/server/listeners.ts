// Listeners: opens the addresses of the configuration and hands each connection to the hub.

import type { Config } from "../config/config.ts";
import type { Address, Listener, Net, NetFault } from "../env/net.ts";
import type { Server } from "./server.ts";

/** What the configuration asks to listen on; `isOptional` where Redis tolerates a failure ("-::1"). */
export function addressesOf(config: Config): { address: Address; isOptional: boolean }[] {
  const found: { address: Address; isOptional: boolean }[] = [];
  if (config.port !== 0) {
    for (const name of config.bind) {
      const isOptional = name.startsWith("-");
      const bare = isOptional ? name.slice(1) : name;
      const host = bare === "*" ? "0.0.0.0" : bare === "::*" ? "::" : bare;
      found.push({ address: { kind: "tcp", host, port: config.port }, isOptional });
    }
  }
  if (config.unixsocket !== "") {
    found.push({ address: { kind: "unix", path: config.unixsocket }, isOptional: false });
  }
  return found;
}

/** Opens all addresses; `done` gets the listeners in the order of the configuration, or the first fault that matters. */
export function listenAll(
  net: Net,
  server: Server,
  done: (listeners: readonly Listener[], fault: NetFault | undefined) => void,
): void {
  const wanted = addressesOf(server.config);
  const opened: (Listener | undefined)[] = wanted.map(() => undefined);
  let left = wanted.length;
  let fault: NetFault | undefined;
  if (left === 0) {
    done([], undefined);
    return;
  }
  for (const [i, { address, isOptional }] of wanted.entries()) {
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
        if (result.ok) opened[i] = result.value;
        else if (!(isOptional && result.fault.code !== "EADDRINUSE")) fault ??= result.fault;
        left--;
        if (left === 0)
          done(
            opened.filter((each) => each !== undefined),
            fault,
          );
      },
    );
  }
}

function isLoopbackHost(host: string): boolean {
  return host === "::1" || host.startsWith("127.") || host.startsWith("::ffff:127.");
}
