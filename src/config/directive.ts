// Directive: what is known about one name in redis.conf, as data.
//
// Role: the vocabulary in which the tables (directives-*.ts) are written. Behaviour follows from the data: values.ts
// reads and prints values by `kind`, config.ts keeps the rules of CONFIG SET, rewrite.ts those of CONFIG REWRITE.
// All texts in this folder are byte strings: one character for each byte (latin1), so that a password or a path
// of any bytes survives reading, CONFIG GET and rewriting unchanged.

export type Kind =
  | { readonly type: "bool" }
  | { readonly type: "int"; readonly min: bigint; readonly max: bigint; readonly clamp?: Clamp }
  | {
      readonly type: "memory";
      readonly min: bigint;
      readonly max: bigint;
      /** Redis keeps sizes in signed or unsigned words, and which of them shows in the bounds reported. */
      readonly isSigned: boolean;
      readonly takesPercent: boolean;
      readonly clamp?: Clamp;
    }
  | { readonly type: "octal"; readonly min: bigint; readonly max: bigint }
  | {
      readonly type: "enum";
      readonly names: readonly string[];
      /** Names that are kept as another name. */
      readonly synonyms: Readonly<Record<string, string>>;
    }
  | {
      readonly type: "flags";
      readonly names: readonly string[];
      /** The name that stands for no flag at all. */
      readonly none: string;
    }
  | {
      readonly type: "string";
      /** An empty value means "not set": CONFIG REWRITE then leaves the directive out. */
      readonly isUnsetWhenEmpty: boolean;
      /** The text of the error, or undefined when the value is fine. */
      readonly check?: (value: string) => string | undefined;
    }
  | { readonly type: "special"; readonly special: SpecialName };

/** Values outside are accepted and moved to the nearer end. */
export type Clamp = { readonly min: bigint; readonly max: bigint };

export type SpecialName =
  | "bind"
  | "buffer-limits"
  | "directory"
  | "event-classes"
  | "oom-scores"
  | "percentiles"
  | "replica-of"
  | "save-points";

/**
 * What this server does about a directive. `accepted`: any value is kept and shown, and one warning is logged when
 * it differs from the default. `refused`: values that are neither the default nor in `harmless` are errors, because
 * keeping them would promise something that does not happen; `reason` is the error's text.
 */
export type Standing =
  | { readonly kind: "supported" }
  | { readonly kind: "accepted"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string; readonly harmless: readonly string[] };

export type Directive = {
  readonly name: string;
  readonly alias: string | undefined;
  readonly kind: Kind;
  /** The default, as CONFIG GET prints it. */
  readonly initial: string;
  /** False: only the command line and the configuration file may set it. */
  readonly isMutable: boolean;
  /** CONFIG SET needs enable-protected-configs. */
  readonly isProtected: boolean;
  /** The value is a secret: logs, SLOWLOG and MONITOR must not show it. */
  readonly isSensitive: boolean;
  /** The value is a list: several arguments in a file, one text with spaces in CONFIG SET. */
  readonly isList: boolean;
  /**
   * This server's own, which Redis does not know. CONFIG GET shows it by its exact name only: programs set back all
   * that a pattern returned, or compare it with Redis's list.
   */
  readonly isOwn: boolean;
  /** One that Redis has for its own tests and debugging: CONFIG GET shows it by its exact name only. */
  readonly isHidden: boolean;
  /** It names what can change without it, such as a file: CONFIG SET acts on the value it has already, too. */
  readonly isVolatile: boolean;
  readonly standing: Standing;
};

export type Options = {
  readonly alias?: string;
  readonly startOnly?: true;
  readonly protected?: true;
  readonly sensitive?: true;
  readonly own?: true;
  readonly hidden?: true;
  readonly volatile?: true;
  readonly standing?: Standing;
};

export const int32Max = 2n ** 31n - 1n;
export const uint32Max = 2n ** 32n - 1n;
export const int64Max = 2n ** 63n - 1n;
export const uint64Max = 2n ** 64n - 1n;

