// Models drawn: all areas, one area (#layer/area), one table with its surroundings (#table) or with
// all it is made of and all made of it (#table/all), or all tables (#all).
"use strict";

const view = document.getElementById("view");
const CHILDREN = TABLES.map(() => []);
TABLES.forEach((table, number) => table.parents.forEach((parent) => CHILDREN[parent].push(number)));

const HEIGHT = 22, GAP_X = 56, GAP_Y = 7, CHARACTER = 6.8;
// Up to this height columns are centred, taller ones begin at the top; and how many steps away the
// surroundings of a table reach.
const CENTRED = 560, STEPS = 2;

// A drawing of boxes in columns, arrows to the right. `boxes`: {key, words, title, href, isOwn};
// `arrows`: [key, key]; `columnOf`: the column of a box, or none to place it behind what it reads.
function drawing(boxes, arrows, columnOf, heads) {
  const readBy = new Map(boxes.map(({ key }) => [key, []]));
  const reads = new Map(boxes.map(({ key }) => [key, []]));
  for (const [from, to] of arrows) {
    reads.get(to).push(from);
    readBy.get(from).push(to);
  }
  const depth = new Map();
  const depthOf = (key) => {
    if (!depth.has(key)) {
      depth.set(key, 0);
      depth.set(key, Math.max(-1, ...reads.get(key).map(depthOf)) + 1);
    }
    return depth.get(key);
  };
  // What reads nothing stands next to what reads it.
  const columnAt = ({ key }) => (reads.get(key).length || !readBy.get(key).length
    ? depthOf(key) : Math.min(...readBy.get(key).map(depthOf)) - 1);
  const columns = [];
  for (const box of boxes) (columns[(columnOf || columnAt)(box)] ??= []).push(box);
  const filled = columns.filter(Boolean);
  // Boxes near what they are connected with: their mean place, some rounds to and fro.
  const place = new Map();
  filled.forEach((column) => column.forEach(({ key }, row) => place.set(key, row)));
  for (let round = 0; round < 6; round += 1) {
    const neighbours = round % 2 ? readBy : reads;
    for (const column of round % 2 ? [...filled].reverse() : filled) {
      const mean = new Map(column.map(({ key }) => {
        const all = neighbours.get(key).map((each) => place.get(each));
        return [key, all.length ? all.reduce((a, b) => a + b, 0) / all.length : place.get(key)];
      }));
      column.sort((a, b) => mean.get(a.key) - mean.get(b.key));
      column.forEach(({ key }, row) => place.set(key, row - column.length / 2));
    }
  }
  const tallest = Math.max(...filled.map((column) => column.length));
  const top = heads ? 26 : 8;
  const at = new Map();
  let x = 8;
  const titles = [];
  for (const column of filled) {
    const width = Math.max(...column.map(({ words }) => words.length)) * CHARACTER + 14;
    if (heads) titles.push([x, heads(column[0])]);
    const isTall = tallest * (HEIGHT + GAP_Y) > CENTRED;
    const start = top + (isTall ? 0 : ((tallest - column.length) * (HEIGHT + GAP_Y)) / 2);
    column.forEach((box, row) => at.set(box.key, { x, y: start + row * (HEIGHT + GAP_Y), width }));
    x += width + GAP_X;
  }
  const svg = shape("svg", {
    width: x - GAP_X + 8, height: top + tallest * (HEIGHT + GAP_Y) + 8, role: "group" });
  for (const [left, words] of titles) svg.append(text("head", left, 16, words));
  const lines = arrows.map(([from, to]) => {
    const [a, b] = [at.get(from), at.get(to)];
    const [x1, y1, x2, y2] = [a.x + a.width, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
    const bend = Math.max(20, Math.abs(x2 - x1) / 2);
    const line = shape("path", { d: `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}` });
    svg.append(line);
    return [from, to, line];
  });
  const anchors = new Map();
  for (const { key, words, title, href, isOwn } of boxes) {
    const { x: left, y, width } = at.get(key);
    const anchor = shape("a", { href, class: isOwn ? "own" : "" });
    const tip = shape("title", {});
    tip.textContent = title;
    anchor.append(tip, shape("rect", { x: left, y, width, height: HEIGHT, rx: 4 }),
      text("", left + 7, y + 15, words));
    anchors.set(key, anchor);
    svg.append(anchor);
    for (const event of ["mouseenter", "focus"]) anchor.addEventListener(event, () => mark(key));
    for (const event of ["mouseleave", "blur"]) anchor.addEventListener(event, () => mark(null));
  }
  // What a box is made of and what reads it, near and far, stands out.
  function mark(key) {
    const on = key === null ? new Set() : new Set([...reach(key, reads), ...reach(key, readBy)]);
    const before = key === null ? new Set() : reach(key, reads);
    const behind = key === null ? new Set() : reach(key, readBy);
    svg.classList.toggle("chosen", key !== null);
    anchors.forEach((anchor, each) => anchor.classList.toggle("on", on.has(each)));
    for (const [from, to, line] of lines) {
      const isOn = (before.has(from) && before.has(to)) || (behind.has(from) && behind.has(to));
      line.classList.toggle("on", isOn);
    }
  }
  return element("div", { class: "drawing", tabindex: "0" }, svg);
}

function reach(key, next) {
  const seen = new Set([key]);
  for (const each of seen) next.get(each).forEach((other) => seen.add(other));
  return seen;
}

function shape(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function text(kind, x, y, words) {
  const made = shape("text", { x, y, class: kind });
  made.textContent = words;
  return made;
}

const areaOf = (number) => `${TABLES[number].layer}/${TABLES[number].area}`;

function boxesOf(numbers, isOwn) {
  return numbers.map((number) => ({
    key: number, words: TABLES[number].name, title: briefly(TABLES[number].words),
    href: `#${TABLES[number].name}`, isOwn: isOwn(number) }));
}

function arrowsAmong(numbers) {
  const shown = new Set(numbers);
  return numbers.flatMap((number) =>
    TABLES[number].parents.filter((parent) => shown.has(parent)).map((parent) => [parent, number]));
}

// Raw tables and the pipeline's own records are read first, then layer by layer.
const COLUMN_OF = { raw: 0, records: 0, staging: 1, intermediate: 2, marts: 3, audit: 4 };
const HEADS = { ...Object.fromEntries(DATA.layers.map((each) => [each, each])),
  raw: "raw and records", records: "raw and records" };

function showAreas() {
  const sizes = new Map();
  const arrows = new Map();
  TABLES.forEach((table, number) => {
    if (table.layer === "seeds") return;
    sizes.set(areaOf(number), (sizes.get(areaOf(number)) || 0) + 1);
    for (const parent of table.parents) {
      const ends = [areaOf(parent), areaOf(number)];
      if (TABLES[parent].layer !== "seeds" && ends[0].split("/")[0] !== ends[1].split("/")[0]) {
        arrows.set(ends.join(), ends);
      }
    }
  });
  const boxes = [...sizes].map(([area, size]) => ({
    key: area, words: `${area.split("/")[1]} (${size})`, title: `${size} tables`, href: `#${area}`,
    layer: area.split("/")[0] }));
  view.append(
    element("p", {}, "Each box is an area of a layer, with the number of its tables. Choose one to see "
      + "its models; point at one to see what it depends on. ", link("#all", "All tables"),
      " draws the whole project."),
    drawing(boxes, [...arrows.values()], (box) => COLUMN_OF[box.layer], (box) => HEADS[box.layer]));
}

function showArea(place) {
  const own = TABLES.flatMap((_, number) => (areaOf(number) === place ? [number] : []));
  const near = new Set(own);
  own.forEach((number) => [...TABLES[number].parents, ...CHILDREN[number]].forEach((each) => near.add(each)));
  const shown = [...near].sort((a, b) => a - b);
  const isOwn = (number) => areaOf(number) === place;
  view.append(
    element("h2", {}, place.replace("/", ": ")),
    element("p", {}, "The area's tables are filled; next to them are the tables they read and those that "
      + "read them. Choose a table to draw all it is made of."),
    drawing(boxesOf(shown, isOwn),
      arrowsAmong(shown).filter(([from, to]) => isOwn(from) || isOwn(to))),
    element("h3", {}, "Tables"), listed(own));
}

function listed(numbers) {
  return element("table", {}, ...numbers.map((number) => element("tr", {},
    element("td", {}, tableLink(number)), element("td", {}, briefly(TABLES[number].words)))));
}

// Tables that are reached in some steps.
function reachIn(number, next, steps) {
  let found = new Set([number]);
  for (let step = 0; step < steps; step += 1) {
    const wider = new Set([...found, ...[...found].flatMap(next)]);
    if (wider.size === found.size) break;
    found = wider;
  }
  return found;
}

function showTable(number, isWhole) {
  const { name, words, area, parents: direct } = TABLES[number];
  const before = (steps) => reachIn(number, (each) => TABLES[each].parents, steps);
  const behind = (steps) => reachIn(number, (each) => CHILDREN[each], steps);
  const steps = isWhole ? Infinity : STEPS;
  const shown = [...new Set([...before(steps), ...behind(steps)])].sort((a, b) => a - b);
  const counts = `Made of ${before(Infinity).size - 1} tables, ${direct.length} of them directly; `
    + `${behind(Infinity).size - 1} are made of it. `;
  view.append(
    element("h2", {}, name),
    element("p", {}, words),
    element("p", {}, link(`columns.html#${name}`, "Its columns and where they come from"), " · ",
      link(`#${areaOf(number)}`, `Area ${area}`)),
    element("p", {}, counts, isWhole ? link(`#${name}`, `Draw ${STEPS} steps`) : link(`#${name}/all`, "Draw all")),
    drawing(boxesOf(shown, (each) => each === number), arrowsAmong(shown)));
  const [frame, box] = [view.querySelector(".drawing"), view.querySelector("svg a.own rect")];
  frame.scrollLeft = box.x.baseVal.value - frame.clientWidth / 2;
  frame.scrollTop = box.y.baseVal.value - frame.clientHeight / 2;
}

function showAll() {
  const all = TABLES.map((_, number) => number);
  view.append(
    element("h2", {}, "All tables"),
    element("p", {}, `${all.length} raw tables, lists and models. Point at one to see what it depends on.`),
    drawing(boxesOf(all, isPublished), arrowsAmong(all)));
}

const AREAS = new Set(TABLES.map((_, number) => areaOf(number)));
onPlace((place) => {
  view.replaceChildren();
  if (place) view.append(element("p", {}, link("#", "All areas")));
  if (place === "all") showAll();
  else if (AREAS.has(place)) showArea(place);
  else if (NUMBER.has(place.split("/")[0])) {
    showTable(NUMBER.get(place.split("/")[0]), place.endsWith("/all"));
  }
  else showAreas();
});
