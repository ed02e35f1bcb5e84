// Net port: streams. Every completion is a callback; no promise crosses a port.

export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** Why something on the network did not work: the system's code and one line a person can act on. */
export type NetFault = { readonly code: string; readonly text: string };

export type Result<T, F> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: F };

export interface Stream {
  readonly remote: Address;
  readonly local: Address;
  /** Bytes accepted by `write` and not yet taken by the network. */
  readonly queuedBytes: number;
  /**
   * Sends bytes[0, length). True: they are taken and the buffer is free again. False: the port keeps
   * `bytes` until they are sent; the caller must not touch them any more.
   */
  write(bytes: Uint8Array, length: number): boolean;
  pauseReading(): void;
  resumeReading(): void;
  /** Closes after what is queued has been sent. */
  end(): void;
  /** Closes now; what is queued is dropped. */
  destroy(): void;
}

export interface StreamEvents {
  /** `bytes[0, length)` is valid during the call only. */
  data(bytes: Uint8Array, length: number): void;
  /** Everything queued has been sent. */
  drained(): void;
  /** The peer closed its side. */
  ended(): void;
  /** Exactly once, last. */
  closed(fault: NetFault | undefined): void;
}

export interface Listener {
  readonly address: Address;
  close(): void;
}

export type ListenOptions = {
  readonly backlog: number;
  /** Permission bits of a unix socket; 0 leaves what the system gives. */
  readonly unixPermissions: number;
  /** Seconds before keep-alive probes; 0 switches them off. */
  readonly keepAliveSeconds: number;
};

export interface Net {
  /** A real network calls `done` before this returns where nothing has to be looked up: at an IP address. */
  listen(
    at: Address,
    options: ListenOptions,
    accept: (stream: Stream) => StreamEvents,
    done: (result: Result<Listener, NetFault>) => void,
  ): void;
}
