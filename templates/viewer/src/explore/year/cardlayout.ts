// Where things stand on the picture of a year. Pure; card.ts draws it.

/** The shapes of pictures, by the names that people know them by; width and height in pixels. */
export const SHAPES = { "1:1": { width: 1080, height: 1080 }, "4:5": { width: 1080, height: 1350 }, "9:16": { width: 1080, height: 1920 } } as const;

export type Shape = keyof typeof SHAPES;

/** A number of the picture, its unit and what it counts. */
export interface CardNumber {
  value: string;
  unit: string;
  label: string;
}

export interface CardContents {
  /** The page's title, and the year. */
  title: string;
  year: string;
  /** What is written large, and up to four more. */
  main: CardNumber;
  more: readonly CardNumber[];
  /** Whom the picture is owed to. */
  credits: string;
}

/** A text with the left end of its baseline at x, y; size in pixels. */
export interface CardText {
  text: string;
  x: number;
  y: number;
  size: number;
  bold: boolean;
  ink: "bright" | "dim" | "accent";
}

export interface CardLayout {
  texts: CardText[];
  /** Where the ground begins to grow dark, and where it is dark, for the numbers; in pixels from above. */
  shade: { from: number; to: number };
}

type Measure = (text: string, size: number, bold: boolean) => number;

const PAD = 72;
const CREDIT = 22;

/** Lays out a picture; measure tells a text's width. */
export function cardLayout(shape: Shape, { title, year, main, more, credits }: CardContents, measure: Measure): CardLayout {
  const { width, height } = SHAPES[shape];
  const inner = width - 2 * PAD;
  const texts: CardText[] = [];
  /** Puts a text that is made smaller where it is too wide, and returns its width. */
  const put = (text: string, x: number, y: number, size: number, bold: boolean, ink: CardText["ink"], room: number): number => {
    const wide = measure(text, size, bold);
    const fit = wide > room ? Math.floor((size * room) / wide) : size;
    if (text !== "") texts.push({ text, x, y, size: fit, bold, ink });
    return measure(text, fit, bold);
  };
  const number = ({ value, unit, label }: CardNumber, x: number, y: number, size: number, room: number): void => {
    const small = Math.round(0.44 * size);
    const gap = unit === "" ? 0 : Math.round(0.14 * size);
    const shown = put(value, x, y, size, true, "bright", room - measure(unit, small, false) - gap);
    put(unit, x + shown + gap, y, small, false, "dim", room);
    put(label, x, y + Math.max(34, Math.round(0.5 * size)), Math.max(24, Math.round(0.34 * size)), false, "dim", room);
  };
  put(credits, PAD, height - 30, CREDIT, false, "dim", inner);
  // From below: rows of the smaller numbers, then the large one, then the year.
  const columns = shape === "1:1" ? 4 : 2;
  const size = shape === "1:1" ? 52 : 76;
  const step = shape === "1:1" ? 110 : 150;
  const rows = Math.ceil(more.length / columns);
  const last = height - 140;
  const room = inner / columns;
  more.forEach((n, i) => number(n, PAD + (i % columns) * room, last - (rows - 1 - Math.floor(i / columns)) * step, size, room - 28));
  const largeY = last - rows * step - (shape === "1:1" ? 0 : 20);
  number({ ...main, label: "" }, PAD, largeY, shape === "1:1" ? 150 : 190, inner);
  const yearY = largeY - (shape === "1:1" ? 150 : 190);
  const shown = put(year, PAD, yearY, 68, true, "accent", inner);
  put(title, PAD + shown + 26, yearY, 36, false, "bright", inner - shown - 26);
  return { texts, shade: { from: Math.max(0, yearY - 240), to: yearY - 20 } };
}

/** Name of the file: heatmap-2025-4x5.png. */
export const cardName = (year: number | "all", shape: Shape): string => `heatmap-${year}-${shape.replace(":", "x")}.png`;
