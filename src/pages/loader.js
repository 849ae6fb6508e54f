(script, module) => {
  // Loads the browser program once: when the user is about to act, or when the page is complete and the browser idle.
  // A click, submission or shortcut before the program listens is held back and repeated then. If the program does not
  // load in time, a submission goes to the server, as on a page without scripts.
  const TIME_LIMIT = 5000;
  const signs = ["pointerover", "pointerdown", "focusin", "keydown", "input"];
  const isForProgram = {
    click: ({ target }) => target.closest("leptos-island [data-action]"),
    submit: ({ target }) => target.id === "theme" || target.closest("leptos-island"),
    keydown: ({ key, ctrlKey, metaKey, target }) =>
      ctrlKey || metaKey ? ["Enter", "k"].includes(key) : key === "/" && !target.closest("input, textarea, select"),
  };
  let isLoading = false;
  let repeat;

  const hold = (event) => {
    const { type, target, submitter } = event;
    if (!isForProgram[type](event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    repeat = () => {
      if (type === "submit") target.requestSubmit(submitter);
      else target.dispatchEvent(new event.constructor(type, event));
    };
    load();
    setTimeout(release, TIME_LIMIT);
  };

  const release = () => {
    for (const type in isForProgram) removeEventListener(type, hold, true);
    repeat?.();
    repeat = undefined;
  };

  const fetchText = async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.text();
  };

  const load = async () => {
    if (isLoading) return;
    isLoading = true;
    for (const sign of signs) removeEventListener(sign, load);
    try {
      const module_or_path = fetch(module);
      // The failure is handled where the program waits for it.
      module_or_path.catch(() => {});
      const texts = fetchText(document.body.dataset.texts);
      texts.catch(() => {});
      const program = await import(script);
      await program.default({ module_or_path });
      program.hydrate(await texts, document.documentElement.lang);
      for (const island of document.querySelectorAll("leptos-island")) program[island.dataset.component](island);
    } catch (error) {
      console.error(error);
    }
    // The islands start in tasks that are already queued.
    setTimeout(release);
  };

  for (const type in isForProgram) addEventListener(type, hold, true);
  for (const sign of signs) addEventListener(sign, load, { passive: true });
  const loadWhenIdle = () => (window.requestIdleCallback ?? setTimeout)(load);
  if (!navigator.connection?.saveData) addEventListener("load", loadWhenIdle);
}
