"use strict";
// Begins: draws every section that has data, the step's bar and the contents.

document.documentElement.dataset.scripts = "true";
for (const [id, data] of Object.entries(DATA.sections)) {
  const section = document.getElementById(id);
  if (section && DRAW[id]) DRAW[id](section, data);
}
drawCursor();
drawContents();
document.documentElement.dataset.ready = "true";

/** Links to the sections; on a narrow screen a button shows them. */
function drawContents() {
  const contents = document.getElementById("contents");
  const list = make("ul", { id: "contents-list" });
  const button = make("button", { type: "button", "aria-controls": "contents-list", "aria-expanded": "false" }, "Sections");
  /** @param {boolean} open */
  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    contents.classList.toggle("open", open);
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "false"));
  for (const section of document.querySelectorAll("main > section")) {
    const link = make("a", { href: "#" + section.id }, section.querySelector("h2").textContent);
    link.addEventListener("click", () => show(false));
    list.append(make("li", {}, link));
  }
  contents.append(button, list);
  contents.hidden = false;
}
