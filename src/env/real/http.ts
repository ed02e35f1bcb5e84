// Real HTTP: node:http, held to what a scrape or a probe needs.
//
// Role: serves the admin port. Every answer closes its connection, so none is kept between scrapes; whoever sends
// slowly, reads slowly or sends too much is cut off, and a further connection than the bound is not accepted.
// Invariant: nothing a peer does throws out of here, and a request is answered at most once.

import { createServer, type Server } from "node:http";
import type { Http, HttpAnswer } from "../http.ts";
import type { Listener } from "../net.ts";

/** Request line and headers together; more is answered with 431. */
const HEADER_BYTES_MAX = 8 * 1024;
/** Scrapers and probes come one by one; more than a handful at once is a mistake or an attack. */
const CONNECTIONS_MAX = 16;

/** Milliseconds for a whole request to arrive, and without any byte moving; the checks come as often. */
export type HttpLimits = { readonly requestMs: number; readonly idleMs: number };

const usualLimits: HttpLimits = { requestMs: 5000, idleMs: 10_000 };

export function realHttp(limits: HttpLimits = usualLimits): Http {
  return {
    listen(at, answer, done) {
      const server = createServer({
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: limits.requestMs,
        requestTimeout: limits.requestMs,
        connectionsCheckingInterval: limits.requestMs,
      });
      server.maxConnections = CONNECTIONS_MAX;
      server.setTimeout(limits.idleMs);
      server.on("request", (request, response) => {
        const [path = ""] = (request.url ?? "").split("?", 1);
        answer({ method: request.method ?? "", path }, ({ status, headers, body }: HttpAnswer) => {
          if (response.headersSent || response.destroyed) return;
          response.writeHead(status, {
            ...headers,
            "Content-Length": Buffer.byteLength(body),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            Connection: "close",
          });
          response.end(body);
        });
      });
      let isDone = false;
      // Stays for as long as the server does: a connection that could not be accepted is reported here as well.
      server.on("error", (error: NodeJS.ErrnoException) => {
        if (isDone) return;
        isDone = true;
        const text = `Could not open the metrics port ${at.host}:${at.port}: ${error.message}`;
        done({ ok: false, fault: { code: error.code ?? "EIO", text } });
      });
      server.listen({ host: at.host, port: at.port }, () => {
        isDone = true;
        done({ ok: true, value: listenerOf(server, at.host) });
      });
    },
  };
}

function listenerOf(server: Server, host: string): Listener {
  const bound = server.address();
  const port = bound !== null && typeof bound === "object" ? bound.port : 0;
  return {
    address: { kind: "tcp", host, port },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
