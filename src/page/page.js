// The screen: what is looked at, and what keys and buttons do.

const view = { mode: "changes", sides: false, sequence: places, at: new Map(), groups: [], group: -1, place: null, seen: [], marks: new Map() };
const list = longList($("list"), $("rows"), 64, row);
const isNarrow = matchMedia("(max-width: 60rem)");
const column = longColumn($("stretches"), make);

function filters() {
  return { words: $("words").value, rule: $("rule").value, file: $("document").value, confidence: $("confidence").value, state: $("state").value };
}

/** Reads the filters, the order and the mode anew, and stays with the place where it is still there. */
function arrange() {
  const through = sifted(filters());
  const byText = (a, b) => a.index - b.index;
  const groups = new Map();
  for (const place of through) {
    const of = view.mode === "changes" ? place.change : place.sheet;
    if (!groups.has(of)) groups.set(of, []);
    groups.get(of).push(place);
  }
  const narrowed = through.length < places.length || $("document").value.trim();
  if (view.mode === "documents" && !narrowed) documents.forEach((_, sheet) => groups.has(sheet) || groups.set(sheet, []));
  view.groups = [...groups].map(([of, places]) => ({ of, places, doubt: Math.min(1, ...places.map((it) => it.confidence)) }));
  const orders = {
    count: (a, b) => b.places.length - a.places.length || byText(a.places[0], b.places[0]),
    uncertain: (a, b) => a.doubt - b.doubt || byText(a.places[0], b.places[0]),
    text: (a, b) => byText(a.places[0], b.places[0]),
  };
  view.groups.sort(view.mode === "changes" ? orders[$("order").value] : (a, b) => a.of - b.of);
  view.sequence = view.groups.flatMap((it) => it.places);
  view.at = new Map(view.sequence.map((it, index) => [it, index]));
  view.groupOf = new Map(view.groups.flatMap((group, index) => group.places.map((it) => [it, index])));
  $("filtered").textContent = through.length < places.length ? ` · ${whole.format(through.length)} of ${whole.format(places.length)}` : "";
  for (const [id, mode] of [["by-change", "changes"], ["by-document", "documents"]]) $(id).setAttribute("aria-pressed", view.mode === mode);
  $("list").setAttribute("aria-label", view.mode === "changes" ? "Changes" : "Documents");
  $("layout").hidden = view.mode === "changes";
  list.show(view.groups.length);
  const place = view.at.has(view.place) ? view.place : view.sequence.find((it) => it.state === "open") ?? view.sequence[0];
  view.group = -1;
  if (place) go(place);
  else open(view.groups.length ? 0 : -1);
}

/** A row of the list: a change or a document. */
function row(index) {
  const { of, places } = view.groups[index];
  const left = places.filter((it) => it.state === "open").length;
  const done = places.length > 0 && left === 0;
  const it = el("div", { role: "option", id: `row-${index}`, className: done ? "row done" : "row", "aria-selected": index === view.group,
    "aria-setsize": view.groups.length, "aria-posinset": index + 1 });
  it.dataset.row = index;
  const tail = el("span", { className: "tail" }, done ? el("span", { "aria-label": "all decided" }, "✓") : left ? whole.format(left) : "");
  if (view.mode === "changes") {
    const about = of.asksAll ? ["documents in which nothing is proposed"] : [percent(view.groups[index].doubt), places[0].open.rule];
    it.append(el("div", { className: "first" }, asked(of, 60), tail),
      el("div", { className: "second" }, [counted(places.length, "place"), ...about].join(" · ")));
  } else {
    const sheet = documents[of];
    it.append(el("div", { className: "first" }, el("span", { className: "name" }, el("bdi", { dir: "ltr" }, sheet.name)), tail),
      el("div", { className: "second" }, verdict(sheet), ` · ${counted(places.filter((it) => !it.asksAll).length, "proposal")}`));
  }
  return it;
}

function verdict(sheet) {
  const sure = ["spun", "translated", "suspect"].includes(sheet.verdict);
  return el("span", { className: `verdict ${sheet.verdict}` }, sure ? `${sheet.verdict} ${percent(sheet.chance)}` : sheet.verdict);
}

