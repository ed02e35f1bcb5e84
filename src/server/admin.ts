// Admin: what the admin port answers. /metrics for monitors, /healthz and /readyz for whoever restarts or routes.
//
// Role: decides; the HTTP and metrics ports perform. Live means that the process answers at all; ready means that
// it takes clients. There is no password here, so it tells figures only: no key, no value, no client's address.
// Invariant: each request is answered once, whatever happens while it is being answered.

import type { HttpAnswer, HttpRequest } from "../env/http.ts";
import type { Metrics } from "../env/metrics.ts";
import { type Exported, exportedMetrics } from "./exported-metrics.ts";

const plainText = "text/plain; charset=utf-8";

export class Admin {
  private readonly server: Exported;
  private readonly metrics: Metrics;
  private readonly isReady: () => boolean;

  /** `isReady`: whether clients are being served at the moment of the question. */
  constructor(server: Exported, metrics: Metrics, isReady: () => boolean) {
    this.server = server;
    this.metrics = metrics;
    this.isReady = isReady;
  }

  /** Calls `reply` once, now or, for /metrics, a little later. */
  answer({ method, path }: HttpRequest, reply: (answer: HttpAnswer) => void): void {
    if (path !== "/metrics" && path !== "/healthz" && path !== "/readyz") {
      reply(plain(404, "not found"));
    } else if (method !== "GET") {
      const refusal = plain(405, "method not allowed");
      reply({ ...refusal, headers: { ...refusal.headers, Allow: "GET" } });
    } else if (path === "/metrics") {
      this.answerMetrics(reply);
    } else {
      reply(path === "/healthz" || this.isReady() ? plain(200, "ok") : plain(503, "not ready"));
    }
  }

  private answerMetrics(reply: (answer: HttpAnswer) => void): void {
    this.metrics.render(exportedMetrics(this.server), (page) => {
      if (page.ok) {
        const { contentType, text } = page.value;
        reply({ status: 200, headers: { "Content-Type": contentType }, body: text });
      } else {
        this.server.log("warning", `Metrics could not be written: ${page.fault}`);
        reply(plain(500, "metrics could not be written"));
      }
    });
  }
}

function plain(status: number, text: string): HttpAnswer {
  return { status, headers: { "Content-Type": plainText }, body: text };
}
