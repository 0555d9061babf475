// Pieces of the screen. Whatever comes from a text is put in as text, never as markup.

const $ = (id) => document.getElementById(id);

function el(name, properties = {}, ...children) {
  const it = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") it.setAttribute(key, value);
    else it[key] = value;
  }
  it.append(...children);
  return it;
}

const whole = new Intl.NumberFormat("en");
const counted = (count, noun) => `${whole.format(count)} ${noun}${count === 1 ? "" : "s"}`;
const percent = (fraction) => `${Math.floor(fraction * 100)} %`;
const SIGNS = { open: "", accepted: "✓", rejected: "✗", edited: "✎", skipped: "–", dropped: "✗", missed: "✗" };

/** What nobody would see otherwise: spaces that are all there is, controls, marks of direction. */
function visible(text) {
  if (text === "") return "nothing";
  const shown = text.replace(/\n/g, "⏎").replace(/[\p{Cc}\p{Cf}\u00a0\u2000-\u200a\u2028\u2029\u202f\u3000]/gu, (it) =>
    `‹U+${it.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`);
  return shown.replace(/^ +| +$/g, (it) => "␣".repeat(it.length));
}

function shortened(text, most = 90) {
  return text.length > most ? `${text.slice(0, most - 25)}…${text.slice(-20)}` : text;
}

/** What is asked: a change, or whether a document lacks one. */
function asked({ asksAll, before, after }, most) {
  return asksAll ? el("span", { className: "change" }, "Was anything missed?") : changeOf(before, after, most);
}

/** “before → after”, told apart by more than colour. */
function changeOf(before, after, most) {
  const removed = el("del", { dir: "auto" }, shortened(visible(before), most));
  if (after === "") return el("span", { className: "change" }, removed, el("span", { className: "gone" }, " taken out"));
  return el("span", { className: "change" }, removed, el("span", { className: "arrow", "aria-label": "becomes" }, " → "),
    el("ins", { dir: "auto" }, shortened(visible(after), most)));
}

/** A stretch of a paragraph with the edits of some places in it as marks. `sides`: the text before and after beside one another. */
function stretch(sheet, paragraph, [from, to], shown, sides) {
  const text = sheet.paragraphs[paragraph];
  const edits = shown.flatMap((place) => place.edits.map((edit, number) => ({ place, edit, number })));
  edits.sort((a, b) => a.edit[0] - b.edit[0]);
  const before = el("p", { dir: "auto" });
  const after = sides ? el("p", { dir: "auto" }) : before;
  let at = from;
  const passOver = (end) => {
    if (end <= at) return;
    const kept = text.slice(at, end);
    before.append(kept);
    if (sides) after.append(kept);
    at = end;
  };
  for (const { place, edit: [start, end, replacement], number } of edits) {
    if (start < at) continue;
    passOver(start);
    const old = text.slice(start, end);
    const mark = el("span", { className: "mark" });
    mark.dataset.place = place.index;
    mark.first = number === 0;
    mark.planned = replacement;
    mark.old = sides ? old : null;
    const removed = old === "" ? "" : el("del", { className: old.trim() ? "" : "space" }, old.trim() ? old : visible(old));
    const added = el("ins");
    if (sides) {
      const left = el("span", { className: "mark" }, removed);
      left.dataset.place = place.index;
      if (number === 0) lead(old ? left : mark);
      dress(left, place);
      before.append(left);
      mark.append(added);
      after.append(mark);
    } else {
      mark.append(removed, el("span", { className: "unseen" }, " becomes "), added);
      if (number === 0) lead(mark);
      before.append(mark);
    }
    dress(mark, place);
    at = end;
  }
  passOver(to);
  return sides ? [before, after] : [before];
}

/** Makes a mark the one by which its place is reached. */
function lead(mark) {
  mark.leads = true;
  mark.tabIndex = -1;
  mark.setAttribute("role", "button");
}

/** Shows on a mark what was decided. */
function dress(mark, place) {
  mark.dataset.state = place.state;
  if (mark.leads) mark.setAttribute("aria-description", place.asksAll ? place.state : `${place.open.proposed ? "" : "taken out, "}${place.state}`);
  const added = mark.querySelector("ins");
  if (!added) return;
  const stays = ["rejected", "dropped"].includes(place.state) && mark.old !== null;
  const text = stays ? mark.old : place.state === "edited" && mark.first ? place.replacement : mark.planned;
  added.textContent = text.trim() || !text ? text : visible(text);
  added.hidden = !text;
  if (added.previousSibling?.className === "unseen") added.previousSibling.hidden = !text;
}

/** A list of which only what is near the view is in the document: rows of one height. */
function longList(box, rows, height, row) {
  let count = 0;
  const draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / height) - 8);
    const last = Math.min(count, Math.ceil((box.scrollTop + box.clientHeight) / height) + 8);
    const drawn = [];
    for (let index = first; index < last; index++) {
      const it = row(index);
      it.style.top = `${index * height}px`;
      drawn.push(it);
    }
    rows.replaceChildren(...drawn);
  };
  let asked = false;
  const later = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
  box.addEventListener("scroll", later, { passive: true });
  new ResizeObserver(later).observe(box);
  return {
    show(length) {
      count = length;
      rows.style.height = `${count * height}px`;
      draw();
    },
    draw: later,
    reveal(index) {
      const top = index * height;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
      later();
    },
  };
}

/** A column of which the rest is made when the reader comes near its end; what is far off is not laid out. */
function longColumn(column, make) {
  const CHUNK = 60;
  let made = 0, count = 0;
  const end = el("div", { className: "end" });
  const more = (least) => {
    const until = Math.min(count, Math.max(least, made + CHUNK));
    const added = [];
    for (; made < until; made++) added.push(...make(made));
    end.before(...added);
    end.hidden = made >= count;
  };
  new IntersectionObserver((seen) => seen.some((it) => it.isIntersecting) && made < count && more(0), { rootMargin: "1500px" }).observe(end);
  return {
    show(length) {
      made = 0;
      count = length;
      column.replaceChildren(end);
      more(0);
    },
    upTo(index) {
      if (index >= made) more(index + CHUNK / 2);
    },
  };
}