/** Shows a change or a document in the middle. */
function open(index) {
  view.group = index;
  view.marks.clear();
  const group = view.groups[index];
  list.draw();
  if (!group) {
    $("title").textContent = places.length ? "Nothing passes the filter" : "Nothing is proposed";
    $("about").textContent = "";
    column.show(0);
    return;
  }
  $("list").setAttribute("aria-activedescendant", `row-${index}`);
  if (view.mode === "changes") {
    $("title").replaceChildren(asked(group.of, 400));
    const in_ = new Set(group.places.map((it) => it.sheet)).size;
    $("about").textContent = `${counted(group.places.length, "place")} in ${counted(in_, "document")}`;
    view.seen = group.places;
  } else {
    const sheet = documents[group.of];
    $("title").replaceChildren(el("bdi", {}, sheet.name));
    $("about").replaceChildren(verdict(sheet), ` · ${counted(sheet.words, "word")}`, sheet.reason ? ` · ${sheet.reason}` : "");
    const byParagraph = sheet.paragraphs.map(() => []);
    // A question about the whole document stands alone.
    for (const place of group.places) byParagraph[place.paragraph].push(place);
    view.seen = byParagraph;
    if (!sheet.paragraphs.length) $("about").append(" · nothing is proposed here");
  }
  column.show(view.seen.length);
  $("text").scrollTop = 0;
  $("text").classList.toggle("beside", view.sides && view.mode === "documents");
}

/** A sentence with its place, or a paragraph with all of its places. */
function make(index) {
  if (view.mode === "changes") {
    const place = view.seen[index];
    const sheet = documents[place.sheet];
    const link = el("button", { type: "button", className: "where", title: "Show in the document (v)" }, el("bdi", {}, `${sheet.name}:${place.line}`));
    link.dataset.show = place.index;
    const text = place.asksAll ? wholeText(sheet, place) : stretch(sheet, place.paragraph, place.sentence, [place], false);
    const card = el("article", { className: "card" }, link, ...text);
    return [known(card, [place])];
  }
  const sheet = documents[view.groups[view.group].of];
  const shown = view.seen[index];
  const question = shown.find((it) => it.asksAll);
  if (question) return [known(el("div", { className: "block" }, ...wholeText(sheet, question)), [question])];
  if (sheet.question && index > 0 && view.groups[view.group].places.includes(sheet.places.at(-1))) return [];
  const block = el("div", { className: "block" }, ...stretch(sheet, index, [0, sheet.paragraphs[index].length], shown, view.sides));
  return [known(block, shown)];
}

/** A document about which a question is asked: all of it is what the question is about. */
function wholeText(sheet, place) {
  const mark = el("div", { className: "mark whole" });
  lead(mark);
  mark.append(...sheet.paragraphs.map((it) => el("p", { dir: "auto" }, it)));
  mark.dataset.place = place.index;
  dress(mark, place);
  return [mark];
}

function known(block, shown) {
  for (const mark of block.querySelectorAll(".mark")) {
    const place = places[mark.dataset.place];
    if (!view.marks.has(place)) view.marks.set(place, []);
    view.marks.get(place).push(mark);
  }
  if (shown.includes(view.place)) point(true, view.place);
  return block;
}

function point(on, place) {
  for (const mark of view.marks.get(place) ?? []) {
    mark.classList.toggle("current", on);
    mark.closest(".card")?.classList.toggle("current", on);
    if (mark.leads) mark.tabIndex = on ? 0 : -1;
  }
}

/** Makes a place the one that is decided next. */
function go(place) {
  const previous = view.place;
  view.place = place;
  const group = view.groupOf.get(place);
  if (group !== view.group) open(group);
  else list.draw();
  list.reveal(group);
  column.upTo(view.mode === "changes" ? view.seen.indexOf(place) : place.paragraph);
  if (previous) point(false, previous);
  point(true, place);
  describe(place);
  const marks = view.marks.get(place) ?? [];
  const mark = marks.find((it) => it.leads) ?? marks[0];
  if (!mark || place.asksAll) return;
  bring(place, mark);
  const busy = document.activeElement?.closest("aside, nav, dialog, header");
  if (!busy) mark.focus({ preventScroll: true });
}

/** Brings a mark into view. What is far off has no height until it is laid out, so that the way there takes some frames. */
function bring(place, mark, frames = 6) {
  mark.scrollIntoView({ block: "nearest" });
  if (frames > 0) requestAnimationFrame(() => view.place === place && mark.isConnected && bring(place, mark, frames - 1));
}

function step(by) {
  const index = (view.at.get(view.place) ?? -1) + by;
  if (view.sequence[index]) go(view.sequence[index]);
  else say(by > 0 ? "This is the last place." : "This is the first place.");
}

/** Goes on to the next place that is not decided, from the start again at the end. */
function on() {
  const from = view.at.get(view.place) ?? -1;
  const ahead = view.sequence.slice(from + 1).find((it) => it.state === "open");
  const next = ahead ?? view.sequence.find((it) => it.state === "open");
  if (next) go(next);
  else describe(view.place);
  return next;
}

