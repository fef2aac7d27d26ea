/** Puts the whole page on the full screen, or takes it off again; undefined where the browser cannot. */
export const toggleFullScreen: (() => void) | undefined = (() => {
  // iPhones know it for videos only, older Safaris under another name.
  if (typeof document === "undefined" || !document.fullscreenEnabled) return undefined;
  return () => {
    // A refusal needs no words: the screen says it.
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
    else void document.documentElement.requestFullscreen().catch(() => {});
  };
})();
