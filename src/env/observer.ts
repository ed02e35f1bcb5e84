// Observer port: someone who is told what was run, and what it answered, right after it happened.
//
// Role: a shadow oracle beside a live server, or the checks of a simulation. Absent otherwise; a server without an
// observer pays one comparison per command. An observer never changes what a client sees.
// Texts are Latin-1: one character is one byte.

export type Executed = {
  /** The client's id. */
  readonly client: number;
  /** Wall-clock milliseconds as the command saw them. */
  readonly nowMs: number;
  /** The request, command name included. Valid after the call too. */
  readonly words: readonly string[];
  /** The request was too large to be told whole: its longest words are told as empty. */
  readonly isRequestCut: boolean;
  /** All bytes of the reply in the client's protocol; empty while CLIENT REPLY keeps it back. */
  readonly reply: string;
  /** The reply was too large to be told: it is empty here. */
  readonly isReplyCut: boolean;
  /** The protocol the reply was written in. */
  readonly protocol: 2 | 3;
  /**
   * "queued": kept for EXEC and not run yet; "inner": run by EXEC, of whose reply this one is a part; "script": a script of
   * the client's made the call, in the script's protocol; the EVAL or FCALL is told after them, whatever its keys.
   */
  readonly transaction?: "queued" | "inner" | "script" | undefined;
};

export type RemovalReason = "expired" | "evicted";

export type TextOf = (bytes: Uint8Array, start: number, end: number) => string;

export interface Observer {
  /**
   * Told of a sample, one key in so many: not of a request all of whose keys are beside it, nor of one without keys
   * that leaves no state behind (PING, INFO). Absent or 1: told of every request.
   */
  readonly oneIn?: number;
  /** It counts what is run: `words` and `reply` are told as empty. Absent: it is told both. */
  readonly isCounting?: boolean;
  /** Is given, before anything is told, what says whether a key is of the sample. */
  samples?(has: (key: string) => boolean): void;
  /** How many requests were not told for that reason. */
  untold?: number;
  /** Latin-1 text of bytes[start, end), where the platform is faster at it than we are. */
  readonly textOf?: TextOf;
  /** What INFO shows of it, field by field. */
  figures?(): readonly (readonly [field: string, value: string | number])[];
  /** A client was accepted. */
  connected(client: number): void;
  /** A client is gone; what it had sent and was not run never will be. */
  disconnected(client: number): void;
  /**
   * One request was run, or refused with an error. In the order of execution over all clients: a request that waits
   * for a key is told when it is answered, a transaction's requests when EXEC runs them, before EXEC itself.
   */
  executed(call: Executed): void;
  /** Data came from a file: any key may be there now that nobody was told of. */
  loaded?(): void;
  /** A key was or is being removed by the server itself; told before the command that caused it, if one did. */
  removed(db: number, key: string, why: RemovalReason): void;
}
