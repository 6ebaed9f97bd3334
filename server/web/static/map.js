// The map on a canvas, and a list of what is in view. Signs are the legend's; points [x, y] in units of server/map/data.py.
const box = document.getElementById("map"), failed = document.getElementById("failed");
const of = (name) => box.querySelector(name), canvas = of("canvas"), card = of(".picked"), row = of("template").content.firstChild;
const pen = canvas.getContext("2d"), words = JSON.parse(box.dataset.words), { min, max, abs, hypot, sqrt, round } = Math;
const CELL = 60, CLOSEST = 12, ROWS = 10, UNIT = 1.11195; // pixels; pixels a unit; rows; metres
const number = (n) => n.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
const metres = (m) => m < 1000 ? `${round(m)} m` : `${number(m / 1000)} km`;
const say = (key, ...values) => words[key].replace(/{\w+}/g, () => values.shift());
const around = (all) => [min, max].flatMap((most) => [0, 1].map((i) => most(...all.map(({ at }) => at[i]))));
let k = 1, left = 0, top = 0, width = 0, height = 0; // pixels a unit; the corner; pixels
let ground, whole, names, signs, marks, levels, shown, page, picked, frame, timer, was, moved;
const put = ([x, y]) => [(x - left) * k, (y - top) * k];
const inView = (p, by = 0) => p && put(p).every((at, i) => at > -by && at < [width, height][i] + by);

// Marks by squares, once for each level one looks from.
function clusters() {
  const level = round(Math.log2(k) * 2), size = CELL / 2 ** (level / 2), cells = {};
  if (levels[level]) return levels[level];
  for (const mark of marks) {
    const cell = cells[mark.at.map((one) => Math.floor(one / size))] ||= { at: [0, 0], in: [], by: signs.map(() => 0) };
    const n = cell.in.push(mark);
    cell.at = cell.at.map((one, i) => one + (mark.at[i] - one) / n);
    cell.by[mark.outcome]++;
  }
  return levels[level] = Object.values(cells);
}

function draw() {
  const dots = devicePixelRatio, seen = clusters().filter((p) => inView(p.at, 30) || !p.in[1] && inView(p.in[0].visited));
  frame = 0;
  canvas.width = width * dots;
  canvas.height = height * dots;
  pen.scale(dots * k, dots * k);
  pen.translate(-left, -top);
  paint(ground, "#b9c2b4", 1 / k, "#fbfaf5");
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  for (const one of seen) one.in[1] ? drawMany(one) : drawOne(one.in[0]);
  if (picked) drawOne(picked), paint(circle(picked.at, 15), "#1c2a30", 3);
  drawNames([[width - 110, 30, 130, 16], ...seen.map(({ at }) => put(at))]);
  const length = 10 ** Math.floor(Math.log10(width / 3 / k * UNIT)), half = length / UNIT * k / 2;
  letter(metres(length), 16 + max(half, 14), height - 20);
  pen.fillRect(16, height - 14, 2 * half, 2);
  canvas.dataset.drawn = seen.length;
}

function paint(path, strokeStyle, lineWidth, fillStyle = "#0000") {
  Object.assign(pen, { fillStyle, strokeStyle, lineWidth });
  pen.fill(path);
  pen.stroke(path);
}

function circle(p, radius, from = 0, to = 7) {
  const path = new Path2D();
  path.arc(...put(p), radius, from, to);
  return path;
}

function drawOne({ outcome, claimed, visited, cell, error }) {
  const { color, shape, stroke, strokeWidth, fill } = signs[outcome], scale = k / UNIT;
  if (visited) paint(circle(visited, max(4, error * scale)), color, 1.5, color.replace(")", ", .25)"));
  if (!claimed) return;
  const [x, y] = put(claimed);
  pen.setLineDash([3, 3]);
  if (cell * scale > 8) paint(circle(claimed, cell * scale), color, 1);
  if (visited) paint(new Path2D(`M${x} ${y}L${put(visited)}`), color, 1.5);
  pen.setLineDash([]);
  pen.translate(x, y);
  paint(shape, stroke, parseFloat(strokeWidth), fill);
  pen.translate(-x, -y);
}

function drawMany({ at, in: { length }, by }) {
  const radius = min(22, 11 + sqrt(length) / 2), [x, y] = put(at);
  let from = -1.571;
  paint(circle(at, radius), "#fff", 9, "#fff");
  by.forEach((n, i) => paint(circle(at, radius, from, from += n / length * 6.2832), signs[i].color, 5));
  letter(number(length), x, y + 5);
}

