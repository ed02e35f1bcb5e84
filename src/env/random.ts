// Randomness port: seeds and secrets.

export interface Randomness {
  /** A seed for the server's Rng: unpredictable in production, the plan's in simulation. */
  seed(): number;
  /** Fills `target` with unpredictable bytes in production, seeded ones in simulation. */
  secret(target: Uint8Array): void;
}
