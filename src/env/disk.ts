// Disk port: the little that the server needs of files so far, for CONFIG REWRITE and what a shadow oracle records.

export type DiskFault = { readonly code: string; readonly text: string };

export interface Disk {
  /** The file's text, byte for byte (Latin-1), or why not. */
  readText(
    path: string,
  ): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: DiskFault };
  /** Replaces a file whole: written beside it, synced, renamed. */
  replaceText(path: string, text: string): DiskFault | undefined;
  /** Adds Latin-1 text to the end of a file, which only its owner may read if it is new. Not synced. */
  appendText(path: string, text: string): DiskFault | undefined;
  /** Makes `path` the working folder; returns its absolute path, or why not. */
  enterFolder(
    path: string,
  ): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly error: string };
}
