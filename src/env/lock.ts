// Lock port: one process at a time uses what goes by a name in a directory.
//
// Contract: a lock is held from the moment it is given until the process ends, however it ends; nothing of it stays on
// the disk.

export interface DirectoryLock {
  /** Asks for the lock of a name in a directory that is there; false: another process has it. Given again to who holds it. */
  take(directory: string, name: string, done: (isHeld: boolean) => void): void;
}
