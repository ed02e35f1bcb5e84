// Hashing port: digests of secrets. They are the platform's work, not ours: code for secrets is not to be home-made.

export interface Hashing {
  /** The SHA-256 of the bytes as 64 lower-case hexadecimal digits. */
  sha256(bytes: Uint8Array): string;
}