function act(decision, far, replacement) {
  const place = view.place;
  if (!place) return;
  const scope = place.asksAll ? "document" : far ? $("scope").value : "place";
  if (place.asksAll) decision = { rejected: "missed", edited: "skipped" }[decision] ?? decision;
  const reach = decide(place, decision, scope, replacement);
  refresh(reach);
  const next = on();
  const change = place.asksAll ? place.message : `${visible(place.open.text)} → ${visible(replacement ?? place.open.proposed)}`;
  const where = reach.size > 1 ? ` at ${counted(reach.size, "place")}` : "";
  say(`${decision}${where}: ${change}. ${left(next)}`);
}

function left(next) {
  return next ? `${whole.format(tally.open)} left.` : "Everything here is decided.";
}

/** Says of a whole document that it is worth nothing. */
function drop() {
  const place = view.place;
  if (!place || place.asksAll) return;
  const reach = decide(place, "dropped", "document");
  refresh(reach);
  const next = on();
  say(`Dropped: ${documents[place.sheet].name}, ${counted(reach.size, "proposal")}. ${left(next)}`);
}

function back() {
  const record = undo();
  if (!record) return say("There is nothing to undo.");
  refresh(record.reach);
  if (!view.at.has(record.place)) arrange();
  if (view.at.has(record.place)) go(record.place);
  say("Undone.");
}

/** Shows places as they are now. */
function refresh(reach) {
  for (const place of reach) for (const mark of view.marks.get(place) ?? []) dress(mark, place);
  list.draw();
  measure();
}

function measure() {
  const done = places.length - tally.open;
  $("bar").max = places.length || 1;
  $("bar").value = done;
  $("count").textContent = `${whole.format(done)} of ${whole.format(places.length)} decided`;
  const unkept = !kept.well && log.length > kept.saved;
  $("notice").hidden = kept.well;
  $("notice").textContent = kept.well ? "" : `This browser keeps nothing for this page: save before you close it.${unkept ? ` ${counted(log.length - kept.saved, "decision")} not saved.` : ""}`;
}

function say(text) {
  $("said").textContent = text;
}

function button(key, label, action, className = "") {
  const it = el("button", { type: "button", className, "aria-keyshortcuts": /[A-Z]/.test(key) ? `Shift+${key}` : key }, label, " ", el("kbd", { "aria-hidden": "true" }, key));
  it.addEventListener("click", action);
  return it;
}

/** The panel of a place. */
function describe(place) {
  const { open: its } = place;
  const held = document.activeElement?.closest("#place") && document.activeElement.getAttribute("aria-keyshortcuts");
  const scope = $("scope")?.value ?? "everywhere";
  const family = page.families[its.rule.slice(0, its.rule.lastIndexOf("/"))] ?? ["", ""];
  const state = place.state === "open" ? "not decided" : place.state === "edited" ? `edited: ${visible(place.replacement)}` : place.state;
  const alternatives = place.alternatives.slice(0, 9).map(([text, chance], index) =>
    el("li", {}, button(index + 1, `${visible(text)} (${percent(chance)})`, () => act("edited", false, text))));
  const scopes = [["everywhere", "everywhere"], ["source", "in this folder"], ["document", "in this document"]].map(([value, label]) =>
    el("option", { value, selected: value === scope }, `${label} (${whole.format(reached(place, value).length)})`));
  const more = el("details", { id: "more", open: $("more")?.open ?? !isNarrow.matches });
  $("place").replaceChildren(
    el("div", { className: "what" }, asked({ asksAll: place.asksAll, before: its.text, after: its.proposed }, 300)),
    el("p", { className: `state ${place.state}` }, `${SIGNS[place.state]} ${state}`),
    el("div", { className: "buttons" },
      button("a", place.asksAll ? "Nothing" : "Accept", () => act("accepted"), "yes"),
      button("r", place.asksAll ? "Something" : "Reject", () => act("rejected"), "no"),
      button("s", "Skip", () => act("skipped")), place.asksAll ? "" : button("e", "Edit", edit)),
    el("div", { className: "steps" }, button("p", "Previous", () => step(-1)), button("n", "Next", () => step(1)), button("u", "Undo", back)),
    more);
  more.append(
    el("summary", {}, `All equal ones, reasons${place.alternatives.length ? ", other readings" : ""}`),
    place.asksAll ? "" : el("div", { className: "far" },
      el("label", {}, "All equal ones ", el("select", { id: "scope" }, ...scopes)),
      el("div", { className: "buttons" },
        button("A", "Accept all", () => act("accepted", true), "yes"), button("R", "Reject all", () => act("rejected", true), "no"),
        button("S", "Skip all", () => act("skipped", true))),
      el("div", { className: "steps" }, button("D", "Drop document", drop), button("m", "Missed here", miss))),
    el("div", { className: "why" },
      el("p", { dir: "auto" }, place.message),
      el("dl", {},
        ...fact("Confidence", place.asksAll ? "" : `${percent(place.confidence)}${place.applicability === "safe" ? ", safe without a reader" : ""}`),
        ...fact("Rule", its.rule), ...fact("", family[0]), ...fact("Why", family[1]),
        ...(place.evidence.length ? fact("Evidence", place.evidence.join("; ")) : []),
        ...fact("Place", `${documents[place.sheet].name}:${place.line}:${place.column}`)),
      alternatives.length ? el("p", {}, "Or else") : "", el("ol", { className: "others" }, ...alternatives)));
  if (held) [...$("place").querySelectorAll("button")].find((it) => it.getAttribute("aria-keyshortcuts") === held)?.focus({ preventScroll: true });
}

