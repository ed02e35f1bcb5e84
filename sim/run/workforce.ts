// Workforce: the processes of a batch, each with one job at a time.

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Job, JobResult } from "./job.ts";

export type WorkforceOptions = {
  readonly jobs: number;
  /** The program that runs a worker; this process's own unless given. */
  readonly node?: string;
  /** A module that is loaded before the worker. */
  readonly preload?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

type Worker = { readonly child: ChildProcess; settle: ((result: JobResult | Error) => void) | undefined };

// A simulated server takes 32 MiB of address space for each shard and after each flush, of which it touches little. The
// engine counts all of it as garbage to come, and would collect twice for each server: four fifths of a run's time.
const heapFlags = [
  "--external-memory-accounted-in-global-limit",
  "--initial-old-space-size=2000",
  "--max-semi-space-size=8", // A young generation that the caches hold: a fifth faster than 32.
  "--single-threaded-gc", // Helpers cost more than they save: a batch has a process for each core.
  "--expose-gc", // The worker then collects now and then, between runs.
];

export class Workforce {
  private readonly options: WorkforceOptions;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  constructor(options: WorkforceOptions) {
    this.options = options;
  }

  /** Does a job in a process that is free; rejects when the process ends instead of answering. */
  async perform(job: Job): Promise<JobResult> {
    const worker = this.idle.pop() ?? this.hire();
    const result = await new Promise<JobResult | Error>((resolve) => {
      worker.settle = resolve;
      worker.child.send(job);
    });
    worker.settle = undefined;
    if (result instanceof Error) throw result;
    this.idle.push(worker);
    return result;
  }

  /**
   * Takes jobs from `next` until it gives none, in as many processes as there are, and tells each result. A job whose
   * process died is told as an error.
   */
  async drain(
    next: () => Job | undefined,
    told: (job: Job, result: JobResult | Error) => void,
  ): Promise<void> {
    const lane = async (): Promise<void> => {
      for (let job = next(); job !== undefined; job = next()) {
        let result: JobResult | Error;
        try {
          result = await this.perform(job);
        } catch (error) {
          result = error instanceof Error ? error : new Error(String(error));
        }
        told(job, result);
      }
    };
    await Promise.all(Array.from({ length: this.options.jobs }, lane));
  }

  /** Ends all processes. */
  close(): void {
    for (const { child } of this.all) child.kill();
    this.all.clear();
    this.idle.length = 0;
  }

  private hire(): Worker {
    const { node, preload, environment } = this.options;
    const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [], {
      execPath: node ?? process.execPath,
      execArgv: [
        "--disable-warning=ExperimentalWarning",
        // Other versions of Node.js may not know the flags.
        ...(node === undefined || node === process.execPath ? heapFlags : []),
        ...(preload === undefined ? [] : ["--import", preload]),
      ],
      env: { ...process.env, ...environment },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const worker: Worker = { child, settle: undefined };
    this.all.add(worker);
    const ended = (why: string): void => {
      this.all.delete(worker);
      worker.settle?.(new Error(`a process of the batch ended: ${why}`));
    };
    child.on("message", (message: JobResult | "ready") => {
      if (message !== "ready") worker.settle?.(message);
    });
    child.on("error", (error) => ended(error.message));
    child.on("exit", (code, signal) => ended(`${signal ?? `exit code ${code}`}`));
    return worker;
  }
}
