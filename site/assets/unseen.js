/* Characters that nobody sees, shown as what they are, as on the pages that the build makes. */

const SILENT = /(\u{1f3f4}[\u{e0020}-\u{e007e}]{2,6}\u{e007f})|([\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}])/gu;

/** Text in pieces, each character that shows nothing in an element that names it. */
export const marked = (text) => {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(SILENT)) {
    if (!found[2]) continue; // a flag
    const mark = document.createElement("span");
    mark.className = "as-unseen";
    mark.dataset.point = `U+${found[2].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    mark.textContent = found[2];
    pieces.push(text.slice(end, found.index), mark);
    end = found.index + found[2].length;
  }
  return [...pieces, text.slice(end)];
};

/** The same as a line of plain text. */
export const spelled = (text) => marked(text).map((piece) => (piece.dataset ? `[${piece.dataset.point}]` : piece)).join("");
