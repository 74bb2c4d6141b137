// The page works without this script; with it one sees how far a file is, and may drop files.
"use strict";
(function () {
  const every = 700;

  function ask(address, use) {
    fetch(address, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (found) { if (found) { use(found); } })
      .catch(function () { /* the next question may be answered again */ });
  }

  // A verdict that is being made: shown as soon as it is there.
  const waiting = document.querySelector("[data-wait]");
  if (waiting) {
    const known = waiting.dataset.known;
    const timer = window.setInterval(function () {
      ask(waiting.dataset.wait, function (found) {
        if (found.step !== known) { window.clearInterval(timer); window.location.reload(); }
      });
    }, every);
  }

  // The list of uploads: the words for their state change where they stand.
  const list = document.querySelector("[data-states]");
  if (list && list.querySelector("[data-busy]")) {
    const timer = window.setInterval(function () {
      ask(list.dataset.states, function (found) {
        let isBusy = false;
        list.querySelectorAll("[data-upload]").forEach(function (cell) {
          const entry = found[cell.dataset.upload];
          if (entry) { cell.textContent = entry.text; isBusy = isBusy || entry.busy; }
        });
        if (!isBusy) { window.clearInterval(timer); }
      });
    }, every);
  }

  document.querySelectorAll("form[data-sending]").forEach(function (form) {
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector(".drop");
    const told = form.querySelector("[role=status]");
    const bar = form.querySelector("progress");
    ["dragover", "dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.toggle("over", name === "dragover");
        if (name === "drop" && event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change"));
        }
      });
    });
    input.addEventListener("change", function () {
      told.textContent = Array.from(input.files, function (file) { return file.name; }).join(", ");
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      bar.hidden = false;
      told.textContent = form.dataset.sending;
      request.upload.addEventListener("progress", function (sent) {
        if (sent.lengthComputable) { bar.max = sent.total; bar.value = sent.loaded; }
      });
      request.addEventListener("load", function () {
        if (request.status < 400) { window.location.assign(request.responseURL); return; }
        const answer = new DOMParser().parseFromString(request.responseText, "text/html");
        const alert = answer.querySelector(".alert");
        bar.hidden = true;
        told.textContent = alert ? alert.textContent : String(request.status);
      });
      request.addEventListener("error", function () { form.submit(); });
      request.send(new FormData(form));
    });
  });
})();