function fact(name, text) {
  return text ? [el("dt", {}, name), el("dd", { dir: "auto" }, text)] : [];
}

/** Asks for what should have been proposed near a place; what is selected stands there already. */
function miss() {
  const place = view.place;
  if (!place || place.asksAll) return;
  const text = el("input", { value: getSelection().toString().trim(), dir: "auto", required: true, spellcheck: false });
  const correction = el("input", { dir: "auto", spellcheck: false });
  const form = el("form", { className: "edit" }, el("label", {}, "Missed", text), el("label", {}, "Correct would be", correction),
    el("div", { className: "buttons" }, el("button", { className: "main" }, "Note it ", el("kbd", {}, "⏎"))));
  const close = () => {
    form.remove();
    $("text").focus({ preventScroll: true });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    decide(place, "missed", "place", correction.value.trim() || null, text.value.trim());
    measure();
    close();
    say(`Noted as missed: ${visible(text.value.trim())}.`);
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  $("place").querySelector("form")?.remove();
  $("place").querySelector(".state").after(form);
  (text.value ? correction : text).focus();
}

/** Asks for another replacement, for the place or for all of its change. */
function edit() {
  const place = view.place;
  if (!place || place.asksAll) return;
  const input = el("textarea", { id: "other", rows: 2, value: place.replacement ?? place.open.proposed, dir: "auto", "aria-label": "Another replacement" });
  const save = (far) => {
    const text = input.value;
    $("place").querySelector("form").remove();
    $("text").focus({ preventScroll: true });
    if (text === place.open.proposed) act("accepted", far);
    else if (text === place.open.text) act("rejected", far);
    else act("edited", far, text);
  };
  const form = el("form", { className: "edit" }, el("label", {}, "Put there instead", input),
    el("div", { className: "buttons" }, el("button", { className: "main" }, "This place ", el("kbd", {}, "⏎")),
      el("button", { type: "button", onclick: () => save(true) }, "All equal ones")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(false);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save(event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape") {
      form.remove();
      $("text").focus({ preventScroll: true });
    }
  });
  $("place").querySelector("form")?.remove();
  $("place").querySelector(".state").after(form);
  input.focus();
  input.select();
}

/** From a change to its document at the same place, and back. */
function turn(mode) {
  view.mode = mode ?? (view.mode === "changes" ? "documents" : "changes");
  arrange();
}

const KEYS = {
  a: () => act("accepted"), r: () => act("rejected"), s: () => act("skipped"), e: edit, u: back,
  A: () => act("accepted", true), R: () => act("rejected", true), S: () => act("skipped", true),
  D: drop, m: miss, n: () => step(1), p: () => step(-1), v: () => turn(),
  "/": () => {
    side(true);
    $("filters").open = true;
    $("words").select();
    $("words").focus();
  },
  "?": () => $("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog");
  if (event.key === "Escape" && event.target.closest?.("nav")) {
    side(false);
    $("text").focus({ preventScroll: true });
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !$("keys").checked && event.key !== "?") return;
  const other = /^[1-9]$/.test(event.key) && view.place?.alternatives[event.key - 1];
  const action = other ? () => act("edited", false, other[0]) : KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

$("list").addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -view.groups.length, End: view.groups.length }[event.key];
  if (!by || !view.groups.length) return;
  event.preventDefault();
  pick(Math.min(view.groups.length - 1, Math.max(0, view.group + by)));
});
$("list").addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  pick(Number(row.dataset.row));
  side(false);
});

