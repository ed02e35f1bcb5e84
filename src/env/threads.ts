// Threads port: where shards on threads of their own will run. One thread serves all shards so far,
// so the port names the places only.

export interface Threads {
  /** Processors this process may use. */
  readonly processors: number;
}
