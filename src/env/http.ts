// HTTP port: small pages for people and monitors. Requests have no body, and each connection serves one of them.

import type { Address, Listener, NetFault, Result } from "./net.ts";

/** A request's line, without the query. */
export type HttpRequest = { readonly method: string; readonly path: string };

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export interface Http {
  /** Answers requests at `at`; `answer` calls `reply` once, now or later. */
  listen(
    at: Address & { readonly kind: "tcp" },
    answer: (request: HttpRequest, reply: (answer: HttpAnswer) => void) => void,
    done: (result: Result<Listener, NetFault>) => void,
  ): void;
}
