// What saves reloading and counting. Every form works without it.
"use strict";
(() => {
  const get = (id) => document.getElementById(id);

  // Choosing what to show shows it.
  const filter = get("filter");
  filter?.addEventListener("change", (e) => {
    if (e.target.matches("select")) filter.requestSubmit();
  });

  // How many are ticked, and ticking the page.
  const list = get("list");
  const ticks = () => [...list.querySelectorAll("input[name=id]")];
  const count = () => {
    const n = ticks().filter((t) => t.checked).length;
    get("ticked").textContent = get("all").checked ? "All found are ticked" : n > 0 ? n + " ticked" : "";
    const page = get("page");
    page.checked = n > 0 && n === ticks().length;
    page.indeterminate = n > 0 && !page.checked;
  };
  if (list) {
    get("tickpage").hidden = false;
    get("page").addEventListener("change", (e) => {
      for (const t of ticks()) t.checked = e.target.checked;
    });
    list.addEventListener("change", count);
    // Enter in a field sets that one, not the first of all.
    list.addEventListener("submit", (e) => {
      const own = document.activeElement.closest(".set:has(input)")?.querySelector("button");
      if (!own || own === e.submitter) return;
      e.preventDefault();
      setTimeout(() => list.requestSubmit(own)); // not while this is being answered
    });
    count();
  }

  // Progress of what runs, then its result.
  const job = get("job");
  if (job && "running" in job.dataset) {
    const events = new EventSource("/progress");
    events.onmessage = (e) => {
      const p = JSON.parse(e.data);
      if (p.ended) {
        events.close();
        // Ticks are not thrown away: whoever set some reloads when done with them.
        if (list && (get("all").checked || ticks().some((t) => t.checked))) {
          get("stage").textContent = p.result || "Done.";
          get("counts").textContent = "Reload the page to see the list anew.";
          get("done").remove();
          job.querySelector("form").remove();
          get("rebuild").disabled = false;
        } else {
          location.replace(location.href);
        }
        return;
      }
      const stage = p.stage || p.name;
      if (get("stage").textContent !== stage) get("stage").textContent = stage;
      get("counts").textContent = p.counts;
      const bar = get("done");
      if (p.total > 0) {
        bar.max = p.total;
        bar.value = p.done;
      } else {
        bar.removeAttribute("value");
      }
    };
  }
})();
