/* Reading a prompt: its outline, a link to each section, and its source as written, which lies once on the site, in the
   agent's document. In a large library the prompt itself is read from there too. Its author's words only ever become
   text, never markup. */

import { joined, sectionsAt } from "./sections.js";
import { marked, spelled } from "./unseen.js";

const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/* --- the source ---------------------------------------------------------------------------------- */

const source = document.getElementById("prompt-source");
let asked = null;

/** The prompt in sections; asked for again after a failure. */
const sections = () => asked ??= sectionsAt(source.dataset.prompt).catch((error) => {
  asked = null;
  throw error;
});
/** The prompt to the character. */
const prompt = async () => joined(await sections());

if (source) {
  let filled = false;
  const pane = source.closest("[role=tabpanel]");
  new MutationObserver(async () => {
    if (pane.hidden || filled) return;
    try {
      source.replaceChildren(...marked(await prompt()));
      filled = true;
    } catch {
      source.textContent = "The prompt could not be loaded; the original file below holds it too.";
    }
  }).observe(pane, { attributeFilter: ["hidden"] });

  const button = document.querySelector("[data-as-copy-prompt]");
  const said = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(await prompt());
      button.textContent = "Copied";
    } catch { button.textContent = "Could not copy"; }
    setTimeout(() => { button.textContent = said; }, 1800);
  });
}

/* --- the prompt of a large library --------------------------------------------------------------- */

/** Once somebody is about to read it: at once where its outline stands beside it, else when it comes near. */
const wanted = (element) => new Promise((go) => {
  if (matchMedia("(min-width: 60em)").matches || location.hash.startsWith("#section-")) { go(); return; }
  new IntersectionObserver(([{ isIntersecting }], watch) => { if (isIntersecting) { watch.disconnect(); go(); } }, { rootMargin: "100% 0px" }).observe(element);
  addEventListener("beforeprint", go, { once: true });
});

const absent = document.querySelector("[data-as-read]");
if (absent) {
  await wanted(absent);
  try {
    const [held, { parts }] = await Promise.all([sections(), import("./prose.js")]);
    absent.replaceWith(...parts(held));
    const named = location.hash.slice(1);
    if (/^section-\d+$/.test(named)) document.getElementById(named)?.scrollIntoView();
  } catch {
    absent.prepend("The prompt could not be loaded. ");
  }
}

/* --- the outline --------------------------------------------------------------------------------- */

const headings = [...document.querySelectorAll("#pane-read > section > .as-part")];
const lines = headings.map((heading) => {
  const kind = heading.querySelector(":scope > .as-kind"), href = `#${heading.parentElement.id}`;
  const words = [...heading.childNodes].filter((node) => node !== kind).map((node) => node.textContent).join("");
  heading.append(make("a", { class: "as-anchor", href, "aria-label": "Link to this section" }, "#"));
  const line = make("li", { class: `as-level-${heading.localName[1] - 2}` }, make("a", { href }, spelled(words)));
  if (kind) line.append(" ", kind.cloneNode(true));
  return line;
});
if (lines.length > 1) {
  document.querySelector(".as-side")?.append(make(
    "nav", { class: "as-panel as-outline", "aria-label": "Sections of the prompt" },
    make("h2", {}, "Outline"), make("ol", {}, ...lines),
  ));
}
