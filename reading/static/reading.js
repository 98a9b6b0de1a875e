// Enhancements only: every page works without this file.
"use strict";

// A button for light and dark, beside the system's choice.
const nav = document.querySelector(".rooms ul");
if (nav) {
  const root = document.documentElement;
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const item = document.createElement("li");
  const button = document.createElement("button");
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  item.className = "theme";
  button.type = "button";
  button.setAttribute("aria-label", "Switch between light and dark");
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("newskeep-theme", root.dataset.theme); } catch { /* not kept, then */ }
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  label();
  item.append(button);
  nav.append(item);
}

// "/" goes to the search field, as in many reading programs.
document.addEventListener("keydown", (event) => {
  const target = event.target;
  const isTyping = target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("main input[type=search]") || document.querySelector("#quick-search");
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});

// A button to copy, beside each text that is there to be copied.
if (navigator.clipboard) {
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    text.after(button);
  }
}
