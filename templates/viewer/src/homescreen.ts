// What a phone's home screen is told of the page: a web app manifest and a touch icon, made here, since the output is two files and only the page knows
// where it lies. As data: URLs, which hold all they name; its addresses are absolute, as a data: URL is no base for others.

/** Sides of the icons in pixels: those that Chromium asks for, and iOS. */
const ICON_SIDES = [192, 512];
const TOUCH_SIDE = 180;

export interface HomeScreen {
  title: string;
  description: string;
  language: string;
  /** URL of the page; its query and fragment do not matter. */
  page: string;
}

/** The manifest (https://www.w3.org/TR/appmanifest/) of a page with icons: URLs with their sides in pixels, or "any". */
export function manifestOf({ title, description, language, page }: HomeScreen, icons: readonly { src: string; side: number | "any" }[]): object {
  const start = new URL(page);
  start.search = start.hash = "";
  return {
    id: start.href,
    start_url: start.href,
    scope: new URL(".", start).href,
    name: title,
    short_name: title,
    description,
    lang: language,
    display: "standalone",
    background_color: "#0f1216",
    theme_color: "#0f1216",
    icons: icons.map(({ src, side }) => ({ src, sizes: side === "any" ? side : `${side}x${side}`, type: side === "any" ? "image/svg+xml" : "image/png" })),
  };
}

/** Puts manifest and touch icon into the head of a page that came over HTTP, once it has nothing more urgent to do. */
export async function offerHomeScreen(what: HomeScreen): Promise<void> {
  const vector = document.querySelector<HTMLLinkElement>("link[rel=icon]")?.href;
  if (!vector || !what.page.startsWith("http") || window.top !== window) return;
  const image = new Image();
  image.src = vector;
  try {
    await image.decode();
  } catch {
    return;
  }
  const drawn = (side: number): string => {
    const sheet = document.createElement("canvas");
    sheet.width = sheet.height = side;
    const pen = sheet.getContext("2d");
    if (!pen) return vector;
    // Home screens round corners themselves.
    pen.fillStyle = "#0f1216";
    pen.fillRect(0, 0, side, side);
    pen.drawImage(image, 0, 0, side, side);
    return sheet.toDataURL("image/png");
  };
  const icons = [...ICON_SIDES.map((side) => ({ src: drawn(side), side })), { src: vector, side: "any" as const }];
  const link = (rel: string, href: string): void => {
    const element = document.createElement("link");
    element.rel = rel;
    element.href = href;
    document.head.append(element);
  };
  link("apple-touch-icon", drawn(TOUCH_SIDE));
  link("manifest", `data:application/manifest+json,${encodeURIComponent(JSON.stringify(manifestOf(what, icons)))}`);
}
