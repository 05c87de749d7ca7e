/* Reading a prompt: its outline, a link to each section, and its source as written, which lies once on the site, in the
   agent's document. Its author's words only ever become text, never markup. */

const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/* --- what nobody sees, as on the page --------------------------------------------------------------- */

const SILENT = /(\u{1f3f4}[\u{e0020}-\u{e007e}]{2,6}\u{e007f})|([\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}])/gu;

/** Text in pieces, each character that shows nothing in an element that names it. */
const marked = (text) => {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(SILENT)) {
    if (!found[2]) continue; // a flag
    const point = found[2].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    pieces.push(text.slice(end, found.index), make("span", { class: "as-unseen", "data-point": `U+${point}` }, found[2]));
    end = found.index + found[2].length;
  }
  return [...pieces, text.slice(end)];
};

const spelled = (text) => marked(text).map((piece) => piece.dataset ? `[${piece.dataset.point}]` : piece).join("");

/* --- the source ---------------------------------------------------------------------------------- */

const source = document.getElementById("prompt-source");
let asked = null;

/** The prompt to the character; asked for again after a failure. */
const prompt = () => asked ??= fetch(source.dataset.prompt).then((answer) => {
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}).then(({ sections }) => (sections ?? []).map(({ heading, text }) => (heading ?? "") + text).join("")).catch((error) => {
  asked = null;
  throw error;
});

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
