// What commands may ask of snapshots and of the append-only log. Implemented by src/server/persistence.ts.

export type ReloadOptions = {
  /** The data is saved before it is loaded. */
  readonly isSaved: boolean;
  /** What there is goes first. */
  readonly isFlushed: boolean;
  /** Keys that are there already are replaced. */
  readonly isMerging: boolean;
};

/** What became of the wish to write the log anew. */
export type RewriteStart = "started" | "scheduled" | "running" | "failed";

export type PersistenceView = {
  /** A snapshot is being written while clients are served. */
  readonly isSaving: boolean;
  /** The log is being written anew. */
  readonly isRewriting: boolean;
  /** The log has been synced up to there (ClientView.loggedTo), and with it all from before it was turned on. */
  isSynced(position: number): boolean;
  /** Begins to write the log anew, or when another snapshot is being written, and inside of EXEC, as soon as it can. */
  rewriteLog(isInExec: boolean): RewriteStart;
  /** DEBUG LOADAOF: undefined on success, else the error. */
  reloadLog(): string | undefined;
  /** Why writes are refused, as a snapshot or the log could not be written; undefined otherwise. */
  readonly writeRefusal: string | undefined;
  /** Writes a snapshot before it returns; false when that failed. */
  save(): boolean;
  /** Begins a snapshot in the background, unless one is being written. */
  startSaving(): void;
  /** Begins one as soon as the cron comes by. */
  scheduleSaving(): void;
  /** Ends a snapshot in the background without a result: all data is about to be removed. */
  giveUpSaving(): void;
  /** All data was removed by a client: what is on disk must not come back. */
  flushed(): void;
  /** DEBUG RELOAD: undefined on success, else the error. */
  reload(options: ReloadOptions): string | undefined;
  readonly figures: PersistenceFigures;
};

/** For INFO and LASTSAVE; times in seconds, -1 where there is none. */
export type PersistenceFigures = {
  readonly changes: number;
  readonly lastSave: number;
  readonly isLastSaveOk: boolean;
  readonly lastDuration: number;
  readonly currentDuration: number;
  readonly saves: number;
  readonly keysProcessed: number;
  readonly keysTotal: number;
  /** Bytes that a snapshot holds beside the data, and the most that the last one held. */
  readonly heldBytes: number;
  readonly lastHeldBytes: number;
  readonly keysLoaded: number;
  readonly keysExpired: number;
  readonly log: LogFigures;
  /** While the data of the start is being loaded. */
  readonly loading:
    | {
        readonly startTime: number;
        readonly totalBytes: number;
        readonly loadedBytes: number;
        readonly usedBytes: number;
        readonly eta: number;
      }
    | undefined;
};

/** Of the append-only log; sizes in bytes. */
export type LogFigures = {
  readonly isOn: boolean;
  readonly isRewriting: boolean;
  readonly isScheduled: boolean;
  readonly isLastRewriteOk: boolean;
  readonly isLastWriteOk: boolean;
  readonly lastDuration: number;
  readonly currentDuration: number;
  readonly rewrites: number;
  readonly failuresInRow: number;
  readonly currentBytes: number;
  readonly baseBytes: number;
  readonly bufferBytes: number;
  readonly isSyncing: boolean;
  readonly delayedSyncs: number;
};
