// Log port: lines for people and machines. Never called per command.

export type LogLevel = "debug" | "verbose" | "notice" | "warning";

export interface Log {
  write(level: LogLevel, text: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}
