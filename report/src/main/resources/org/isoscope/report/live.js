"use strict";
// Of a report that is served while its results change: asks for their version, and where it is
// another than this page's loads the page again, leaving the reader where they were.
(() => {
  const EVERY_MS = 2000;
  const PLACE = "isoscope-place";
  const { version } = document.currentScript.dataset;

  /** The fields with which a reader chooses what is shown, by section, label and occurrence. */
  function fields() {
    const named = new Map();
    for (const field of document.querySelectorAll("main .controls :is(select, input), #cursor input")) {
      const label = field.closest("label") || field.previousElementSibling;
      const words = label ? label.firstChild.textContent.split(":")[0] : "";
      const name = field.closest("section, #cursor").id + "/" + words;
      let key = name;
      for (let n = 2; named.has(key); n++) key = name + "/" + n;
      named.set(key, field);
    }
    return named;
  }

  function keep() {
    // Who looks at the last step goes on to the next one.
    const chosen = [...fields()].filter(([name, field]) => !name.startsWith("cursor/") || field.value !== field.max)
      .map(([name, field]) => [name, field.value]);
    sessionStorage.setItem(PLACE, JSON.stringify({ top: scrollY, left: scrollX, chosen }));
  }

  function putBack() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (kept === null) return;
    for (const [name, value] of kept.chosen) {
      const field = fields().get(name); // looked up anew: a choice may make other fields
      if (!field || field.value === value) continue;
      const before = field.value;
      field.value = value;
      if (field.value === value) field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input"));
      else field.value = before; // what was chosen is gone
    }
    scrollTo({ top: kept.top, left: kept.left, behavior: "instant" });
  }

  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch("/version", { cache: "no-store" });
        if (answer.ok && (await answer.text()) !== version) {
          keep();
          location.reload();
          return;
        }
      } catch {
        // The server has ended, or is not back yet: what is shown stays.
      }
    }
    setTimeout(look, EVERY_MS);
  }

  history.scrollRestoration = "manual";
  putBack();
  setTimeout(look, EVERY_MS);
})();
