// What a kind of file must offer to be an archive of heat. archive.ts chooses the kind; pmtiles.ts and mbtiles.ts are the two.

import type { StoredBlock } from "../tracks/block.ts";
import type { Field, Metadata } from "./metadata.ts";

/** Why a layer cannot be shown: its field has no data, or a tool dropped the field's bytes from the file. */
export type Absence = "empty" | "dropped";

/** A kind of file. Its methods reject with ArchiveError, with AbortError, or with what a damaged file makes of them. */
export interface Container {
  readonly metadata: Metadata;
  /** Whether the lines that the metadata names are there. */
  readonly hasLines: boolean;
  /** Whether the squares that the metadata name are there. */
  readonly hasSquares: boolean;
  /** Says why the tiles of a field with zooms cannot be had; undefined when they can. */
  absence(field: Field): Absence | undefined;
  /** The PNG bytes of a tile of a field that is not absent, in a buffer of their own; undefined where it has none. */
  tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined>;
  /** The same of a tile that blocks keep in place of lines; undefined too where a tool has dropped them. */
  keptTile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined>;
  /** The bytes of a block of the lines that are there, a gzip file in a buffer of its own; undefined where nobody was. */
  block(z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined>;
  /** All blocks of a zoom of the lines that are there, in as few requests as there can be. */
  allBlocks(zoom: number): Promise<StoredBlock[]>;
  /** All blocks of the squares that are there, of tiles of some zooms, both included. */
  squares(from: number, to: number): Promise<StoredBlock[]>;
}