function pick(index) {
  const group = view.groups[index];
  const place = group.places.find((it) => it.state === "open") ?? group.places[0];
  if (place) return go(place);
  if (view.place) point(false, view.place);
  view.place = null;
  open(index);
  list.reveal(index);
  $("place").replaceChildren();
}

$("text").addEventListener("click", (event) => {
  const show = event.target.closest("[data-show]");
  if (show) {
    view.place = places[show.dataset.show];
    return turn("documents");
  }
  const mark = event.target.closest(".mark, .card")?.closest(".card")?.querySelector(".mark") ?? event.target.closest(".mark");
  if (mark && !getSelection().toString()) go(places[mark.dataset.place]);
});
$("text").addEventListener("keydown", (event) => {
  const mark = event.target.closest(".mark");
  if (!mark || event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  go(places[mark.dataset.place]);
  $("place").querySelector("button").focus();
});

function side(shown) {
  $("side").classList.toggle("shown", shown);
  $("open-list").setAttribute("aria-expanded", shown);
}

$("open-list").addEventListener("click", () => side(!$("side").classList.contains("shown")));
$("open-help").addEventListener("click", () => $("help").showModal());
$("by-change").addEventListener("click", () => turn("changes"));
$("by-document").addEventListener("click", () => turn("documents"));
for (const sides of [false, true]) {
  $(sides ? "sides" : "inline").addEventListener("click", () => {
    view.sides = sides;
    $("inline").setAttribute("aria-pressed", !sides);
    $("sides").setAttribute("aria-pressed", sides);
    arrange();
  });
}
let typed;
for (const id of ["words", "document"]) {
  $(id).addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(arrange, 120);
  });
  $(id).addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    clearTimeout(typed);
    arrange();
    side(false);
    $("text").focus({ preventScroll: true });
    if (view.place) go(view.place);
  });
}
for (const id of ["rule", "confidence", "state", "order"]) $(id).addEventListener("change", arrange);
$("keys").checked = setting("keys") !== "off";
$("keys").addEventListener("change", () => setting("keys", $("keys").checked ? "on" : "off"));

// Saving.
$("reviewer").value = setting("reviewer");
$("reviewer").addEventListener("change", () => setting("reviewer", $("reviewer").value.trim()));
$("open-save").addEventListener("click", () => {
  $("tally").textContent = ["accepted", "rejected", "edited", "skipped", "dropped", "missed"].filter((it) => tally[it]).map((it) => `${whole.format(tally[it])} ${it}`).join(", ") || "Nothing is decided yet.";
  $("kept").textContent = kept.well
    ? "This browser keeps your decisions until you clear its data. To use them, save them as a file and give it to unspin apply."
    : "This browser keeps nothing for this page: what is not saved as a file is gone when you close it.";
  $("save").showModal();
});
$("download").addEventListener("click", () => {
  const name = $("reviewer").value.trim();
  const url = URL.createObjectURL(new Blob([lines(name || "page")], { type: "application/x-ndjson" }));
  const file = (name || "decisions").replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "") || "decisions";
  el("a", { href: url, download: `${file}.jsonl` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  kept.saved = log.length;
  measure();
  $("save").close();
  say(`${counted(log.length, "decision")} saved.`);
});
$("load").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  try {
    const taken = take(await file.text());
    say(`${counted(taken, "decision")} taken over.`);
    $("tally").textContent = `${counted(taken, "decision")} of ${file.name} taken over.`;
  } catch {
    $("tally").textContent = `${file.name} is not a file of decisions.`;
  }
  measure();
  arrange();
});
addEventListener("beforeunload", (event) => {
  if (!kept.well && log.length > kept.saved) event.preventDefault();
});
// Another tab with the same page decided something.
addEventListener("storage", (event) => event.key?.startsWith(PREFIX) && location.reload());

function choices() {
  const counts = new Map();
  for (const { open: { rule } } of places) {
    const parts = rule.split("/");
    for (const depth of [1, 2]) {
      const prefix = parts.slice(0, depth).join("/");
      if (depth < parts.length) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  const options = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([prefix, count]) =>
    el("option", { value: prefix }, `${prefix.includes("/") ? "\u00a0\u00a0" : ""}${prefix} (${whole.format(count)})`));
  $("rule").replaceChildren(el("option", { value: "" }, "any"), ...options);
  $("names").replaceChildren(...documents.slice(0, 300).map((it) => el("option", { value: it.name })));
}

choices();
restore();
measure();
if (isNarrow.matches) $("filters").open = false;
arrange();
document.documentElement.dataset.ready = "yes";
