/* The basket, on every page: what is in it, the counter in the header, and buttons that put agents in and take them out.
   A button says which agent by `data-basket`, and is hidden until this runs. The basket stays in this browser. */

const KEPT = "as-basket", MOST = 200;
const listeners = new Set();
let memory = []; // where a browser forbids storage, the basket lasts as long as the page

/** The keys of the agents in the basket, in the order they came. */
export const held = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? [...new Set(kept.filter((key) => typeof key === "string" && key.includes("/")))].slice(0, MOST) : [];
  } catch { return memory; }
};

export const hold = (keys) => {
  memory = [...new Set(keys)].slice(0, MOST);
  try { localStorage.setItem(KEPT, JSON.stringify(memory)); } catch { /* as said */ }
  changed();
};

/** Runs `tell` whenever the basket changes, here or in another tab. */
export const watch = (tell) => { listeners.add(tell); };

const counter = document.querySelector("[data-as-basket]");
const show = (button, keys) => {
  const inside = keys.has(button.dataset.basket);
  button.hidden = false;
  button.setAttribute("aria-pressed", String(inside));
  const said = button.dataset.short === undefined ? ["Add to basket", "In your basket"] : ["+", "✓"];
  if (button.textContent !== said[Number(inside)]) button.textContent = said[Number(inside)];
};
const showAll = (place = document) => {
  const keys = new Set(held());
  for (const button of place.querySelectorAll("[data-basket]")) show(button, keys);
};
const changed = () => {
  const count = held().length;
  if (counter) {
    counter.querySelector("[data-count]").textContent = count || "";
    counter.querySelector("[data-said]").textContent = count ? `Basket, ${count} ${count === 1 ? "agent" : "agents"}` : "Basket, empty";
    counter.classList.toggle("as-basket--full", count > 0);
  }
  showAll();
  for (const tell of listeners) tell();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-basket]");
  if (!button) return;
  const key = button.dataset.basket, keys = held();
  hold(keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key]);
});
window.addEventListener("storage", (event) => { if (event.key === KEPT || event.key === null) changed(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) changed(); });
/* Cards that come later, as the catalogue is narrowed. */
const later = new MutationObserver((changes) => { if (changes.some(({ addedNodes }) => addedNodes.length)) showAll(); });
for (const list of document.querySelectorAll(".as-cards")) later.observe(list, { childList: true });
changed();
