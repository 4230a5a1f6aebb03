// What htmx does not do by itself: hear of saves, exchange the sheet without moving it, tabs, keys and the clock of the bar.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const words = document.body.dataset;
  const desk = document.querySelector(".desk");
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const inField = (target) => target.closest?.("input, select, textarea, [contenteditable]") && !["radio", "checkbox"].includes(target.type);
  let checking = 0;
  let known = null;
  let problem = -1;

  // Tabs
  function choose(name, focus) {
    for (const tab of tabs) {
      const chosen = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      const panel = at(`panel-${tab.id.slice(4)}`);
      if (panel) panel.hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
    desk.dataset.tab = name;
  }
  for (const tab of tabs) tab.addEventListener("click", () => choose(tab.id.slice(4), true));
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    const seen = tabs.filter((tab) => tab.offsetParent);
    const ahead = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const place = seen.indexOf(document.activeElement);
    const next = { [ahead]: (place + 1) % seen.length, [back]: (place + seen.length - 1) % seen.length, Home: 0, End: seen.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(seen[next].id.slice(4), true);
  });

  // The sheet: a new one takes the place of what is in the frame, so that it stays where it was scrolled to
  const frame = at("sheet");
  function address() {
    const day = at("f-date")?.value;
    return `/sheet?locale=${document.documentElement.lang}${day ? `&date=${encodeURIComponent(day)}` : ""}`;
  }
  const loaded = new Promise((resolve) => frame.addEventListener("load", () => {
    if (frame.contentWindow.location.pathname !== "/sheet") return;
    frame.contentDocument.addEventListener("keydown", pressed);
    frame.dataset.shown = known ?? 0;
    resolve();
  }));
  frame.src = address();
  let asked = 0;
  async function showSheet() {
    const turn = ++asked;
    await loaded;
    const answer = await fetch(address()).catch(() => null);
    if (!answer?.ok) return;
    if (turn !== asked || !frame.contentWindow) return;
    const made = new frame.contentWindow.DOMParser().parseFromString(await answer.text(), "text/html");
    const shown = frame.contentDocument;
    if (!shown) return;
    const { scrollLeft, scrollTop } = shown.documentElement;
    shown.documentElement.lang = made.documentElement.lang;
    shown.documentElement.dir = made.documentElement.dir;
    shown.head.replaceWith(made.head);
    shown.body.replaceWith(made.body);
    shown.documentElement.scrollTo(scrollLeft, scrollTop);
    frame.dataset.shown = known;
  }
  document.addEventListener("change", (event) => event.target.id === "f-date" && showSheet());

  // Saves
  const line = new EventSource("/events");
  line.addEventListener("checking", () => {
    clearTimeout(checking);
    checking = setTimeout(() => at("freshness") && (at("freshness").textContent = words.checking), 300);
  });
  function heard(event) {
    clearTimeout(checking);
    const before = known;
    known = event.data;
    document.body.classList.remove("ended");
    if (before !== null && before !== known) {
      document.body.dispatchEvent(new CustomEvent("saved"));
      showSheet();
    }
  }
  for (const kind of ["hello", "saved", "beat"]) line.addEventListener(kind, heard);
  function ended() {
    clearTimeout(checking);
    document.body.classList.add("ended");
    if (at("freshness")) at("freshness").textContent = words.ended;
    at("heard").textContent = words.ended;
    for (const field of document.querySelectorAll("#calculator :is(input, select)")) field.disabled = true;
  }
  line.addEventListener("ended", ended);
  line.addEventListener("error", ended);
  line.addEventListener("open", () => {
    for (const field of document.querySelectorAll("#calculator :is(input, select)")) field.disabled = false;
  });

  // What has come with a save: the note, the panel, and a word for those who listen
  let told = "";
  document.addEventListener("htmx:after:swap", () => {
    const facts = at("facts");
    for (const time of document.querySelectorAll("time[data-at]")) time.textContent = new Date(Number(time.dataset.at)).toLocaleTimeString("sv");
    if (!facts.dataset.readAt || told === facts.dataset.readAt) return;
    const first = told === "";
    told = facts.dataset.readAt;
    const stale = "stale" in facts.dataset;
    frame.classList.toggle("stale", stale);
    if (!first) at("heard").textContent = facts.dataset.heard;
    problem = -1;
    if (stale && !inField(document.activeElement ?? document.body)) choose("problems", false);
    tick();
  });
  function tick() {
    const facts = at("facts");
    if (!facts.dataset.readAt || "stale" in facts.dataset || document.body.classList.contains("ended")) return;
    const seconds = Math.max(0, Math.floor((Date.now() - Number(facts.dataset.readAt)) / 1000));
    const since = seconds < 60 ? words.seconds.replace("#", seconds) : words.minutes.replace("#", Math.floor(seconds / 60));
    at("freshness").textContent = since;
  }
  setInterval(tick, 5000);

  // Keys
  const keysOn = at("keys-on");
  keysOn.checked = localStorage.getItem("keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
  at("show-keys").addEventListener("click", () => at("keys").showModal());
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    frame.contentWindow.find(at("find-words").value, false, false, true);
  });
  document.addEventListener("click", (event) => event.target.id === "show-anyway" && frame.classList.remove("stale"));
  const chosen = () => document.querySelectorAll(".problem")[Math.max(problem, 0)];
  const actions = {
    c: () => choose("calculator", true),
    p: () => choose("problems", true),
    d: () => choose("changes", true),
    "/": () => at("find-words").focus(),
    "?": () => at("keys").showModal(),
    n: () => {
      const all = document.querySelectorAll(".problem");
      if (!all.length) return;
      choose("problems", false);
      problem = (problem + 1) % all.length;
      all[problem].focus();
    },
    o: () => chosen()?.querySelector(".place a")?.click(),
    f: () => chosen()?.querySelector(".edit")?.click(),
  };
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open || !keysOn.checked || inField(event.target)) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
  document.addEventListener("keydown", pressed);
})();
