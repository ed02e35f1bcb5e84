// Case: a short conversation with a server, as data.
//
// Role: the vocabulary of the tables beside it. A call is one line, words quoted as redis-cli quotes them
// ("\x00" for a byte). Every case runs on an empty server, through raw sockets and through ioredis, in RESP2 and
// RESP3, on a stock Redis and on this server; cases.test.ts compares what comes back, call by call, as the
// command's declared class says. A case that changes a setting sets it back.

export type Case = {
  /** What the calls show, in a few words. */
  readonly name: string;
  readonly calls: readonly string[];
};

/** A case of commands that the stock server lacks: what each call answers is written down, from the documentation. */
export type DocumentedCase = {
  readonly name: string;
  /** The page of redis.io's command reference that says so. */
  readonly page: string;
  /** Replies are RESP2's, with a space for each end of a line. */
  readonly calls: readonly (readonly [call: string, reply: string])[];
};

/** Why no case of the tables calls a command; the key is its full name. */
export type Exemptions = Readonly<Record<string, string>>;
