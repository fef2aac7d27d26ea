// The small parts that links are made of: numbers, days and spans as text. Pure; link.ts puts them together.

/** Name and value of a piece; the view has no name. */
export function split(piece: string): [name: string, value: string] {
  const at = piece.indexOf("=");
  return at < 0 ? ["", piece] : [piece.slice(0, at), piece.slice(at + 1)];
}

/** Some programs that pass links on escape more than they need to; a broken escape is no piece of ours. */
export function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return "";
  }
}

/** A plain decimal number, so short that it is finite. */
export function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,4}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
}

/** A day, counted from 1970-01-01, as 2025-05-03. */
export function formatDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** A day from 2025-05-03; undefined for anything else, 2025-02-30 included. */
export function parseDay(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const day = Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  return Number.isFinite(day) && formatDay(day) === text ? day : undefined;
}

/** "a..b", open where an end is missing; undefined without either. */
export function formatSpan(from: number | undefined, to: number | undefined, write: (v: number) => string): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  return `${from === undefined ? "" : write(from)}..${to === undefined ? "" : write(to)}`;
}

/** The ends of "a..b"; both undefined where it makes no sense or they stand the wrong way round. */
export function parseSpan(text: string, read: (text: string) => number | undefined): [number | undefined, number | undefined] {
  const parts = text.split("..");
  if (parts.length !== 2) return [undefined, undefined];
  const [from, to] = parts.map((p) => (p === "" ? undefined : read(p)));
  const broken = parts.some((p, i) => p !== "" && [from, to][i] === undefined) || (from !== undefined && to !== undefined && from > to);
  return broken ? [undefined, undefined] : [from, to];
}

/** Names in a list, whatever is in them. */
export function formatNames(names: readonly string[]): string {
  return names.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

/** The names of a list, without empty ones. */
export function parseNames(text: string): string[] {
  return text
    .split(",")
    .map(decoded)
    .filter((name) => name !== "");
}

/** Hours as 22-4. */
export function formatHours([first, last]: readonly [number, number]): string {
  return `${first}-${last}`;
}

/** Hours from 22-4; undefined for anything else, and for all of them. */
export function parseHours(text: string): readonly [number, number] | undefined {
  const m = /^(\d{1,2})-(\d{1,2})$/.exec(text);
  const span = m && ([Number(m[1]), Number(m[2])] as const);
  return span && span.every((hour) => hour < 24) && (span[0] + 23) % 24 !== span[1] ? span : undefined;
}

/** Days of the week as in ISO 8601, 1 being Monday. */
export function formatWeekdays(days: readonly number[]): string {
  return days.map((d) => d + 1).join(",");
}

/** Days of the week, ascending; undefined where one is none, or all are there. */
export function parseWeekdays(text: string): number[] | undefined {
  if (!/^[1-7](,[1-7])*$/.test(text)) return undefined;
  const days = [...new Set(text.split(",").map((d) => Number(d) - 1))].sort((p, q) => p - q);
  return days.length < 7 ? days : undefined;
}
