// Lock port: one process at a time uses a directory.
//
// Contract: a lock is held from the moment it is given until the process ends, however it ends; nothing of it stays on the disk.

export interface DirectoryLock {
  /** Asks for the lock of a directory that is there; false: another process has it. Given again to who holds it. */
  take(directory: string, done: (isHeld: boolean) => void): void;
}
