/* A prompt's Markdown as elements, where a page does not hold it. What converters/publish/render.py makes of a text, this
   makes of it too, and by the same rules: tags are shown, not obeyed; pictures become their words; a link names the host
   it leads to, and leads nowhere but to the web and to mail. Only elements named here are made, and words only ever
   become text. */

import MarkdownIt from "./markdown/markdown-it/15.0.3/dist/browser/markdown-it.esm.min.mjs";
import { marked } from "./unseen.js";

const LARGEST = 200_000, GROWTH = 16, DEEPEST = 60;
const ELEMENTS = {
  paragraph: "p", blockquote: "blockquote", bullet_list: "ul", ordered_list: "ol", list_item: "li", table: "table",
  thead: "thead", tbody: "tbody", tr: "tr", th: "th", td: "td", em: "em", strong: "strong", s: "del",
};
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"; // as Python has it
const BLANK = new RegExp(`^${SPACE}*$`), ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, "g"), LAST = new RegExp(`${SPACE}+$`);
const strip = (text) => text.replace(ENDS, "");

/* Every address becomes a link of the parser's; which are followed is decided where the element is made. */
const reader = MarkdownIt({ html: false, linkify: true });
const reach = (begins) => (text, at) => { // of an address without brackets, as GitHub has it
  const [said] = /^[^\s<]*/.exec(text.slice(at));
  let end = begins.test(said) ? said.length : 0;
  for (let last; end; end -= last) {
    const so = said.slice(0, end), count = (sign) => so.split(sign).length;
    last = /[?!.,:*_~'"]$/.test(so) ? 1 : so.endsWith(";") ? /(?:&[a-z]+)?;$/i.exec(so)[0].length : so.endsWith(")") && count(")") > count("(") ? 1 : 0;
    if (!last) break;
  }
  return end;
};
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add("//", null).add("http:", { validate: reach(/^\/\/[\p{L}\p{N}]/u) })
  .add("www.", { validate: reach(/^[\p{L}\p{N}_-]+\.?[\p{L}\p{N}-]/u), normalize: (found) => { found.url = `http://${found.url}`; } });
const MAIL = /[a-z0-9.+_-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/gi;
reader.validateLink = () => true;
reader.normalizeLinkText = (text) => text;
reader.normalizeLink = (address) => address.replace(/[^A-Za-z0-9\-_.+!*'(),%#@?=;:/$&~]/gu, encodeURIComponent);

class TooMuch extends Error {}

/** Whom an address leads to, in the letters that machines read. */
const host = (address) => {
  try {
    if (/^mailto:/i.test(address)) return decodeURIComponent(address.slice(7).split("?")[0]);
    const name = decodeURIComponent(/^[^:]*:\/\/([^/?#]*)/.exec(address)?.[1].split("@").pop() ?? "");
    return /^[\0-\x7f]*$/.test(name) ? name : new URL(`https://${name}`).host;
  } catch { return "somewhere unclear"; }
};

const element = (tag, ...children) => {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
};

/** Elements of tokens; `TooMuch` where they would be nested too deep, or far more than the text. */
const built = (tokens, level, standIn, most) => {
  const words = (text) => text.replaceAll(standIn, "<");
  const coded = encodeURIComponent(standIn), top = document.createDocumentFragment();
  let at = top, deep = 0, size = 0;
  const grow = (more) => { size += more; if (size > most) throw new TooMuch(); };
  const put = (...children) => at.append(...children);
  const say = (text) => { grow(text.length); put(...marked(words(text))); };
  const address = (made, to) => {
    grow(to.length);
    made.setAttribute("href", to);
    made.setAttribute("rel", "nofollow noopener noreferrer");
  };
  /** Words that may hold mail addresses. */
  const speak = (text) => {
    let end = 0;
    for (const { 0: found, index } of at.closest?.("a") ? [] : text.matchAll(MAIL)) {
      if (!/[a-z]$/i.test(found)) continue;
      say(text.slice(end, index));
      address(open("a"), `mailto:${found}`);
      say(found);
      close();
      end = index + found.length;
    }
    if (end < text.length) say(text.slice(end));
  };
  const open = (tag) => {
    grow(2 * tag.length + 6);
    if ((deep += 1) > DEEPEST) throw new TooMuch();
    const made = element(tag);
    put(made);
    at = made;
    return made;
  };
  const close = () => { deep -= 1; at = at.parentNode; };
  const link = (token) => {
    const made = open("a"), to = (token.attrGet("href") ?? "").replaceAll(coded, "%3C");
    if (/^(?:https?|mailto):/i.test(to)) address(made, to);
  };
  const linked = () => {
    const made = at, to = made.getAttribute("href");
    close();
    if (to && ![to, to.replace(/^mailto:/, "")].includes(made.textContent)) {
      const said = element("span", ` (${host(to)})`);
      said.className = "as-host";
      put(said);
    }
  };
  const code = (outer, text) => {
    for (const tag of outer) open(tag);
    say(text);
    for (const _ of outer) close();
  };
  const flat = (tokens_) => tokens_.map((token) => (token.children ? flat(token.children) : token.type === "softbreak" ? "\n" : token.content)).join("");
  const bold = []; // of each that is open, whether it is an element: one right inside another is none, as at GitHub
  const walk = (all) => {
    for (const [place, token] of all.entries()) {
      const { type } = token, [, name, turn] = /^(\w+?)(?:_(open|close))?$/.exec(type);
      if (type === "inline") {
        const [first] = token.children, item = all[place - 2]?.type === "list_item_open" && /^\[([ \txX])\](?=[ \t])/.exec(first?.type === "text" ? first.content : "");
        if (item) first.content = (item[1].toLowerCase() === "x" ? "☑" : "☐") + first.content.slice(3);
        walk(token.children);
      } else if (name === "paragraph" && token.hidden) continue;
      else if (type === "link_open") link(token);
      else if (type === "link_close") linked();
      else if (type === "strong_close") { if (bold.pop()) close(); }
      else if (turn === "close") close();
      else if (type === "strong_open" && bold.push(at.localName !== "strong") && !bold.at(-1)) continue;
      else if (turn && name === "heading") open(`h${Math.min(6, Number(token.tag[1]) + level - 1)}`);
      else if (turn && Object.hasOwn(ELEMENTS, name)) {
        const made = open(ELEMENTS[name]), start = token.attrGet("start"), align = /^text-align:(left|center|right)$/.exec(token.attrGet("style") ?? "");
        if (start !== null) made.setAttribute("start", start);
        if (align) made.setAttribute("align", align[1]);
      } else if (type === "fence" || type === "code_block") code(["pre", "code"], token.content);
      else if (type === "code_inline") code(["code"], token.content);
      else if (type === "hr" || type === "hardbreak") { open(type === "hr" ? "hr" : "br"); close(); }
      else if (type === "softbreak") put("\n");
      else if (type === "image") { open("em"); say(`[image: ${flat(token.children) || "no description"}]`); close(); }
      else speak(token.content); // text, and whatever else there may be
    }
  };
  walk(tokens);
  return top;
};

/** Text as it stands, every character shown. */
export const plain = (text) => element("pre", ...marked(text));

const guarded = (text) => {
  let standIn = 0xe000; // a private character that the text does not hold, for `<` while Markdown is read
  while (text.includes(String.fromCharCode(standIn))) standIn += 1;
  const said = String.fromCharCode(standIn);
  return [text.replaceAll("\0", "\ufffd").replace(/<(?!https?:\/\/[^\s<>]{1,2000}>)/g, said), said];
};
const whole = (text) => text.replace(/[\ud800-\udfff]/gu, "?"); // half of a character

/** GitHub-flavoured Markdown as elements; headings begin at `level`. */
export const markdown = (text, level) => {
  if (text.length > LARGEST) return plain(text);
  const [said, standIn] = guarded(whole(text));
  try {
    return built(reader.parse(said, {}), level, standIn, GROWTH * text.length + 2_000);
  } catch (error) {
    if (error instanceof TooMuch) return plain(text);
    throw error;
  }
};

/** One line of Markdown without the paragraph around it. */
const inline = (text) => {
  const line = strip(text).replaceAll("\n", " "), made = markdown(line, 3), [only] = made.childNodes;
  return made.childNodes.length === 1 && only.localName === "p" ? [...only.childNodes] : marked(line);
};

/** The prompt's sections as elements, in order, those that are blank left out; as `parts` in converters/publish/pages.py. */
export const parts = (sections) => {
  const found = [];
  let above = 2; // prompts skip levels of headings; a page does not
  for (const [place, section] of sections.entries()) {
    const heading = section.title ?? "", opening = strip(section.heading ?? "");
    let { text } = section;
    if (opening.startsWith("<")) { // an XML tag: its closing half is no prose
      const [name] = opening.slice(1).split(">")[0].split(new RegExp(SPACE)).filter(Boolean), closing = name && `</${name}>`;
      if (closing) { text = text.replace(LAST, ""); if (text.endsWith(closing)) text = text.slice(0, -closing.length); }
    } else if (section.heading && !heading) text = section.heading + text;
    if (!heading && BLANK.test(text)) continue;
    const depth = Math.min(6, 2 + Math.max(1, section.level || 1)), made = element("section");
    made.id = `section-${place + 1}`;
    if (heading) {
      above = Math.min(depth, above + 1);
      const line = element(`h${above}`, ...inline(heading));
      line.className = "as-part";
      if (section.kind) {
        const kind = element("span", section.kind);
        kind.className = "as-kind";
        line.append(kind);
      }
      made.append(line);
    }
    if (!BLANK.test(text)) made.append(markdown(text, Math.min(6, depth + 1)));
    found.push(made);
  }
  return found;
};
