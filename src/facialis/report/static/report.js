"use strict";
(() => {
  document.documentElement.classList.remove("no-js");
  const data = JSON.parse(document.getElementById("data").textContent);
  const charts = new Map();
  const holder = document.getElementById("charts");
  const readout = document.getElementById("readout");
  const whole = { min: 0, max: data.duration > 0 ? data.duration : 1 };
  let view = { ...whole };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const clock = (s, decimals) => {
    const unit = 10 ** decimals, n = Math.round(Math.abs(s) * unit), whole_s = Math.floor(n / unit);
    const rest = decimals ? "." + String(n % unit).padStart(decimals, "0") : "";
    return (s < 0 ? "-" : "") + Math.floor(whole_s / 60) + ":" + String(whole_s % 60).padStart(2, "0") + rest;
  };

  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

  // Shades what was found behind the curves: excluded stretches, episodes, twitches at the top, blinks at the bottom.
  function shade(u) {
    const { ctx, bbox } = u, ratio = devicePixelRatio;
    const box = (start, end, top, height, fill, alpha) => {
      if (end < view.min || start > view.max) return;
      const x0 = Math.max(u.valToPos(start, "x", true), bbox.left);
      const x1 = Math.min(u.valToPos(end, "x", true), bbox.left + bbox.width);
      ctx.globalAlpha = alpha; ctx.fillStyle = fill;
      ctx.fillRect(x0, top, Math.max(x1 - x0, ratio), height);
    };
    const bottom = bbox.top + bbox.height, edge = 5 * ratio;
    ctx.save();
    for (const [start, end] of data.excluded) box(start, end, bbox.top, bbox.height, colour("grey"), 0.28);
    for (const [start, end, kind, side] of data.events) {
      const fill = side === "both" ? colour("soft") : colour(side);
      if (kind === "episode") box(start, end, bbox.top, bbox.height, fill, 0.16);
      else if (kind === "blink") box(start, end, bottom - edge, edge, colour("soft"), 0.8);
      else box(start, end, bbox.top, edge, fill, 0.95);
    }
    ctx.restore();
  }

  function look(min, max) {
    const length = Math.min(Math.max(max - min, Math.min(0.2, whole.max)), whole.max);
    const start = Math.min(Math.max((min + max - length) / 2, 0), whole.max - length);
    view = { min: start, max: start + length };
    for (const u of charts.values()) u.setScale("x", view);
  }

  function follow(u, key) {
    const { min, max } = u.scales.x;
    if (key !== "x" || min == null || (min === view.min && max === view.max)) return;
    look(min, max);
  }

  function tell(u) {
    const at = u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null;
    if (at === null) { readout.textContent = "\u00a0"; return; }
    const here = data.events.filter(([start, end]) => start <= at && at <= end);
    const out = data.excluded.filter(([start, end]) => start <= at && at <= end);
    const name = (kind) => kind === "tonic" ? "tonic spasm" : kind;
    const words = here.map(([, , kind, side, regions]) => name(kind) + (side === "both" ? "" : ` (${side}${regions ? ": " + regions : ""})`));
    for (const [, , side, reason] of out) words.push(`not measured${side ? ", " + side : ""}: ${reason}`);
    readout.textContent = clock(at, 2) + (words.length ? " \u2013 " + words.join("; ") : "");
  }

  function range(panel) {
    const [min, max] = panel.limits, room = 0.06 * (max - min);
    return [min - room, max + room];
  }

  function draw(panel) {
    const box = document.createElement("div"), title = document.createElement("h3"), unit = document.createElement("span");
    box.className = "chart";
    title.textContent = panel.label; unit.textContent = panel.unit; title.append(unit); box.append(title);
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `${panel.label} over time; the events are in the list below`);
    const next = [...holder.children].find((each) => Number(each.dataset.order) > panel.order);
    box.dataset.order = panel.order;
    holder.insertBefore(box, next ?? null);
    const names = Object.keys(panel.series), limits = range(panel);
    const axis = { stroke: () => colour("soft"), grid: { stroke: () => colour("line"), width: 1 }, ticks: { stroke: () => colour("line"), width: 1, size: 4 }, font: "12px system-ui, sans-serif" };
    const u = new uPlot({
      width: holder.clientWidth, height: 170, padding: [8, 18, 0, 0],
      scales: { x: { time: false, ...view }, y: { range: limits } },
      axes: [
        { ...axis, size: 26, gap: 3, incrs: steps, values: (_, splits, __, ___, step) => splits.map((s) => clock(s, step >= 1 ? 0 : step >= 0.1 ? 1 : 2)) },
        { ...axis, size: 44, gap: 3 },
      ],
      series: [
        { label: "time", value: (_, v) => (v == null ? "\u2013" : clock(v, 2)) },
        ...names.map((name) => ({
          label: name, width: 1.4, points: { show: false }, spanGaps: false,
          stroke: () => (name === "value" ? colour("ink") : colour(name)),
          value: (_, v) => (v == null ? "\u2013" : v.toFixed(2)),
        })),
      ],
      cursor: { y: false, drag: { x: true, y: false }, sync: { key: "facialis", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } } },
      hooks: { drawClear: [shade], setScale: [follow], setCursor: [tell] },
    }, [data.time, ...names.map((name) => panel.series[name])], box);
    charts.set(panel.name, u);
    u.setScale("x", view);
  }

  function toggle(panel, on) {
    if (on) { draw(panel); return; }
    const u = charts.get(panel.name), box = u.root.parentElement;
    charts.delete(panel.name); u.destroy(); box.remove();
  }

  const choose = document.getElementById("choose"), rarer = document.getElementById("choose-rarer");
  data.panels.forEach((panel, order) => {
    panel.order = order;
    const label = document.createElement("label"), check = document.createElement("input");
    check.type = "checkbox"; check.checked = panel.shown;
    check.addEventListener("change", () => toggle(panel, check.checked));
    label.append(check, " " + panel.label);
    (panel.common ? choose : rarer).append(label);
    if (panel.shown) draw(panel);
  });

  const zoom = {
    all: () => look(whole.min, whole.max),
    in: (length) => look(view.min + length / 4, view.max - length / 4),
    out: (length) => look(view.min - length / 2, view.max + length / 2),
    earlier: (length) => look(view.min - length / 2, view.max - length / 2),
    later: (length) => look(view.min + length / 2, view.max + length / 2),
  };
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => zoom[button.dataset.zoom](view.max - view.min));

  const rows = [...document.querySelectorAll("tr[data-kind]")];
  const kinds = [...document.querySelectorAll("input[data-kind]")];
  const list = () => {
    const on = new Set(kinds.filter((each) => each.checked).map((each) => each.dataset.kind));
    for (const row of rows) row.hidden = !on.has(row.dataset.kind);
  };
  for (const each of kinds) each.addEventListener("change", list);
  list();

  for (const button of document.querySelectorAll("[data-event]"))
    button.addEventListener("click", () => {
      const [start, end] = data.events[Number(button.dataset.event)];
      for (const row of rows) row.classList.toggle("current", row.contains(button));
      look(start - 1.5, end + 1.5);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      document.getElementById("curves").scrollIntoView({ behavior: calm ? "auto" : "smooth" });
    });

  addEventListener("resize", () => { for (const u of charts.values()) u.setSize({ width: holder.clientWidth, height: 170 }); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const u of charts.values()) u.redraw(); });
  document.getElementById("rarer").hidden = data.panels.every((panel) => panel.common);
})();
