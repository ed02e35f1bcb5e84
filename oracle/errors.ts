// Texts of error replies that hold a client's words, and those that several commands share.
//
// The fixed texts are src/resp's catalogue, which the stock server is asked to confirm (stock.test.ts). The ones
// with a part that varies are made here, because how that part is cut is where servers differ.

import { errors } from "../src/resp/errors.ts";

export { errors };

export const noAuth: string = errors.noAuth;
export const monitorKeyspace: string = errors.replicaOnly;

/**
 * A text made with a client's words: Redis trims line ends at its end, and turns those inside into spaces.
 * Each word must have gone through `word`.
 */
export function formatted(text: string): string {
  return text.replace(/[\r\n]+$/, "").replaceAll(/[\r\n]/g, " ");
}

/** As `formatted`, of the few texts that Redis does not trim. */
export function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, " ");
}

/** A client's word as C's %s prints it: up to its first NUL, and up to `lengthMax` bytes. */
export function word(text: string, lengthMax = Number.POSITIVE_INFINITY): string {
  const nul = text.indexOf("\0");
  const whole = nul < 0 ? text : text.slice(0, nul);
  return whole.length > lengthMax ? whole.slice(0, lengthMax) : whole;
}

export function arityError(name: string): string {
  return errors.arity(name);
}

// The words that follow are shown until their quoted total reaches 128 bytes.
export function unknownCommand(words: readonly string[]): string {
  const totalMax = 128;
  let shown = "";
  for (let i = 1; i < words.length && shown.length < totalMax; i++) {
    shown += `'${word(words[i] as string, totalMax - shown.length)}' `;
  }
  const name = word(words[0] as string, 128);
  return formatted(`ERR unknown command '${name}', with args beginning with: ${shown}`);
}

export function unknownSubcommand(words: readonly string[]): string {
  const name = word(words[1] as string, 128);
  return formatted(`ERR unknown subcommand '${name}'. Try ${(words[0] as string).toUpperCase()} HELP.`);
}
