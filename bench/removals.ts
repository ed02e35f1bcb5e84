// Removals: the ways in which a collection goes away, in the order in which a server meets them.
//
// Role: data. UNLINK comes first, so that the way with a bar meets a server that has freed nothing like it before:
// its code is at its coldest. "No command" comes before all and shows what is measured when nothing happens.

export type Removal = {
  /** What the command line calls it. */
  readonly name: string;
  readonly title: string;
  /** Sent before the watch begins. */
  readonly before?: (key: string) => readonly [string, ...string[]];
  readonly command?: (key: string) => readonly [string, ...string[]];
  /** False if the collection stays. */
  readonly removes: boolean;
  /** The longest turn of the loop that is good enough; absent where it is only reported. */
  readonly turnMsMax?: number;
};

// Long enough to reset the watch in between.
const expiryMs = 250;

export const removals: readonly Removal[] = [
  { name: "nothing", title: "No command", removes: false },
  { name: "unlink", title: "UNLINK", command: (key) => ["UNLINK", key], removes: true, turnMsMax: 2 },
  {
    name: "expiry",
    title: "Expiry",
    before: (key) => ["PEXPIRE", key, String(expiryMs)],
    removes: true,
    turnMsMax: 2,
  },
  { name: "flush", title: "FLUSHALL ASYNC", command: () => ["FLUSHALL", "ASYNC"], removes: true },
  { name: "del", title: "DEL", command: (key) => ["DEL", key], removes: true },
];
