/* On every page: find an agent from anywhere, copy, tabs. Data only ever becomes text, never markup. */
(() => {
  "use strict";

  /** An element with attributes and children; strings become text. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("aria-")) element.setAttribute(name, String(value));
      else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  };

  const indexes = new Map();
  /** The catalogue, fetched once a page. */
  const index = (root) => {
    if (!indexes.has(root)) {
      indexes.set(root, fetch(`${root}api/index.json`).then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status}`);
        return answer.json();
      }));
    }
    return indexes.get(root);
  };

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const mark = (agent) => make("span", { class: "as-mark", "data-hue": Math.floor((agent.hue ?? 0) / 30), "aria-hidden": "true" }, ([...agent.title].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "").toUpperCase());

  window.agentSpecs = { make, index, mark, fold };

  /* Copy buttons. */
  const load = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.text();
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-as-copy], [data-as-copy-from]");
    if (!button) return;
    const said = button.dataset.said ?? (button.dataset.said = button.textContent);
    try {
      const text = button.dataset.asCopyFrom ? await load(button.dataset.asCopyFrom) : document.getElementById(button.dataset.asCopy)?.textContent ?? "";
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Could not copy";
    }
    setTimeout(() => { button.textContent = said; }, 1800);
  });

  /* Files, shown when asked for. */
  for (const box of document.querySelectorAll("[data-as-load]")) {
    box.addEventListener("toggle", async () => {
      const link = box.querySelector("a[download]"), view = make("pre", { class: "as-source", tabindex: 0 }, "Loading …");
      link.after(make("button", { class: "as-button as-copy", "data-as-copy-from": link.href }, "Copy"));
      box.append(view);
      try { view.textContent = await load(link.href); } catch { view.textContent = "The file could not be loaded."; }
    }, { once: true });
  }

  /* Tabs. */
  for (const box of document.querySelectorAll("[data-as-tabs]")) {
    const tabs = [...box.querySelectorAll("[role=tab]")];
    const choose = (tab) => {
      for (const other of tabs) {
        const on = other === tab;
        other.setAttribute("aria-selected", on);
        other.tabIndex = on ? 0 : -1;
        document.getElementById(other.getAttribute("aria-controls")).hidden = !on;
      }
    };
    for (const tab of tabs) {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
        choose(next);
        next.focus();
      });
    }
  }

  /* Colours: those of the system, until somebody chooses the others. partials/colours.html puts them on before anything is drawn. */
  const colours = document.querySelector("[data-as-colours]"), system = matchMedia("(prefers-color-scheme: dark)"), KEPT = "agent-specs:colours";
  const wear = (dark) => { document.body.dataset.mdColorScheme = dark ? "slate" : "default"; colours?.setAttribute("aria-pressed", dark); };
  const chosen = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  wear(document.body.dataset.mdColorScheme === "slate");
  system.addEventListener("change", () => { if (!chosen()) wear(system.matches); });
  colours?.addEventListener("click", () => {
    const dark = document.body.dataset.mdColorScheme !== "slate";
    try { if (dark === system.matches) localStorage.removeItem(KEPT); else localStorage.setItem(KEPT, dark ? "dark" : "light"); } catch { /* then for this page */ }
    wear(dark);
  });

  /* The menu of the header closes as menus do; in the sheet of a small window it stands open with the rest. */
  const pages = document.getElementById("as-pages"), sheet = () => pages.matches(":popover-open");
  for (const menu of document.querySelectorAll("[data-as-menu]")) {
    const close = () => { if (!sheet()) menu.open = false; };
    pages.addEventListener("beforetoggle", ({ newState }) => { menu.open = newState === "open"; });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) close(); });
    menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(); });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open && !sheet()) { menu.open = false; menu.querySelector("summary").focus(); } });
  }
  matchMedia("(min-width: 64em)").addEventListener("change", () => { if (sheet()) pages.hidePopover(); });

  /* What scrolls sideways can be reached with the keyboard, as long as it does. */
  const scrolling = new ResizeObserver((boxes) => {
    for (const { target } of boxes) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0; else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(".md-typeset pre:not([tabindex]), .md-typeset table:not([class]), .as-table:not([tabindex])")) scrolling.observe(box);

  /* Find an agent. */
  const opener = document.querySelector("[data-as-quick]");
  if (!opener) return;
  const root = opener.dataset.root === "." ? "./" : `${opener.dataset.root.replace(/\/$/, "")}/`;
  let dialog = null;
  const open = () => {
    if (dialog?.open) return;
    dialog?.remove();
    const input = make("input", { type: "search", placeholder: "Find an agent", "aria-label": "Find an agent", autocomplete: "off", spellcheck: "false", "data-first": "" });
    const list = make("ul", { id: "as-found", role: "listbox", "aria-label": "Agents found", hidden: true });
    const note = make("p", { role: "status" }, "Type a name, a task, a tool.");
    dialog = make("dialog", { class: "as-palette", "aria-label": "Find an agent" }, input, list, note);
    document.body.append(dialog);
    input.addEventListener("keydown", (event) => { if (event.key === "Escape") { dialog.close(); event.preventDefault(); } });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => opener.focus());
    dialog.showModal(); // and focused before the search is there: nothing typed is lost
    input.focus();
    import("./palette.js").then((palette) => palette.fill(root, input, list, note));
  };
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const asked = (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (!asked) return;
    event.preventDefault();
    const own = document.getElementById("as-q");
    if (own) { own.focus(); own.select(); } else open();
  });
  const field = document.querySelector(".as-find input");
  field?.addEventListener("focus", () => import("./palette.js").then((palette) => palette.suggest(root, field)), { once: true });

  /* From a disk browsers load neither modules nor data: say so, and take away what could only stay silent. */
  if (location.protocol === "file:") {
    document.body.classList.add("as-file");
    document.querySelector("main .md-content__inner")?.prepend(make("p", { class: "as-note as-note--warning as-from-disk" },
      "You opened this page as a file. Links to folders, search, the basket, comparisons, conversions and the map need a web server: run ",
      make("code", {}, "python3 -m http.server"), " in the site's folder, and open the address that it says."));
  }
})();
