(function () {
"use strict";

// color reads a colour of the style sheet, which knows the light and the dark scheme.
function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function element(tag, className, text) {
  var e = document.createElement(tag);
  if (className) e.className = className;
  if (text) e.textContent = text;
  return e;
}

function button(text, pressed, act) {
  var b = element("button", "", text);
  b.type = "button";
  if (pressed !== null) b.setAttribute("aria-pressed", String(pressed));
  b.addEventListener("click", act);
  return b;
}

function format(v) {
  if (v == null) return "–";
  var abs = Math.abs(v);
  if (v !== 0 && (abs >= 1e6 || abs < 5e-4)) return v.toExponential(3);
  return v.toFixed(abs < 1 ? 4 : abs < 10 ? 3 : abs < 100 ? 2 : abs < 1000 ? 1 : 0);
}

// tick writes the labels of an axis; uPlot's own writes thousands as in the visitor's language.
function tick(u, values) {
  return values.map(function (v) {
    if (v == null) return null;
    var abs = Math.abs(v);
    return v !== 0 && (abs >= 1e6 || abs < 1e-4) ? v.toExponential().replace("e+", "e") : String(+v.toPrecision(6));
  });
}

// logRange ends at 1, 2 or 5 times a power of ten; uPlot's own would go on to whole decades.
function logRange(u, min, max) {
  if (min == null) return [0.1, 1];
  function steps(v) {
    return [1, 2, 5, 10].map(function (m) { return +(m * Math.pow(10, Math.floor(Math.log10(v)))).toPrecision(3); });
  }
  return [steps(min).filter(function (s) { return s <= min; }).pop() || min / 2, steps(max).find(function (s) { return s > max; }) || max * 2];
}

// Curves draws the panels of one figure; zoom and pointer are common to them.
function Curves(figure, index) {
  this.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  this.live = figure.querySelector(".live");
  this.key = "curves-" + index;
  this.logs = this.data.panels.map(function () { return false; });
  this.plots = [];
  this.live.hidden = false;
  figure.querySelector(".still").style.display = "none";
  this.build();
  var self = this;
  new ResizeObserver(function () { self.fit(); }).observe(this.live);
}

Curves.prototype.build = function () {
  this.plots.forEach(function (p) { p.destroy(); });
  this.live.textContent = "";
  this.plots = this.data.panels.map(this.panel, this);
  if (this.data.marks && this.data.marks.length) this.live.append(this.marks());
  this.live.append(element("p", "note", "Drag over a range to zoom in, double-click to zoom out; click a name to hide a line."));
};

Curves.prototype.panel = function (panel, i) {
  var box = element("div", "panel"), head = element("div", "panel-head"), self = this;
  head.append(element("strong", "", panel.name));
  if (panel.canLog) {
    head.append(button("log axis", this.logs[i], function () {
      self.logs[i] = !self.logs[i];
      self.build();
      self.live.querySelectorAll(".panel")[i].querySelector("button").focus();
    }));
  }
  box.append(head);
  this.live.append(box);
  var plot = new uPlot(this.options(panel, i), this.columns(panel, this.logs[i]), box);
  var canvas = plot.root.querySelector("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", panel.name + " over epochs 0 to " + (this.data.epochs - 1) + "; the table below has its values");
  return plot;
};

Curves.prototype.columns = function (panel, log) {
  var epochs = [];
  for (var e = 0; e < this.data.epochs; e++) epochs.push(e);
  return [epochs].concat(panel.series.map(function (s) {
    return epochs.map(function (_, e) {
      var v = s.values[e];
      return v == null || (log && v <= 0) ? null : v;
    });
  }));
};

Curves.prototype.options = function (panel, i) {
  var self = this, rate = panel.series.length > 0 && panel.series[0].part === "rate";
  var axis = { stroke: color("soft"), grid: { stroke: color("grid"), width: 1 }, ticks: { stroke: color("grid"), width: 1 }, values: tick };
  return {
    width: this.width(),
    height: rate ? 150 : 260,
    cursor: { sync: { key: this.key, setSeries: false }, drag: { x: true, y: false } },
    scales: { x: { time: false, range: this.epochRange.bind(this) }, y: this.logs[i] ? { distr: 3, range: logRange } : {} },
    axes: [Object.assign({ incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10000] }, axis), Object.assign({ size: 62 }, axis)],
    series: [{ label: "epoch", value: function (u, v) { return v == null ? "–" : String(v); } }].concat(panel.series.map(function (s) {
      return { label: s.name, stroke: color(s.part), width: 1.75, points: { show: self.data.epochs === 1, size: 6 },
        spanGaps: false, value: function (u, v) { return format(v); } };
    })),
    hooks: {
      drawClear: [function (u) { self.shade(u); }],
      draw: [function (u) { self.lines(u); }]
    }
  };
};

// epochRange keeps the axis on the epochs, also for a single one.
Curves.prototype.epochRange = function (u, min, max) {
  return min === max ? [min - 0.5, max + 0.5] : [min, max];
};

Curves.prototype.width = function () { return Math.max(220, Math.floor(this.live.clientWidth)); };

Curves.prototype.fit = function () {
  var width = this.width();
  this.plots.forEach(function (p) { if (p.width !== width) p.setSize({ width: width, height: p.height }); });
};

Curves.prototype.eachMark = function (draw) {
  var lines = 0;
  (this.data.marks || []).forEach(function (m) { draw(m, m.to === undefined ? lines++ : 0); });
};

Curves.prototype.shade = function (u) {
  this.eachMark(function (m) {
    if (m.to === undefined || m.from == null) return;
    var left = Math.max(u.valToPos(m.from, "x", true), u.bbox.left);
    var right = Math.min(u.valToPos(m.to, "x", true), u.bbox.left + u.bbox.width);
    if (right <= left) return;
    u.ctx.save();
    u.ctx.fillStyle = color("shade");
    u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    u.ctx.restore();
  });
};

Curves.prototype.lines = function (u) {
  this.eachMark(function (m, nth) {
    if (m.to !== undefined || m.from == null) return;
    var x = Math.round(u.valToPos(m.from, "x", true));
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
    var pixels = window.devicePixelRatio || 1;
    u.ctx.save();
    u.ctx.strokeStyle = color("ink");
    u.ctx.lineWidth = 1.2 * pixels;
    u.ctx.setLineDash(nth ? [1.5 * pixels, 3 * pixels] : [6 * pixels, 4 * pixels]);
    u.ctx.beginPath();
    u.ctx.moveTo(x, u.bbox.top);
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
    u.ctx.restore();
  });
};

Curves.prototype.marks = function () {
  var list = element("ul", "marks");
  this.eachMark(function (m, nth) {
    var item = element("li");
    item.append(element("span", m.to === undefined ? "line" + (nth ? " later" : "") : "area"), document.createTextNode(m.name));
    list.append(item);
  });
  return list;
};

var all = [];
if (window.uPlot) {
  document.querySelectorAll("figure.curves").forEach(function (f, i) { all.push(new Curves(f, i)); });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
  all.forEach(function (c) { c.build(); });
});

// Paper shows what is folded away.
var opened = [];
addEventListener("beforeprint", function () {
  opened = Array.from(document.querySelectorAll("details:not([open])"));
  opened.forEach(function (d) { d.open = true; });
});
addEventListener("afterprint", function () { opened.forEach(function (d) { d.open = false; }); });

if (navigator.clipboard) {
  document.querySelectorAll(".code").forEach(function (f) {
    var copy = button("copy", null, function () {
      navigator.clipboard.writeText(f.querySelector("code").textContent).then(function () {
        copy.textContent = "copied";
        setTimeout(function () { copy.textContent = "copy"; }, 1500);
      });
    });
    f.append(copy);
  });
}
})();
