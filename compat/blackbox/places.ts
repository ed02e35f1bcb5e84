// Places: where a stock server and the server under test listen, for cases that need nothing but an address.
//
// Role: starts the pair for one test file; `npm run compat -- --host --port` names a server that runs already,
// through COMPAT_SERVER, and then only the stock one is started.

import { afterAll, beforeAll } from "vitest";
import { type Server, startServer, stockCommand, stopServer } from "../servers/pair.ts";
import { type Both, bothServers, hasStock } from "./both.ts";

export type Place = { readonly host: string; readonly port: number };

const running = placeNamed(process.env["COMPAT_SERVER"]);

/** Both places while the file's tests run, on `portBase` and the port after it. */
export function bothPlaces(portBase: number): () => { readonly stock: Place; readonly shadis: Place } {
  if (running === undefined) {
    const both: Both = bothServers(portBase);
    return () => ({ stock: placeOf(both.pair().stock), shadis: placeOf(both.pair().candidate) });
  }
  let stock: Server | undefined;
  beforeAll(async () => {
    if (hasStock) stock = await startServer("stock", stockCommand(), portBase);
  });
  afterAll(async () => {
    if (stock !== undefined) await stopServer(stock);
  });
  return () => {
    if (stock === undefined) throw new Error("the stock server is not running");
    return { stock: placeOf(stock), shadis: running };
  };
}

function placeOf({ port }: Server): Place {
  return { host: "127.0.0.1", port };
}

function placeNamed(text: string | undefined): Place | undefined {
  const [, host, port] = /^(.+):(\d+)$/.exec(text ?? "") ?? [];
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}
