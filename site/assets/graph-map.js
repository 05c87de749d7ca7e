/* The map on its canvas. Places come from the build; this draws them, and listens to pointers and keys.
   From afar an island is one bubble and all ties between two islands are one line; from near, its agents are seen. */

const BELOW = 22; // pixels at the bottom, where the line of what is shown stands
const FAR = .82, NEAR = 1.08; // pixels for a unit of the map, at which agents begin to be seen and are
const SMALLEST = .04, LARGEST = 9;
const OVER = 18; // pixels a name may reach beyond its bubble rather than be cut
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const smooth = (part) => { const t = clamp(part, 0, 1); return t * t * (3 - 2 * t); };

const segmenter = new Intl.Segmenter();
/** A title for a label: on one line, and no longer than there is room for. */
export const cut = (text, most = 30) => {
  const line = text.slice(0, 20 * most).replace(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  const letters = [...segmenter.segment(line)].map((each) => each.segment);
  return letters.length > most ? `${letters.slice(0, most - 1).join("").trimEnd()}…` : line;
};
export const sentence = (text) => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

/** What tells communities of one colour apart: the shape of their marks (graph.css has the same), and how their shore is drawn. */
const SHAPES = [null, [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]], [[-.95, -.95], [.95, -.95], [.95, .95], [-.95, .95]], [[0, -1.3], [1.25, .95], [-1.25, .95]]];
const SHORES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** Boxes that are taken, in cells, so that asking is cheap. */
class Boxes {
  #cells = new Map();
  *#over(x1, y1, x2, y2) { for (let i = Math.floor(x1 / 64); i <= x2 / 64; i += 1) for (let j = Math.floor(y1 / 64); j <= y2 / 64; j += 1) yield i * 8192 + j; }
  add(...box) { for (const cell of this.#over(...box)) { const held = this.#cells.get(cell); if (held) held.push(box); else this.#cells.set(cell, [box]); } }
  free(x1, y1, x2, y2) {
    for (const cell of this.#over(x1, y1, x2, y2)) for (const [a, b, c, d] of this.#cells.get(cell) ?? []) if (x1 < c && x2 > a && y1 < d && y2 > b) return false;
    return true;
  }
}

export class Chart {
  /** What is chosen: nodes and ties that stand out, the node they are around, an island. */
  look = { nodes: null, ties: null, node: null, island: null };
  hover = null;
  #view = { x: 0, y: 0, k: 1 };
  #frame = 0;
  #moving = 0;
  #widths = new Map();
  #wrapped = new Map();
  #labels = [];
  #bundles = [];
  #namesakes = new Map(); // the agents looked at, by title
  #above = []; // where the buttons lie on the map, if they do

  constructor(canvas, graph, { choose, told, buttons }) {
    this.canvas = canvas;
    this.buttons = buttons;
    this.brush = canvas.getContext("2d");
    this.graph = graph;
    this.choose = choose;
    this.told = told;
    this.width = this.height = 0;
    this.dress();
    this.#listen();
    new MutationObserver(() => { this.dress(); this.paint(); }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    new ResizeObserver(() => this.#size()).observe(canvas);
    this.#size();
  }

  /** Colours and letters of the theme. */
  dress() {
    const style = getComputedStyle(document.body), value = (name) => style.getPropertyValue(name).trim();
    const dark = document.body.dataset.mdColorScheme === "slate";
    this.dark = dark;
    this.theme = { ink: value("--as-ink"), soft: value("--as-soft"), edge: value("--as-edge"), card: value("--as-card"), accent: value("--as-accent"), warn: value("--as-warn"), text: value("--as-text"), display: value("--as-display"), islands: this.graph.palette[dark ? "dark" : "light"], grey: dark ? "#8a979a" : "#7d878a" };
  }
  colour(island) { return island.colour === null ? this.theme.grey : this.theme.islands[island.colour]; }

  /** Filters have changed what is `on`. */
  sifted() {
    const pairs = new Map();
    this.#namesakes = new Map();
    for (const node of this.look.nodes ?? this.graph.nodes) if (node.on && !node.missing) this.#namesakes.set(node.title, [...(this.#namesakes.get(node.title) ?? []), node]);
    for (const island of this.graph.islands) island.on = island.many = 0;
    for (const node of this.graph.nodes) {
      if (!node.on) continue;
      node.island.on += 1;
      if (!node.missing) node.island.many += 1;
    }
    for (const tie of this.graph.ties) {
      const [a, b] = [tie.from.island, tie.to.island];
      if (!tie.on || a === b) continue;
      const [one, other] = a.at < b.at ? [a, b] : [b, a], key = one.at * 4096 + other.at;
      const pair = pairs.get(key) ?? { one, other, count: 0 };
      pair.count += 1;
      pairs.set(key, pair);
    }
    this.#bundles = [...pairs.values()].sort((a, b) => a.count - b.count);
    this.paint();
  }

  // --- the view ---

  place(node) { return [node.x * this.#view.k + this.#view.x, node.y * this.#view.k + this.#view.y]; }
  get open() { return smooth((this.#view.k - FAR) / (NEAR - FAR)); }

  /** Bring circles into view: `[x, y, radius]` each, in units of the map. */
  fit(circles, { most = 3.4, atOnce = false } = {}) {
    if (!circles.length || !this.width) return;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y, r] of circles) { left = Math.min(left, x - r); right = Math.max(right, x + r); top = Math.min(top, y - r); bottom = Math.max(bottom, y + r); }
    const margin = clamp(this.width * .04, 10, 44);
    const k = clamp(Math.min((this.width - 2 * margin) / Math.max(right - left, 1), (this.height - BELOW - 2 * margin) / Math.max(bottom - top, 1)), SMALLEST, most);
    this.#go({ k, x: this.width / 2 - k * (left + right) / 2, y: (this.height - BELOW) / 2 - k * (top + bottom) / 2 }, atOnce);
  }
  #go(to, atOnce = false) {
    cancelAnimationFrame(this.#moving);
    const from = { ...this.#view };
    if (atOnce || calm.matches || !this.width) { this.#view = to; this.paint(); return; }
    const centre = (view) => [(this.width / 2 - view.x) / view.k, (this.height / 2 - view.y) / view.k];
    const [a, b] = [centre(from), centre(to)], begun = performance.now();
    const step = (now) => {
      const t = smooth((now - begun) / 320), k = from.k * (to.k / from.k) ** t;
      const [x, y] = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
      this.#view = t < 1 ? { k, x: this.width / 2 - x * k, y: this.height / 2 - y * k } : to;
      this.#draw();
      if (t < 1) this.#moving = requestAnimationFrame(step);
    };
    this.#moving = requestAnimationFrame(step);
  }
  zoom(factor, x = this.width / 2, y = this.height / 2, atOnce = true) {
    const view = this.#view, k = clamp(view.k * factor, SMALLEST, LARGEST);
    this.#go({ k, x: x - (x - view.x) * k / view.k, y: y - (y - view.y) * k / view.k }, atOnce);
  }
  #size() {
    const bounds = this.canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1, first = !this.width;
    const [across, down] = [bounds.width - this.width, bounds.height - this.height];
    this.width = bounds.width;
    this.height = bounds.height;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    const { left, top, right, bottom } = this.buttons.getBoundingClientRect();
    this.#above = [left - bounds.left - 6, top - bounds.top - 6, right - bounds.left + 6, bottom - bounds.top + 6];
    if (!first) { this.#view.x += across / 2; this.#view.y += down / 2; }
    this.#draw();
    this.told("size", first);
  }

  // --- drawing ---

  paint() { cancelAnimationFrame(this.#frame); this.#frame = requestAnimationFrame(() => this.#draw()); }

  #draw() {
    const { brush, look } = this, ratio = devicePixelRatio || 1, open = this.open;
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, this.width, this.height);
    this.#labels = [];
    const faint = look.nodes ? .3 : 1;
    if (open < 1) this.#ropes((1 - open) * faint);
    this.#islands(open, faint);
    if (open > 0) this.#threads(open * (look.nodes ? .3 : 1));
    if (open < 1) this.#bubbles(open, faint);
    if (look.ties) this.#strong();
    const few = look.nodes && open === 0 ? [...look.nodes] : open > 0 ? this.graph.nodes : [];
    const seen = few.filter((node) => node.on && this.#inView(node));
    seen.sort((a, b) => this.#rank(a) - this.#rank(b));
    for (const node of seen) this.#dot(node, open);
    this.#names(seen, open, faint);
    brush.globalAlpha = 1;
  }

  #disc(island) { const [x, y] = this.place(island); return [x, y, island.radius * this.#view.k]; }
  #chosen(island) { return !this.look.nodes ? true : this.look.island ? this.look.island === island : false; }

  /** The ground each community stands on. */
  #islands(open, faint) {
    const { brush } = this;
    for (const island of this.graph.islands) {
      if (!island.on) continue;
      const [x, y, r] = this.#disc(island), chosen = this.#chosen(island), hovered = this.hover === island;
      brush.beginPath();
      brush.arc(x, y, r, 0, 7);
      brush.fillStyle = this.theme.card; // what runs below a bubble is not to be read as its own
      brush.globalAlpha = 1 - open;
      brush.fill();
      brush.fillStyle = this.colour(island);
      brush.globalAlpha = (.2 - .125 * open + (hovered ? .07 : 0)) * (chosen ? 1 : Math.max(faint, .45)) * (this.dark ? 1.15 : 1);
      brush.fill();
    }
    brush.globalAlpha = 1;
  }
  #bubbles(open, faint) {
    const { brush } = this;
    for (const island of this.graph.islands) {
      if (!island.on) continue;
      const [x, y, r] = this.#disc(island);
      brush.beginPath();
      brush.arc(x, y, r, 0, 7);
      brush.globalAlpha = (1 - open) * (this.#chosen(island) ? 1 : faint);
      brush.strokeStyle = this.colour(island);
      brush.lineWidth = this.hover === island || this.look.island === island ? 3 : 1.6;
      brush.setLineDash(SHORES[island.shape]);
      brush.stroke();
    }
    brush.setLineDash([]);
    brush.globalAlpha = 1;
  }

  /** All ties between two islands as one. */
  #ropes(strength) {
    const { brush, theme, look } = this, most = this.#bundles.at(-1)?.count ?? 1;
    brush.strokeStyle = theme.edge;
    brush.lineCap = "round";
    for (const { one, other, count } of this.#bundles) {
      const part = Math.sqrt(count / most), near = [one, other].includes(look.island ?? this.hover);
      const [x1, y1, r1] = this.#disc(one), [x2, y2, r2] = this.#disc(other), far = Math.hypot(x2 - x1, y2 - y1) || 1;
      const [ux, uy] = [(x2 - x1) / far, (y2 - y1) / far];
      brush.globalAlpha = Math.min(.85, near ? .8 : strength * (.3 + .45 * part));
      brush.lineWidth = Math.max(.8, 7 * part * clamp(this.#view.k * 1.4, .5, 1));
      brush.strokeStyle = near ? theme.accent : theme.edge;
      brush.beginPath();
      brush.moveTo(x1 + ux * r1, y1 + uy * r1);
      const bend = far - r1 - r2 > 24 ? .06 : 0;
      brush.quadraticCurveTo((x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend, x2 - ux * r2, y2 - uy * r2);
      brush.stroke();
    }
    brush.lineCap = "butt";
    brush.globalAlpha = 1;
  }

  /** The way of one tie; between islands it is drawn towards their middles, so that many run together. */
  #way(tie) {
    const [x1, y1] = this.place(tie.from), [x2, y2] = this.place(tie.to), { brush } = this;
    brush.moveTo(x1, y1);
    if (tie.from.island === tie.to.island) {
      const [cx, cy] = [(x1 + x2) / 2 - (y2 - y1) * .1, (y1 + y2) / 2 + (x2 - x1) * .1];
      brush.quadraticCurveTo(cx, cy, x2, y2);
      return [cx, cy];
    }
    const [ax, ay] = this.place(tie.from.island), [bx, by] = this.place(tie.to.island);
    const [cx, cy, dx, dy] = [ax + (bx - ax) * .3, ay + (by - ay) * .3, bx + (ax - bx) * .3, by + (ay - by) * .3];
    brush.bezierCurveTo(cx, cy, dx, dy, x2, y2);
    return [dx, dy];
  }
  #threads(strength) {
    const { brush, theme } = this, many = clamp(26 / Math.sqrt(this.graph.ties.length + 1), .35, 1), batches = new Map();
    for (const tie of this.graph.ties) {
      if (!tie.on || !this.#crosses(tie)) continue;
      const kind = tie.to.missing ? "missing" : tie.from.island === tie.to.island ? tie.from.island : "abroad";
      const batch = batches.get(kind);
      if (batch) batch.push(tie); else batches.set(kind, [tie]);
    }
    for (const [kind, ties] of batches) {
      brush.beginPath();
      for (const tie of ties) this.#way(tie);
      const inside = typeof kind === "object";
      brush.strokeStyle = inside ? this.colour(kind) : theme.edge;
      brush.globalAlpha = strength * (inside ? .34 : kind === "missing" ? .5 : .2 * many) * (this.dark ? 1.2 : 1);
      brush.lineWidth = .9;
      brush.setLineDash(kind === "missing" ? [3, 3] : []);
      brush.stroke();
    }
    brush.setLineDash([]);
    brush.globalAlpha = 1;
  }
  #crosses(tie) {
    const [x1, y1] = this.place(tie.from), [x2, y2] = this.place(tie.to);
    return Math.max(x1, x2) > -40 && Math.min(x1, x2) < this.width + 40 && Math.max(y1, y2) > -40 && Math.min(y1, y2) < this.height + 40;
  }
  #strong() {
    const { brush, theme, look } = this;
    for (const tie of look.ties) {
      if (!tie.on && !look.whole) continue;
      brush.beginPath();
      const [cx, cy] = this.#way(tie), [x2, y2] = this.place(tie.to), colour = tie.to.missing ? theme.warn : this.colour(tie.from.island);
      brush.strokeStyle = colour;
      brush.globalAlpha = look.ties.size > 200 ? .5 : .9;
      brush.lineWidth = look.ties.size > 60 ? 1.1 : 1.7;
      brush.setLineDash(tie.to.missing ? [4, 3] : []);
      brush.stroke();
      brush.setLineDash([]);
      if (look.ties.size > 200) continue;
      const far = Math.hypot(x2 - cx, y2 - cy) || 1, r = this.radius(tie.to) + 2, [ux, uy] = [(x2 - cx) / far, (y2 - cy) / far], [tx, ty] = [x2 - ux * r, y2 - uy * r];
      brush.beginPath();
      brush.moveTo(tx, ty);
      brush.lineTo(tx - ux * 8 - uy * 3.6, ty - uy * 8 + ux * 3.6);
      brush.lineTo(tx - ux * 8 + uy * 3.6, ty - uy * 8 - ux * 3.6);
      brush.fillStyle = colour;
      brush.fill();
    }
    brush.globalAlpha = 1;
  }

  radius(node) { return (node.missing ? 3 : 3 + Math.min(7.5, Math.sqrt(node.degree) * 1.15)) * clamp(Math.sqrt(this.#view.k / 1.5), .72, 1.7); }
  #inView(node) { const [x, y] = this.place(node); return x > -120 && y > -30 && x < this.width + 120 && y < this.height + 30; }
  #rank(node) { return (node === this.look.node ? 4e6 : 0) + (node === this.hover ? 3e6 : 0) + (this.look.nodes?.has(node) ? 1e6 : 0) + node.degree - (node.missing ? 3 : 0); }

  #dot(node, open) {
    const { brush, theme, look } = this, [x, y] = this.place(node), r = this.radius(node), lit = !look.nodes || look.nodes.has(node);
    brush.globalAlpha = lit ? (look.nodes ? 1 : open) : .2 * open;
    const corners = node.missing ? null : SHAPES[node.island.shape];
    brush.beginPath();
    if (corners) { for (const [dx, dy] of corners) brush.lineTo(x + dx * r, y + dy * r); brush.closePath(); } else brush.arc(x, y, r, 0, 7);
    if (node.missing) {
      brush.fillStyle = theme.card;
      brush.fill();
      brush.strokeStyle = theme.warn;
      brush.lineWidth = 1.4;
      brush.setLineDash([2.6, 2]);
      brush.stroke();
      brush.setLineDash([]);
    } else {
      brush.fillStyle = this.colour(node.island);
      brush.fill();
      brush.strokeStyle = theme.card;
      brush.lineWidth = 1.3;
      brush.stroke();
    }
    if (node === look.node || node === this.hover) {
      brush.globalAlpha = 1;
      brush.beginPath();
      brush.arc(x, y, r + 3.5, 0, 7);
      brush.strokeStyle = theme.accent;
      brush.lineWidth = 2;
      brush.stroke();
    }
  }

  #wide(font, text) {
    const key = `${font}|${text}`;
    let wide = this.#widths.get(key);
    if (wide === undefined) { this.brush.font = font; wide = this.brush.measureText(text).width; this.#widths.set(key, wide); }
    return wide;
  }
  #write(text, x, y, colour) {
    const { brush, theme } = this;
    brush.lineWidth = 3.6;
    brush.lineJoin = "round";
    brush.strokeStyle = theme.card;
    brush.strokeText(text, x, y);
    brush.fillStyle = colour;
    brush.fillText(text, x, y);
  }

  /** Names of islands, then of nodes, the most telling first; one that would lie on another, or on a dot, is left out. */
  #names(seen, open, faint) {
    const taken = new Boxes(), dots = new Boxes(), { look, brush } = this;
    brush.textBaseline = "middle";
    taken.add(...this.#above);
    const shown = seen.filter((node) => !look.nodes || look.nodes.has(node));
    for (const node of shown) { const [x, y] = this.place(node), r = this.radius(node); dots.add(x - r, y - r, x + r, y + r); }
    const first = shown.filter((node) => node === look.node || node === this.hover);
    for (const node of first) this.#label(node, taken, dots, true);
    if (look.nodes && !look.island) { this.#nodes(shown, first, taken, dots, open); this.#titles(taken, open, faint); }
    else { this.#titles(taken, open, faint); this.#nodes(shown, first, taken, dots, open); }
  }
  #nodes(shown, first, taken, dots, open) {
    let left = 220, forced = 16;
    for (let at = shown.length - 1; at >= 0 && left > 0; at -= 1) {
      const node = shown[at], lit = this.look.nodes?.has(node);
      if (first.includes(node) || (!lit && (open < .9 || (node.missing && this.#view.k < 2)) || (node.missing && this.look.island && this.#view.k < 3))) continue;
      if (this.#label(node, taken, dots, (lit && !node.missing && (forced -= 1) > 0) || this.#leads(node))) left -= 1;
    }
  }
  /** What tells an agent from others of its title: its collection, or the folder in which their ways part. */
  #whose(node) {
    let others = (node.missing ? [] : this.#namesakes.get(node.title) ?? []).filter((other) => other !== node);
    if (!others.length) return "";
    const way = node.key.split("/");
    const parts = way.findIndex((folder, at) => !(others = others.filter((other) => other.key.split("/")[at] === folder)).length);
    return ` · ${cut(parts > 0 ? way[parts] : node.home, 22)}`;
  }
  /** Whether a node is one of the two that most others on its island are tied to. */
  #leads(node) { return node.degree > 5 && node.island.nodes.indexOf(node) < 2; }
  #label(node, taken, dots, forced) {
    const { brush, theme, look } = this, [x, y] = this.place(node), main = node === look.node || node === this.hover, hub = node.degree > 14;
    const font = `${main || hub ? 600 : 450} ${main ? 14 : hub ? 12.5 : 11.5}px ${theme.text}`, tall = (main ? 14 : 12) * .62, r = this.radius(node) + (main ? 9 : 4);
    const texts = [...new Set([cut(node.title, 60), cut(node.title)])].map((title) => title + this.#whose(node));
    const spots = texts.flatMap((text) => {
      const wide = this.#wide(font, text);
      return [[x + r, y], [x - r - wide, y], [x - wide / 2, y + r + tall], [x - wide / 2, y - r - tall]]
        .filter(([left, middle]) => left > 2 && left + wide < this.width - 2 && middle > 8 && middle < this.height - 8)
        .map(([left, middle]) => [left, middle, left, middle - tall, left + wide, middle + tall, text]);
    }).filter(([, , left, top, right, bottom]) => taken.free(left, top, right, bottom));
    const spot = spots.find(([, , left, top, right, bottom]) => dots.free(left, top, right, bottom)) ?? (forced ? spots[0] : null);
    if (!spot) return false;
    taken.add(spot[2] - 3, spot[3] - 1, spot[4] + 3, spot[5] + 1);
    brush.font = font;
    brush.globalAlpha = 1;
    this.#write(spot[6], spot[0], spot[1], node.missing ? theme.warn : theme.ink);
    return true;
  }

  /** What an island's name is written as: its head in bold, then what else it is about; at most so many lines of each. */
  #lines(island, room, size, most = 4) {
    const key = `${island.at}|${Math.round(room)}|${size}|${most}`;
    let lines = this.#wrapped.get(key);
    if (!lines) { if (this.#wrapped.size > 4000) this.#wrapped.clear(); this.#wrapped.set(key, lines = this.#wrap(island, room, size, most)); }
    return lines;
  }
  #wrap(island, room, size, most) {
    const { display, text } = this.theme;
    const [head, ...more] = sentence(island.name).split(": "), bold = `600 ${size}px ${display}`, plain = `450 ${Math.min(size, 11)}px ${text}`;
    const wrap = (words, font) => {
      const lines = [""];
      for (const word of words.split(" ")) {
        const longer = `${lines.at(-1)} ${word}`.trim();
        if (lines.at(-1) && this.#wide(font, longer) > room) lines.push(word); else lines[lines.length - 1] = longer;
      }
      const kept = lines.slice(0, most);
      if (lines.length > most) kept[most - 1] = `${kept[most - 1].replace(/,$/, "")} …`;
      return kept.map((line) => [cut(line, 42), font]);
    };
    return [...wrap(cut(head, 90), bold), ...(more.length ? wrap(cut(more.join(": "), 60), plain) : [])];
  }
  /** The name in its bubble, below the number of its agents, in the largest letters that go in; `most` lines, or whole;
      `over` pixels beyond its shore. */
  #inside(island, [x, y, r], { most = 0, over = 0 } = {}) {
    for (const size of [14, 12, 10.5]) {
      for (const part of [1.3, 1.55, 1.8]) {
        const lines = this.#lines(island, r * part, size, most || 4), step = size + 2, head = clamp(r * .5, 11, 20), tall = head + lines.length * step;
        const widths = lines.map(([line, font]) => this.#wide(font, line));
        const fits = lines.every(([line], row) => {
          const top = head - tall / 2 + row * step;
          return (most || !line.endsWith("…")) && Math.hypot(Math.max(0, widths[row] / 2 - over), Math.max(-top, top + step) - 3) < r - 1;
        });
        if (fits && Math.hypot(head * .6, tall / 2 - 2) < r) return { lines, step, spots: [[x, y + head - tall / 2]], wide: Math.max(...widths), tall: lines.length * step, middle: y + (head - tall) / 2 };
      }
    }
    return null;
  }
  /** The name around its bubble, or from near on its shore. */
  #outside(island, [x, y, r], far) {
    const lines = this.#lines(island, far ? clamp(r * 2, 100, 200) : clamp(r * 2, 130, 240), far ? 12 : 14);
    const wide = Math.max(...lines.map(([line, font]) => this.#wide(font, line))), step = 15, tall = lines.length * step, aside = r + wide / 2 + 6;
    const along = (top) => [0, .25, -.25].map((part) => [x + part * wide, top]);
    const spots = far ? [...along(y + r + 5), ...along(y - r - tall - 5), [x + aside, y - tall / 2], [x - aside, y - tall / 2]]
      : [[x, y - r - tall * .35], [x, y - r - tall - 4], [x, y + r - tall * .6], [x, y - r + 8]];
    return { lines, step, spots, wide, tall, middle: y + 1 };
  }
  /** How and where an island's name is written: from afar in its bubble, beside it or across its shore, whole rather than cut. */
  #named(island, disc, discs, far, taken) {
    const free = ({ wide, tall }, [cx, top]) => cx - wide / 2 > 2 && cx + wide / 2 < this.width - 2 && top > 0 && top + tall < this.height - BELOW && taken.free(cx - wide / 2 - 2, top, cx + wide / 2 + 2, top + tall);
    const clear = ({ wide, tall }, [cx, top]) => discs.every((other) => other === disc || Math.hypot(other[0] - clamp(other[0], cx - wide / 2, cx + wide / 2), other[1] - clamp(other[1], top, top + tall)) > other[2]);
    const held = (name, across = false) => name && { ...name, inside: true, across, spot: name.spots.find((spot) => free(name, spot)) };
    const whole = far && disc[2] > 22 ? held(this.#inside(island, disc)) : null;
    if (whole) return whole;
    const name = this.#outside(island, disc, far), spots = name.spots.filter((spot) => free(name, spot));
    const spot = far ? spots.find((each) => clear(name, each)) ?? (island === this.hover ? spots[0] : undefined) : spots[0];
    if (spot || !far) return { ...name, inside: false, spot };
    const across = disc[2] > 22 ? held(this.#inside(island, disc, { over: OVER }), true) : null;
    if (across?.spot) return across;
    const short = disc[2] > 30 ? held(this.#inside(island, disc, { most: 2 }) ?? this.#inside(island, disc, { most: 1 })) : null;
    return short ?? { ...name, inside: false, spot };
  }
  #titles(taken, open, faint) {
    const { brush, theme, look } = this;
    const order = this.graph.islands.filter((island) => island.on).sort((a, b) => Number(b === look.island || b === this.hover) - Number(a === look.island || a === this.hover) || b.radius - a.radius);
    const discs = order.map((island) => this.#disc(island));
    for (const [at, island] of order.entries()) {
      const [x, y, r] = discs[at];
      if (x < -r - 80 || x > this.width + r + 80 || y < -r - 60 || y > this.height + r + 60) continue;
      const quiet = look.nodes && island !== look.island && island !== this.hover;
      if (quiet && !look.island && open < .5 && r < 22) continue;
      const far = open < .5, count = far && r > 11 ? island.many.toLocaleString("en") : "";
      const { lines, step, wide, tall, middle, inside, across, spot } = this.#named(island, discs[at], discs, far, taken);
      brush.globalAlpha = quiet ? Math.max(faint, .6) : 1;
      brush.textAlign = "center";
      if (count && (!inside || spot)) {
        brush.font = `600 ${clamp(r * .5, 11, 20)}px ${theme.text}`;
        brush.fillStyle = quiet ? theme.soft : theme.ink;
        if (taken.free(x - 12, middle - 7, x + 12, middle + 7)) { brush.fillText(count, x, middle); taken.add(x - 14, middle - 8, x + 14, middle + 8); }
      }
      if (spot) {
        const [tx, top] = spot;
        taken.add(tx - wide / 2 - 4, top - 2, tx + wide / 2 + 4, top + tall + 2);
        this.#labels.push([island, tx - wide / 2, top, tx + wide / 2, top + tall]);
        for (const [row, [line, font]] of lines.entries()) {
          const colour = quiet || (font.startsWith("450") && !inside) ? theme.soft : theme.ink, height = top + (row + .5) * step;
          brush.font = font;
          if (inside && !across && !open) { brush.fillStyle = colour; brush.fillText(line, tx, height); } else this.#write(line, tx, height, colour);
        }
      }
      brush.textAlign = "start";
    }
    brush.globalAlpha = 1;
  }

  // --- pointers and keys ---

  /** The node or island under a point, or null. */
  at(x, y, reach = 9) {
    let best = null, near = reach;
    const open = this.open;
    for (const node of this.graph.nodes) {
      if (!node.on || (open < .5 && !this.look.nodes?.has(node))) continue;
      const [nx, ny] = this.place(node), far = Math.hypot(nx - x, ny - y) - this.radius(node);
      if (far < near) { near = far; best = node; }
    }
    if (best) return best;
    for (const [island, left, top, right, bottom] of this.#labels) if (x > left - 4 && x < right + 4 && y > top - 4 && y < bottom + 4) return island;
    if (open < .5) for (const island of this.graph.islands) { const [ix, iy, r] = this.#disc(island); if (island.on && Math.hypot(ix - x, iy - y) < Math.max(r, reach)) return island; }
    return null;
  }

  #listen() {
    const { canvas } = this, held = new Map();
    let moved = 0;
    const inside = (event) => { const bounds = canvas.getBoundingClientRect(); return [event.clientX - bounds.left, event.clientY - bounds.top]; };
    const point = (over) => {
      if (over === this.hover) return;
      this.hover = over;
      canvas.classList.toggle("as-over", Boolean(over));
      this.paint();
    };
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); held.set(event.pointerId, [event.clientX, event.clientY]); if (held.size === 1) moved = 0; });
    canvas.addEventListener("pointermove", (event) => {
      const was = held.get(event.pointerId);
      if (!was) { if (event.pointerType !== "touch") point(this.at(...inside(event))); return; }
      const [dx, dy] = [event.clientX - was[0], event.clientY - was[1]];
      moved += Math.abs(dx) + Math.abs(dy);
      if (held.size === 2) {
        const other = [...held].find(([id]) => id !== event.pointerId)[1], bounds = canvas.getBoundingClientRect();
        const [before, now] = [Math.hypot(was[0] - other[0], was[1] - other[1]), Math.hypot(event.clientX - other[0], event.clientY - other[1])];
        this.zoom(now / (before || 1), (event.clientX + other[0]) / 2 - bounds.left, (event.clientY + other[1]) / 2 - bounds.top);
      } else if (moved > 4) {
        cancelAnimationFrame(this.#moving);
        this.#view.x += dx;
        this.#view.y += dy;
        canvas.classList.add("as-drag");
        this.paint();
      }
      held.set(event.pointerId, [event.clientX, event.clientY]);
    });
    const release = (event) => {
      const was = held.delete(event.pointerId);
      canvas.classList.remove("as-drag");
      if (was && event.type === "pointerup" && moved < 6 && !held.size) this.choose(this.at(...inside(event), event.pointerType === "touch" ? 22 : 9));
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", () => point(null));
    canvas.addEventListener("wheel", (event) => {
      // The page scrolls past the map unless one asks to zoom, or works in the map already.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) { this.told("wheel"); return; }
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 20 : 1) / (event.ctrlKey ? 160 : 420)), ...inside(event));
    }, { passive: false });
    canvas.addEventListener("dblclick", (event) => { if (!this.at(...inside(event))) this.zoom(1.8, ...inside(event), false); });
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowLeft: [70, 0], ArrowRight: [-70, 0], ArrowUp: [0, 70], ArrowDown: [0, -70] }[event.key];
      if (step) this.#go({ ...this.#view, x: this.#view.x + step[0], y: this.#view.y + step[1] }, true);
      else if (event.key === "+" || event.key === "=") this.zoom(1.35);
      else if (event.key === "-") this.zoom(1 / 1.35);
      else if (event.key === "0") this.told("fit");
      else if (event.key === "Escape") this.choose(null);
      else return;
      event.preventDefault();
    });
  }
}