/** Kept and shown, without effect; `reason` completes the warning "... has no effect: ". */
export function accepted(reason: string): Standing {
  return { kind: "accepted", reason };
}

/** An error for every value but the default and those in `harmless` (which get a warning). */
export function refused(reason: string, ...harmless: readonly string[]): Standing {
  return { kind: "refused", reason, harmless };
}

/** yes or no. */
export function bool(name: string, initial: "yes" | "no", options: Options = {}): Directive {
  return build(name, { type: "bool" }, initial, options);
}

/** A decimal integer within `min`..`max`, both included. */
export function int(
  name: string,
  min: number | bigint,
  max: number | bigint,
  initial: number,
  options: Options & { readonly clamp?: Clamp } = {},
): Directive {
  const clamp = options.clamp === undefined ? {} : { clamp: options.clamp };
  return build(name, { type: "int", min: BigInt(min), max: BigInt(max), ...clamp }, String(initial), options);
}

type MemoryOptions = Options & {
  readonly min?: bigint;
  readonly max?: bigint;
  readonly isSigned?: boolean;
  readonly takesPercent?: boolean;
  readonly clamp?: Clamp;
};

/** Bytes, with an optional unit (k is 1000, kb is 1024, ...). */
export function memory(name: string, initialBytes: number, options: MemoryOptions = {}): Directive {
  const { min = 0n, max = int64Max, isSigned = false, takesPercent = false } = options;
  const clamp = options.clamp === undefined ? {} : { clamp: options.clamp };
  return build(
    name,
    { type: "memory", min, max, isSigned, takesPercent, ...clamp },
    String(initialBytes),
    options,
  );
}

/** One word of `names`. */
export function choice(
  name: string,
  names: readonly string[],
  initial: string,
  options: Options & { readonly synonyms?: Readonly<Record<string, string>> } = {},
): Directive {
  return build(name, { type: "enum", names, synonyms: options.synonyms ?? {} }, initial, options);
}

/** Several words of `names`; the first of them means none. */
export function flags(name: string, names: readonly string[], options: Options = {}): Directive {
  const none = names[0] ?? "";
  return { ...build(name, { type: "flags", names, none }, none, options), isList: true };
}

/** Any text, empty included. */
export function text(
  name: string,
  initial: string,
  options: Options & { readonly check?: (value: string) => string | undefined } = {},
): Directive {
  const check = options.check === undefined ? {} : { check: options.check };
  return build(name, { type: "string", isUnsetWhenEmpty: false, ...check }, initial, options);
}

/** A text that is not set until given; the empty text unsets it. */
export function optionalText(
  name: string,
  options: Options & { readonly check?: (value: string) => string | undefined } = {},
): Directive {
  const check = options.check === undefined ? {} : { check: options.check };
  return build(name, { type: "string", isUnsetWhenEmpty: true, ...check }, "", options);
}

/** Permissions in octal. */
export function octal(name: string, max: number, options: Options = {}): Directive {
  return build(name, { type: "octal", min: 0n, max: BigInt(max) }, "0", options);
}

/** A value with a grammar of its own (specials.ts). */
export function special(
  name: string,
  specialName: SpecialName,
  initial: string,
  options: Options = {},
): Directive {
  const isList = specialName !== "directory" && specialName !== "event-classes";
  return { ...build(name, { type: "special", special: specialName }, initial, options), isList };
}

function build(name: string, kind: Kind, initial: string, options: Options): Directive {
  return {
    name,
    alias: options.alias,
    kind,
    initial,
    isMutable: options.startOnly !== true,
    isProtected: options.protected === true,
    isSensitive: options.sensitive === true,
    isList: false,
    isOwn: options.own === true,
    isHidden: options.hidden === true,
    isVolatile: options.volatile === true,
    standing: options.standing ?? { kind: "supported" },
  };
}
