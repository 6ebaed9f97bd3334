// The page on which children answer. All it knows is in `state`, in this page's memory, and goes when the page goes.
"use strict";
(function () {
  const given = JSON.parse(document.getElementById("given").textContent);
  const screen = document.getElementById("screen");
  const languages = document.getElementById("languages");
  const TRY_AGAIN_AFTER = [2, 4, 8, 15, 30]; // seconds; the last goes on
  const LONGEST = 20; // seconds for an answer of the server's
  const KNOWN = ["unknown", "used", "expired", "revoked", "wait", "off"]; // why a code opens nothing
  const NEVER = ["unknown", "expired", "revoked", "off", "wrong", "origin"]; // why an answer is not taken, however often
  const SIGNS = /[A-HJ-NP-Z2-9]/g; // of a code
  let state = nothing();

  function nothing() {
    return { language: given.begins, typed: "", code: "", page: null, asked: [], contacts: [], outro: [], answers: {},
             once: "", turn: 0, tries: 0, timer: 0, asking: null, draw: welcome, helping: false };
  }

  // ── words and elements

  const say = (key) => given.words[state.language][key];
  const tell = (text) => text[state.language];

  function element(tag, more, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(more || {})) {
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...inside.filter((one) => one !== null));
    return made;
  }

  function put(place, ...inside) {
    place.textContent = "";
    place.append(...inside.filter((one) => one !== null));
  }

  const heading = (text) => element("h1", { tabindex: "-1" }, text);
  const paragraph = (text) => element("p", {}, text);
  const picture = (name, size) => element("img", { src: given.files + name, alt: "", width: size, height: size, class: size > 100 ? "big" : null });
  const button = (text, kind, click) => element("button", { type: "button", class: kind, click }, text);
  const row = (...inside) => element("div", { class: "row" }, ...inside);
  const pictured = (name, text) => element("div", { class: "said" }, picture(name, 44), paragraph(text));

  // what somebody asked for is shown at once; what came by itself waits for whoever reads where there is help
  function show(draw) {
    state.helping = false;
    arrive(draw);
  }

  function arrive(draw) {
    state.draw = draw;
    if (!state.helping) redraw();
  }

  function redraw(keep) {
    hush();
    document.documentElement.lang = state.language;
    document.title = say("title");
    put(screen, ...(state.helping ? help : state.draw)());
    const to = document.getElementById("to-help");
    to.textContent = say("help");
    const leaving = document.getElementById("leave");
    leaving.textContent = say("leave");
    leaving.title = say("leave_explained");
    put(languages, ...Object.keys(given.words).filter((one) => one !== state.language).map((one) =>
      element("a", { href: "?lang=" + one, lang: one, click: (event) => { event.preventDefault(); state.language = one; redraw("languages"); } },
              say(one))));
    if (keep) languages.firstChild.focus();
    else {
      window.scrollTo(0, 0);
      const first = screen.querySelector("h1");
      if (first) first.focus({ preventScroll: true });
    }
  }

  // ── read aloud, and sign language

  let sound = null;

  function hush() {
    if (window.speechSynthesis) speechSynthesis.cancel();
    if (sound) sound.pause();
    sound = null;
  }

  function voice() {
    const codes = state.language === "id" ? /^(id|in|ind)([-_]|$)/i : /^en([-_]|$)/i;
    return (window.speechSynthesis ? speechSynthesis.getVoices() : []).find((one) => one.localService && codes.test(one.lang));
  }

  function aloud(key, ...texts) {
    const place = element("div", { class: "listen", "data-key": key });
    place.texts = texts;
    fill(place);
    return place;
  }

  function fill(place) {
    const key = state.language + "/" + place.dataset.key;
    const file = given.sound.find((one) => one.startsWith("sound/" + key + "."));
    const sign = given.sign.find((one) => one.startsWith("sign/" + place.dataset.key + "."));
    put(place);
    if (file || voice()) place.append(button(say("listen"), null, () => speak(file, place.texts)));
    if (sign) place.append(button(say("sign"), null, (event) => event.currentTarget.replaceWith(
      element("video", { src: given.files + sign, controls: true, autoplay: true, playsinline: true, muted: true }))));
  }

  function speak(file, texts) {
    hush();
    if (!voice()) {
      sound = new Audio(given.files + file);
      sound.play().catch(() => {});
      return;
    }
    for (const text of texts) {
      const said = new SpeechSynthesisUtterance(text);
      said.voice = voice();
      said.lang = said.voice.lang;
      said.rate = 0.9;
      speechSynthesis.speak(said);
    }
  }

  if (window.speechSynthesis && speechSynthesis.addEventListener) {
    speechSynthesis.addEventListener("voiceschanged", () => screen.querySelectorAll(".listen").forEach(fill));
  }

  // ── asking the server

  async function post(path, sent) {
    if (state.asking) state.asking.abort();
    const asking = state.asking = new AbortController();
    const timer = setTimeout(() => asking.abort(), LONGEST * 1000);
    try {
      const answer = await fetch(path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent), signal: asking.signal,
        credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "error",
      });
      return answer.status === 204 ? { is: "stored" } : answer.status === 200 ? { is: "here", said: await answer.json() }
        : { is: (await answer.json()).why };
    } catch {
      return { is: "cut" };
    } finally {
      clearTimeout(timer);
    }
  }

  async function open(code) {
    const mine = state;
    mine.code = code;
    show(waiting("wait"));
    const { is, said } = await post("kode", { code });
    if (mine !== state) return;
    if (is !== "here") return arrive(() => refused(KNOWN.includes(is) ? "code_" + is : "cut"));
    mine.page = said.page;
    mine.outro = said.page.outro;
    mine.contacts = said.contacts;
    mine.asked = said.page.questions.filter((one) => !one.kinds || one.kinds.includes(said.session.place_kind));
    arrive(before);
  }

  // the same answer may be sent many times, and is stored once: `once` is drawn for it and forgotten with it
  async function send(quietly) {
    const mine = state, turn = ++mine.turn;
    clearTimeout(mine.timer);
    mine.once = mine.once || drawn();
    if (!quietly) show(waiting("sending"));
    const { code, once, answers } = mine;
    const { is } = await post("jawaban", { code, once, version: mine.page.version, answers });
    if (mine !== state || turn !== mine.turn) return;
    if (is === "stored" || is === "used") return forget(thanks([]));
    if (NEVER.includes(is)) return forget(notTaken);
    const seconds = TRY_AGAIN_AFTER[Math.min(mine.tries++, TRY_AGAIN_AFTER.length - 1)];
    mine.timer = setTimeout(() => mine === state && send(true), seconds * 1000);
    if (!quietly) arrive(notSent);
  }

  const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

  // ── what goes

  function end() {
    clearTimeout(state.timer);
    if (state.asking) state.asking.abort();
    hush();
  }

  // all of this child goes, but the words of the last screen and whom they can turn to
  function forget(draw) {
    const { language, contacts, outro, helping } = state;
    end();
    state = Object.assign(nothing(), { language, contacts, outro, helping });
    arrive(draw);
  }

  function beginAnew() {
    end();
    state = nothing();
    redraw();
  }

  function vanish() {
    end();
    state = nothing();
    put(screen);
  }

  function leave() {
    vanish();
    put(document.body);
    document.title = "";
    location.replace(given.elsewhere);
  }

  // ── screens

  function welcome() {
    const alert = element("p", { role: "alert", id: "wrong" });
    const input = element("input", { id: "code", type: "text", autocomplete: "off", autocapitalize: "characters", autocorrect: "off", spellcheck: "false",
                                     maxlength: "12", "aria-describedby": "example wrong", input: () => { state.typed = input.value; } });
    input.value = state.typed;
    const form = element("form", { autocomplete: "off", novalidate: true, submit: (event) => {
      event.preventDefault();
      const signs = signsOf(input.value);
      if (signs) return open(signs);
      alert.textContent = say("code_missing");
      input.focus();
    } }, element("label", { for: "code" }, say("type_code")), input, element("p", { class: "hint", id: "example" }, say("code_example")), alert,
         element("button", { class: "main" }, say("begin")));
    return [picture("hello.svg", 120), heading(say("welcome")), form];
  }

  function signsOf(text) {
    const signs = (text.toUpperCase().match(SIGNS) || []).join("");
    return signs.length === 8 ? signs.slice(0, 4) + "-" + signs.slice(4) : "";
  }

  const waiting = (key) => () => [picture("wait.svg", 120), heading(say(key))];

  function refused(key) {
    const again = button(say("again"), "main", () => open(state.code));
    const another = button(say("code_another"), "plain", beginAnew);
    const ways = ["cut", "code_wait"].includes(key) ? [again, another] : key === "code_unknown" ? [another] : [nextChild()];
    return [picture(key === "code_used" ? "thanks.svg" : "wait.svg", 120), heading(say(key)), ...ways];
  }

  function before() {
    const texts = state.page.intro.map(tell);
    return [heading(say("before")), ...texts.map((text, at) => pictured("intro_" + Math.min(at, 3) + ".svg", text)), aloud("before", ...texts),
            button(say("go_on"), "main", () => show(question(0))), button(say("stop"), "plain stop", () => show(stopping(before)))];
  }

  const question = (at) => function here() {
    const asked = state.asked[at];
    const choices = asked.choices.map((choice) => choiceButton(asked, choice, at));
    const skip = asked.choices.findIndex((choice) => choice.name === "skip");
    const last = skip < 0 ? [] : choices.splice(skip, 1);
    return [
      at ? progress(at, state.asked.length - 1) : null,
      element("div", { class: "asked" }, picture(asked.picture, 84), heading(tell(asked.label))),
      aloud(asked.name, tell(asked.label), ...asked.choices.map((choice) => tell(choice.label))),
      element("div", { class: choices.length > 3 ? "two" : null }, ...choices), ...last,
      row(button(say("back"), "plain", () => show(at ? question(at - 1) : before)), button(say("stop"), "plain stop", () => show(stopping(here)))),
    ];
  };

  function choiceButton(asked, choice, at) {
    const chosen = state.answers[asked.name] === choice.name;
    return element("button", { type: "button", "aria-pressed": chosen ? "true" : null, "data-choice": choice.name, click: () => choose(asked, choice, at) },
                   picture(choice.picture, 44), tell(choice.label));
  }

  function choose(asked, choice, at) {
    if (choice.ends) return forget(thanks(choice.ends));
    if (choice.again) return show(told(choice.again, at));
    state.answers[asked.name] = choice.name;
    show(at + 1 < state.asked.length ? question(at + 1) : ready);
  }

  function progress(number, count) {
    const words = say("progress").replace("{number}", number).replace("{count}", count);
    return element("div", { class: "progress" }, element("span", {}, words), element("progress", { value: number, max: count, "aria-label": words }));
  }

  const told = (texts, at) => () => [
    heading(say("told")), ...texts.map((text) => paragraph(tell(text))), aloud("told", ...texts.map(tell)),
    button(say("go_on"), "main", () => show(question(at))),
  ];

  const stopping = (back) => () => [
    heading(say("stop_really")), paragraph(say("stop_explained")), aloud("stop", say("stop_really"), say("stop_explained")),
    button(say("stop_yes"), "plain stop", () => forget(thanks([]))), button(say("stop_no"), "main", () => show(back)),
  ];

  function ready() {
    return [picture("ready.svg", 120), heading(say("ready")), paragraph(say("ready_explained")), aloud("ready", say("ready"), say("ready_explained")),
            button(say("send"), "main", () => send(false)),
            row(button(say("back"), "plain", () => show(question(state.asked.length - 1))), button(say("do_not_send"), "plain stop", () => forget(thanks([]))))];
  }

  function notSent() {
    return [picture("wait.svg", 120), heading(say("not_sent")), paragraph(say("not_sent_explained")),
            button(say("again"), "main", () => send(false)), button(say("do_not_send"), "plain stop", () => forget(thanks([])))];
  }

  const thanks = (notes) => () => {
    const [first, ...rest] = [state.outro[0], ...notes, ...state.outro.slice(1)].map(tell);
    return [picture("thanks.svg", 120), heading(first), ...rest.map(paragraph), aloud(notes.length ? "another_age" : "thanks", first, ...rest), nextChild()];
  };

  function notTaken() {
    return [picture("wait.svg", 120), heading(say("refused")), paragraph(say("refused_explained")), ...state.outro.map(tell).map(paragraph), nextChild()];
  }

  const nextChild = () => button(say("next_child"), "main", beginAnew);

  function help() {
    const line = (href, text) => element("li", {}, element("a", href.startsWith("tel:") ? { href } : { href, target: "_blank", rel: "noopener noreferrer" }, text));
    return [
      heading(say("help_title")), paragraph(say("help_first")),
      aloud("help", ...["help_title", "help_first", "help_129", "help_110", "help_112"].map(say)),
      element("ul", { class: "numbers" }, line("tel:129", say("help_129")), line("https://wa.me/628111129129", say("help_whatsapp")),
              line("tel:110", say("help_110")), line("tel:112", say("help_112"))),
      ...(state.contacts.length ? [element("h2", {}, say("help_here")), element("ul", { class: "numbers" }, ...state.contacts.map((one) =>
        line("tel:" + one.number.replace(/[^0-9+]/g, ""), one.office + ": " + one.number)))] : []),
      paragraph(say("help_not_here")), button(say("back"), "main", () => { state.helping = false; redraw(); }),
    ];
  }

  // ── from outside

  function take() {
    const code = signsOf(decodeURIComponent(location.hash.slice(1).replace(/%(?![0-9a-f]{2})/gi, "")));
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (code) open(code);
  }

  document.getElementById("to-help").addEventListener("click", (event) => {
    event.preventDefault();
    state.helping = true;
    redraw();
  });
  document.getElementById("leave").addEventListener("click", (event) => { event.preventDefault(); leave(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  window.addEventListener("online", () => { if (state.draw === notSent) send(true); });
  window.addEventListener("hashchange", () => { if (location.hash) { beginAnew(); take(); } });
  window.addEventListener("pagehide", vanish);
  window.addEventListener("pageshow", (event) => { if (event.persisted) beginAnew(); });
  redraw();
  take();
})();
