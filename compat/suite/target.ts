// Target: the server that a suite judges: one that runs already, or one started for the suite alone.

import { candidateCommand, startServer, stopServer } from "../servers/pair.ts";
import type { Options } from "./options.ts";

export type Place = { readonly host: string; readonly port: number };

/** Runs `work` with the server under test, on the port base when it must be started. */
export async function withTarget<T>(options: Options, work: (place: Place) => Promise<T>): Promise<T> {
  if (options.running !== undefined) return work(options.running);
  const flags = [
    ...(options.shards === undefined ? [] : ["--shards", `${options.shards}`]),
    ...(options.isShadowed ? ["--shadow-oracle", "yes"] : []),
  ];
  const server = await startServer("shadis", candidateCommand(), options.portBase, flags);
  try {
    return await work({ host: "127.0.0.1", port: server.port });
  } finally {
    await stopServer(server);
  }
}
