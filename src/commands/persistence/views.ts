// What commands may ask of snapshots on disk. Implemented by src/server/persistence.ts.

export type ReloadOptions = {
  /** The data is saved before it is loaded. */
  readonly isSaved: boolean;
  /** What there is goes first. */
  readonly isFlushed: boolean;
  /** Keys that are there already are replaced. */
  readonly isMerging: boolean;
};

export type PersistenceView = {
  /** A snapshot is being written while clients are served. */
  readonly isSaving: boolean;
  /** Why a background snapshot failed last, writes are refused; undefined otherwise. */
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
