/* The collaboration graph on a canvas: places come from the build, this only draws and listens. */
(() => {
  "use strict";
  const box = document.querySelector("[data-as-graph]");
  if (!box || !window.agentSpecs) return;
  const { make, fold } = window.agentSpecs;
  const root = box.dataset.root || "./";
  const canvas = box.querySelector("canvas"), brush = canvas.getContext("2d"), stage = box.querySelector(".as-stage");
  const panel = box.querySelector(".as-focus"), status = box.querySelector(".as-graph-status"), legend = box.querySelector(".as-legend");
  const search = box.querySelector("#as-graph-q"), names = box.querySelector("#as-graph-names");
  const byCollection = box.querySelector("#as-graph-collection"), byRelation = box.querySelector("#as-graph-relation");
  const withMissing = box.querySelector("#as-graph-missing"), withAlone = box.querySelector("#as-graph-alone");
  const LIGHT = ["#0b7a75", "#b4511f", "#3d5fb3", "#8a6a00", "#8b3f8f", "#4f7a28", "#b03060", "#39708c"];
  const DARK = ["#5ccfc4", "#f2a071", "#93b3f5", "#dfc15a", "#d79be0", "#a5d171", "#f58fb3", "#86c5e2"];
  let nodes = [], edges = [], byId = new Map(), relations = {}, groupNames = [];
  let view = { x: 0, y: 0, k: 1 }, focus = null, hover = null, frame = 0, width = 0, height = 0, colours = {};

  const palette = () => {
    const style = getComputedStyle(document.body);
    const value = (name) => style.getPropertyValue(name).trim();
    colours = { ink: value("--as-ink"), soft: value("--as-soft"), edge: value("--as-edge"), card: value("--as-card"), accent: value("--as-accent"), warn: value("--as-warn"), font: value("--as-text"), groups: document.body.dataset.mdColorScheme === "slate" ? DARK : LIGHT };
  };
  const colour = (node) => (node.kind === "missing" ? colours.warn : node.community === undefined || node.community >= colours.groups.length ? colours.edge : colours.groups[node.community]);
  const radius = (node) => (node.kind === "missing" ? 3.2 : 3.4 + Math.min(9, Math.sqrt(node.degree) * 1.25)) * Math.min(1.5, Math.max(.75, Math.sqrt(view.k)));
  const place = (node) => [node.x * view.k + view.x, node.y * view.k + view.y];

  /** What the filters leave. */
  const sift = () => {
    const relation = byRelation.value, collection = byCollection.value;
    for (const edge of edges) {
      edge.on = (!relation || edge.relation === relation) && (!collection || edge.from.collection === collection || edge.to.collection === collection) && (withMissing.checked || edge.to.kind !== "missing");
    }
    for (const node of nodes) { node.tied = false; node.near = null; }
    for (const edge of edges) if (edge.on) { edge.from.tied = edge.to.tied = true; }
    for (const node of nodes) {
      node.on = (node.tied || (withAlone.checked && node.kind === "agent" && !relation)) && (node.tied || !collection || node.collection === collection);
    }
    if (focus && !focus.on) focus = null;
    if (focus) {
      focus.near = focus;
      for (const edge of edges) if (edge.on && (edge.from === focus || edge.to === focus)) { edge.from.near = edge.to.near = focus; }
    }
    const shown = nodes.filter((node) => node.on), missing = shown.filter((node) => node.kind === "missing").length;
    const told = [[shown.length - missing, "agents"], [missing, "missing"], [edges.filter((edge) => edge.on).length, "statements"]];
    status.textContent = told.filter(([many]) => many).map(([many, what]) => `${many.toLocaleString("en")} ${what}`).join(", ") || "Nothing to show";
  };

  const fit = (some) => {
    const on = some ?? nodes.filter((node) => node.on);
    if (!on.length) return;
    const xs = on.map((node) => node.x), ys = on.map((node) => node.y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const side = panel.hidden || width < 700 ? 0 : 310, below = panel.hidden || width >= 700 ? 0 : height * .5;
    const margin = Math.min(60, width * .09);
    const k = Math.min((width - side - 2 * margin) / Math.max(right - left, 40), (height - below - 2 * margin) / Math.max(bottom - top, 40), 3.2);
    view = { k, x: (width - side) / 2 - k * (left + right) / 2, y: (height - below) / 2 - k * (top + bottom) / 2 };
    paint();
  };

  const paint = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); };
  const draw = () => {
    const ratio = window.devicePixelRatio || 1;
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, width, height);
    const centre = focus ?? hover;
    const lines = edges.filter((edge) => edge.on && edge.from !== edge.to);
    const many = lines.length > 1500 ? .28 : lines.length > 400 ? .4 : .55;
    for (const strong of [false, true]) {
      for (const edge of lines) {
        const touches = centre && (edge.from === centre || edge.to === centre);
        if (Boolean(touches) !== strong) continue;
        if (focus && !touches) { brush.globalAlpha = .06; } else { brush.globalAlpha = touches ? .95 : centre ? many * .45 : many; }
        stroke(edge, touches);
      }
    }
    brush.globalAlpha = 1;
    const order = nodes.filter((node) => node.on).sort((a, b) => a.degree - b.degree);
    for (const node of order) dot(node);
    labels(order, centre);
    brush.globalAlpha = 1;
  };
  const stroke = (edge, strong) => {
    const [x1, y1] = place(edge.from), [x2, y2] = place(edge.to);
    const bend = .12, cx = (x1 + x2) / 2 + (y2 - y1) * bend, cy = (y1 + y2) / 2 - (x2 - x1) * bend;
    brush.beginPath();
    brush.moveTo(x1, y1);
    brush.quadraticCurveTo(cx, cy, x2, y2);
    brush.strokeStyle = strong ? colour(edge.to.kind === "missing" ? edge.to : edge.from) : colours.edge;
    brush.lineWidth = strong ? 1.8 : .8;
    brush.setLineDash(edge.to.kind === "missing" ? [4, 4] : []);
    brush.stroke();
    brush.setLineDash([]);
    if (!strong) return;
    const far = Math.hypot(x2 - cx, y2 - cy) || 1, r = radius(edge.to) + 3, ux = (x2 - cx) / far, uy = (y2 - cy) / far, tx = x2 - ux * r, ty = y2 - uy * r;
    brush.beginPath();
    brush.moveTo(tx, ty);
    brush.lineTo(tx - ux * 8 - uy * 4, ty - uy * 8 + ux * 4);
    brush.lineTo(tx - ux * 8 + uy * 4, ty - uy * 8 - ux * 4);
    brush.fillStyle = brush.strokeStyle;
    brush.fill();
  };
  const dot = (node) => {
    const [x, y] = place(node), r = radius(node);
    brush.globalAlpha = focus && node.near !== focus ? .18 : 1;
    brush.beginPath();
    brush.arc(x, y, r, 0, 7);
    if (node.kind === "missing") {
      brush.fillStyle = colours.card;
      brush.fill();
      brush.strokeStyle = colours.warn;
      brush.lineWidth = 1.4;
      brush.setLineDash([2.5, 2]);
      brush.stroke();
      brush.setLineDash([]);
    } else {
      brush.fillStyle = colour(node);
      brush.fill();
      brush.strokeStyle = colours.card;
      brush.lineWidth = 1.5;
      brush.stroke();
    }
    if (node === focus || node === hover) {
      brush.beginPath();
      brush.arc(x, y, r + 4, 0, 7);
      brush.strokeStyle = colours.accent;
      brush.lineWidth = 2;
      brush.stroke();
    }
  };

  /** Names of the most connected first; one that would lie on another, or on a dot, is left out. */
  const labels = (order, centre) => {
    const dots = new Grid(), taken = new Grid();
    for (const node of order) if (!focus || node.near === focus) { const [x, y] = place(node), r = radius(node); dots.add(x - r, y - r, x + r, y + r); }
    let told = 0;
    const rank = (node) => (node === focus ? 4e6 : node === hover ? 3e6 : 0) + (focus && node.near === focus ? 1e6 : 0) + node.degree + (node.kind === "missing" ? -2 : 0);
    brush.textBaseline = "middle";
    for (const node of [...order].sort((a, b) => rank(b) - rank(a))) {
      if (focus && node.near !== focus && node !== hover) continue;
      if (node.kind === "missing" && !focus && node !== hover && view.k < 1.2) continue;
      const [x, y] = place(node);
      if (x < -80 || y < -20 || x > width + 80 || y > height + 20) continue;
      const main = node === focus || node === hover, size = main ? 14 : node.degree > 14 ? 12.5 : 11.5;
      brush.font = `${main || node.degree > 14 ? 600 : 450} ${size}px ${colours.font}`;
      const text = node.title.length > 30 ? `${node.title.slice(0, 29)}…` : node.title;
      const wide = brush.measureText(text).width, r = radius(node) + 4, tall = size * .62;
      const spots = [[x + r, y], [x - r - wide, y], [x - wide / 2, y + r + tall], [x - wide / 2, y - r - tall]]
        .map(([lx, ly]) => [lx, ly, lx, ly - tall, lx + wide, ly + tall])
        .filter(([lx, ly, ...four]) => lx > 2 && lx + wide < width - 2 && ly > 8 && ly < height - 8 && taken.free(...four));
      const spot = spots.find(([, , ...four]) => dots.free(...four)) ?? (main || focus || (told += 1) <= 14 ? spots[0] : null);
      if (!spot) continue;
      const [lx, ly] = spot;
      taken.add(lx - 3, ly - tall - 1, lx + wide + 3, ly + tall + 1);
      brush.globalAlpha = centre && !focus && node !== hover ? .75 : 1;
      brush.lineWidth = 3.5;
      brush.lineJoin = "round";
      brush.strokeStyle = colours.card;
      brush.strokeText(text, lx, ly);
      brush.fillStyle = node.kind === "missing" ? colours.warn : colours.ink;
      brush.fillText(text, lx, ly);
    }
  };
  /** Boxes already taken, in cells, so that asking is cheap. */
  class Grid {
    cells = new Map();
    *over(x1, y1, x2, y2) { for (let i = Math.floor(x1 / 48); i <= x2 / 48; i += 1) for (let j = Math.floor(y1 / 48); j <= y2 / 48; j += 1) yield i * 4096 + j; }
    add(...four) { for (const cell of this.over(...four)) { const held = this.cells.get(cell); if (held) held.push(four); else this.cells.set(cell, [four]); } }
    free(x1, y1, x2, y2) { for (const cell of this.over(x1, y1, x2, y2)) for (const [a, b, c, d] of this.cells.get(cell) ?? []) if (x1 < c && x2 > a && y1 < d && y2 > b) return false; return true; }
  }

  const at = (event) => {
    const bounds = canvas.getBoundingClientRect(), px = event.clientX - bounds.left, py = event.clientY - bounds.top;
    let best = null, near = event.pointerType === "touch" ? 22 : 10;
    for (const node of nodes) {
      if (!node.on) continue;
      const [x, y] = place(node), far = Math.hypot(x - px, y - py) - radius(node);
      if (far < near) { near = far; best = node; }
    }
    return best;
  };

  const choose = (node, move = true) => {
    focus = node;
    sift();
    const address = new URL(location.href);
    address.hash = node ? encodeURIComponent(node.id) : "";
    history.replaceState(null, "", address);
    tell();
    if (node && move) fit(nodes.filter((other) => other.near === node)); else paint();
  };
  const tell = () => {
    panel.hidden = !focus;
    if (!focus) return;
    const close = make("button", { type: "button", class: "as-close", "aria-label": "Show all again" }, "×");
    close.addEventListener("click", () => { choose(null); fit(); canvas.focus(); });
    const lines = [];
    for (const edge of edges) {
      if (!edge.on || (edge.from !== focus && edge.to !== focus)) continue;
      const mine = edge.from === focus, other = mine ? edge.to : edge.from;
      const go = make("button", { type: "button", class: "as-link" }, other.title);
      go.addEventListener("click", () => choose(other));
      const word = relations[edge.relation] ?? edge.relation.replaceAll("_", " ");
      lines.push(make("li", { title: edge.evidence ? `“${edge.evidence}”` : null }, mine ? make("span", { class: "as-quiet" }, `${word} `) : go, mine ? go : make("span", { class: "as-quiet" }, ` ${word} it`), edge.about ? make("div", { class: "as-quiet" }, edge.about) : null));
    }
    panel.replaceChildren(close, make("h3", {}, focus.title),
      focus.kind === "missing"
        ? make("p", { class: "as-quiet" }, `No agent of that name${focus.suggestions ? `; perhaps ${focus.suggestions.join(", ")}` : ""}.`)
        : make("p", {}, make("a", { href: root + focus.url }, "Open its page")),
      make("ul", {}, ...lines));
    panel.scrollTop = 0;
  };

  const size = () => {
    const bounds = stage.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
    const first = !width, before = [width, height];
    width = bounds.width;
    height = bounds.height;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across) canvas.width = across;
    if (canvas.height !== down) canvas.height = down;
    paint();
    if (nodes.length && (first || before[0] !== width || before[1] !== height)) fit(focus ? nodes.filter((node) => node.near === focus) : undefined);
  };
  const zoom = (factor, x = width / 2, y = height / 2) => {
    const k = Math.min(8, Math.max(.1, view.k * factor));
    view = { k, x: x - (x - view.x) * k / view.k, y: y - (y - view.y) * k / view.k };
    paint();
  };

  const held = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); held.set(event.pointerId, [event.clientX, event.clientY]); moved = 0; });
  canvas.addEventListener("pointermove", (event) => {
    const was = held.get(event.pointerId);
    if (!was) {
      const over = at(event);
      if (over !== hover) { hover = over; canvas.classList.toggle("as-over", Boolean(over)); canvas.title = over ? `${over.title}${over.category ? ` · ${over.category}` : ""}` : ""; paint(); }
      return;
    }
    const dx = event.clientX - was[0], dy = event.clientY - was[1];
    if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)[1];
      const before = Math.hypot(was[0] - other[0], was[1] - other[1]), now = Math.hypot(event.clientX - other[0], event.clientY - other[1]);
      const bounds = canvas.getBoundingClientRect();
      zoom(now / (before || 1), (event.clientX + other[0]) / 2 - bounds.left, (event.clientY + other[1]) / 2 - bounds.top);
    } else {
      view.x += dx;
      view.y += dy;
      canvas.classList.add("as-drag");
      paint();
    }
    moved += Math.abs(dx) + Math.abs(dy);
    held.set(event.pointerId, [event.clientX, event.clientY]);
  });
  const release = (event) => {
    const was = held.delete(event.pointerId);
    canvas.classList.remove("as-drag");
    if (was && event.type === "pointerup" && moved < 6) { const node = at(event); if (node || focus) choose(node, Boolean(node)); }
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => zoom(1.6, event.offsetX, event.offsetY));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) { view.x += step[0]; view.y += step[1]; paint(); event.preventDefault(); }
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else if (event.key === "Escape" && focus) { choose(null); fit(); }
  });
  for (const button of box.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => ({ in: () => zoom(1.35), out: () => zoom(1 / 1.35), fit: () => fit() })[button.dataset.zoom]());
  for (const control of [byCollection, byRelation, withMissing, withAlone]) control.addEventListener("change", () => { sift(); tell(); fit(); });
  const seek = () => {
    const wanted = fold(search.value.trim());
    if (!wanted) return;
    const found = nodes.find((node) => fold(node.title) === wanted) ?? nodes.find((node) => fold(node.id).endsWith(`/${wanted}`)) ?? nodes.find((node) => fold(node.title).startsWith(wanted)) ?? nodes.find((node) => fold(node.title).includes(wanted));
    if (!found) { status.textContent = "No agent of that name."; return; }
    if (!found.on) { withAlone.checked = true; byCollection.value = ""; byRelation.value = ""; if (found.kind === "missing") withMissing.checked = true; }
    sift();
    choose(found);
  };
  search.addEventListener("change", seek);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") seek(); });

  fetch(box.dataset.graph).then((answer) => { if (!answer.ok) throw new Error(`${answer.status}`); return answer.json(); }).then((data) => {
    relations = data.relations;
    nodes = data.nodes;
    byId = new Map(nodes.map((node) => [node.id, node]));
    edges = data.edges.map((edge) => ({ ...edge, from: byId.get(edge.source), to: byId.get(edge.target) })).filter((edge) => edge.from && edge.to);
    const used = [...new Set(edges.map((edge) => edge.relation))];
    byRelation.append(...used.map((name) => make("option", { value: name }, relations[name] ?? name)));
    const homes = [...new Set(nodes.map((node) => node.collection))].sort();
    byCollection.append(...homes.map((name) => make("option", { value: name }, name)));
    byCollection.parentElement.hidden = homes.length < 2;
    names.append(...nodes.slice(0, 4000).map((node) => make("option", { value: node.title })));
    const groups = new Map();
    for (const node of nodes) if (node.community !== undefined && node.community < LIGHT.length && node.kind === "agent") { const held = groups.get(node.community) ?? []; held.push(node); groups.set(node.community, held); }
    groupNames = [...groups].sort((a, b) => a[0] - b[0]).map(([group, members]) => {
      const hub = members.reduce((a, b) => (b.degree > a.degree ? b : a));
      return [group, `around ${hub.title} (${members.length})`];
    });
    if (nodes.length && !nodes.some((node) => node.degree)) withAlone.checked = true;
    const show = () => {
      palette();
      legend.replaceChildren(...groupNames.map(([group, name]) => { const swatch = make("span", { class: "as-swatch" }); swatch.style.background = colours.groups[group]; return make("li", {}, swatch, name); }),
        make("li", {}, make("span", { class: "as-swatch as-swatch--missing" }), "missing agent"), make("li", {}, "larger: named more often"), make("li", {}, "Click an agent for its neighbours; drag to move; Ctrl and wheel, or pinch, to zoom."));
      paint();
    };
    show();
    new MutationObserver(show).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    sift();
    new ResizeObserver(size).observe(stage);
    size();
    const asked = byId.get(decodeURIComponent(location.hash.slice(1)));
    if (asked) { if (!asked.on) withAlone.checked = true; sift(); choose(asked); } else fit();
    window.agentGraph = { choose: (id) => choose(byId.get(id) ?? null), place: (id) => place(byId.get(id)), focused: () => focus?.id ?? null };
    box.dataset.ready = "";
  }).catch(() => { status.textContent = "The graph could not be loaded; the list below says the same."; });
})();