function letter(text, x, y) {
  Object.assign(pen, { font: "13px system-ui", textAlign: "center", lineWidth: 3, strokeStyle: "#fbfaf5", fillStyle: "#1c2a30" });
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

// Names cover neither marks nor each other: subdistricts', and villages' once there is room.
function drawNames(taken) {
  const room = k * sqrt(whole[2] * whole[3] / names[1].length);
  for (const [name, ...p] of names[+(room > 110)].filter(([, ...p]) => inView(p))) {
    const half = name.length * 3.6, [x, middle] = put(p);
    const y = [0, 28, -28, 46, -46].map((by) => middle + by).find((y) =>
      !taken.some(([a, b, wide = 20, high = 20]) => abs(a - x) < half + wide && abs(b - y) < high + 8));
    if (y) taken.push([x, y, half, 8]), letter(name, x, y + 4);
  }
}

function changed() {
  frame ||= requestAnimationFrame(draw);
  clearTimeout(timer);
  timer = setTimeout(() => (shown = marks.filter((mark) => inView(mark.at)), list(0)), 150);
}

function show([w, n, e, s], closest = CLOSEST) {
  k = min(closest, width * 0.9 / (e - w || 1), height * 0.9 / (s - n || 1));
  [left, top] = [(w + e - width / k) / 2, (n + s - height / k) / 2];
  changed();
}

function move(x, y, by = 1, atX = width / 2, atY = height / 2) {
  const old = k;
  k = min(CLOSEST, max(min(width / whole[2], height / whole[3]) / 2, k * by));
  left += (x + atX) / old - atX / k;
  top += (y + atY) / old - atY / k;
  changed();
}

function list(which) {
  const pages = Math.ceil(shown.length / ROWS) || 1;
  page = which;
  of(".seen").textContent = say("seen", number(shown.length));
  of("ol").replaceChildren(...shown.slice(page * ROWS, (page + 1) * ROWS).map(item));
  of(".turn span").textContent = say("page", page + 1, number(pages));
  of("[data-do=back]").disabled = !page;
  of("[data-do=next]").disabled = page + 1 === pages;
}

function item(mark) {
  const { sign, text } = signs[mark.outcome], made = row.cloneNode(true), button = made.firstChild;
  button.ariaCurrent = mark === picked;
  button.onclick = () => pick(mark, true);
  button.append(sign.cloneNode(true), `${mark.name} – ${text}`);
  return made;
}

function pick(mark, go) {
  const { at, name, line, outcome, claimed, visited, distance, error } = picked = mark, isFar = distance != null;
  go ? show(around([mark, { at: visited || at }]), max(k, 1)) : changed();
  card.hidden = false;
  of(".told").textContent = [
    signs[outcome].text, isFar && say("distance", metres(distance)), error && say("error", metres(error)),
    isFar && !visited && words.gone, !claimed && words.unclaimed,
  ].filter(Boolean).join("\n");
  of("a").href = box.dataset.line.replace("/0?", `/${line}?`);
  of("h2").textContent = name;
  of("h2").focus();
}

// One is picked, several are looked at from nearer, and listed where no nearness parts them.
function click(x, y) {
  const far = ({ at }) => hypot(put(at)[0] - x, put(at)[1] - y), near = clusters().reduce((a, b) => far(a) < far(b) ? a : b);
  const [w, n, e, s] = around(near.in);
  if (far(near) > 22) return;
  if (!near.in[1]) pick(near.in[0]);
  else if (max(e - w, s - n) * CLOSEST > CELL) show([w, n, e, s]);
  else shown = near.in, list(0), of("ol button").focus();
}

const doing = {
  "+": () => move(0, 0, 1.5), "-": () => move(0, 0, 2 / 3), 0: () => show(whole), back: () => list(page - 1),
  next: () => list(page + 1), Escape: () => (card.hidden = true, picked = null, canvas.focus(), changed()),
  ArrowLeft: () => move(-80, 0), ArrowRight: () => move(80, 0), ArrowUp: () => move(0, -80), ArrowDown: () => move(0, 80),
};
box.onclick = (event) => doing[event.target.dataset.do]?.();
canvas.onkeydown = ({ key, ctrlKey, metaKey, altKey }) => {
  if (!doing[key] || ctrlKey || metaKey || altKey) return;
  doing[key]();
  return false;
};
canvas.onwheel = ({ deltaY, deltaMode, offsetX, offsetY }) => {
  move(0, 0, 2 ** (-deltaY / (deltaMode ? 12 : 300)), offsetX, offsetY);
  return false;
};
const fingers = new Map();
canvas.onpointerdown = canvas.onpointermove = canvas.onpointerup = canvas.onpointercancel = ({ type, pointerId: id, offsetX: x, offsetY: y }) => {
  const isMove = type === "pointermove";
  if (type === "pointerdown") canvas.setPointerCapture(id), moved = fingers.size && moved;
  else if (!fingers.delete(id)) return;
  if (!/up|cancel/.test(type)) fingers.set(id, [x, y]);
  const [a, b = a] = fingers.values(), now = a && [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, hypot(a[0] - b[0], a[1] - b[1]) || 1];
  if (isMove) moved += hypot(...was.map((one, i) => one - now[i])), move(was[0] - now[0], was[1] - now[1], now[2] / was[2], ...now);
  was = now;
  if (type === "pointerup" && !now && moved < 5) click(x, y);
};

const sized = new ResizeObserver(measure);
const load = async (address) => (await fetch(address)).json(), outlines = load(box.dataset.outlines);

function measure() {
  [width, height] = [canvas.clientWidth, canvas.clientHeight];
  changed();
}

async function begin() {
  const places = document.getElementById("places");
  try {
    const data = await load(places.dataset.marks);
    ({ whole, names } = await outlines);
    ground = new Path2D((await outlines).path);
    signs = Array.from(places.querySelectorAll(".legend .claim"), (path) => {
      const sign = path.closest("svg"), { color, stroke, strokeWidth, fill } = getComputedStyle(path);
      const text = sign.parentNode.textContent.trim(), shape = new Path2D(path.getAttribute("d"));
      return { sign, text, shape, color, stroke, strokeWidth, fill };
    });
    marks = data.marks.map(([line, name, outcome, claimed, cell, visited, error, distance]) =>
      ({ line, name, outcome, claimed, cell, visited, error, distance, at: claimed || visited }));
    [levels, picked, failed.hidden, card.hidden] = [{}, null, true, true];
    box.hidden = false;
    measure();
    sized.observe(canvas);
    show(marks[0] && "near" in places.dataset ? around(marks) : whole);
  } catch {
    box.hidden = true;
    failed.hidden = false;
  }
}

document.addEventListener("tilik:list", begin);
begin();
