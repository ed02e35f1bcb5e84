// Watch: an eye on the process under test, looked through now and then while frames are sent.

import { hasEnded, residentBytes, type Server } from "../servers/pair.ts";

/** The process under test: how large it grew, and whether it is still the one that was started. */
export class Watch {
  readonly server: Server;
  readonly atStartBytes: number;
  maxBytes = 0;
  #nextMs = 0;

  constructor(server: Server) {
    this.server = server;
    this.atStartBytes = residentBytes(server) ?? 0;
  }

  look(): void {
    if (performance.now() < this.#nextMs) return;
    this.#nextMs = performance.now() + 50;
    this.maxBytes = Math.max(this.maxBytes, residentBytes(this.server) ?? 0);
  }

  get hasEnded(): boolean {
    return hasEnded(this.server);
  }
}
