// The page works without this script; with it one sees how far a file is, and may drop files.
"use strict";
(function () {
  const form = document.getElementById("upload-form");
  if (!form || !window.FormData) { return; }
  const input = document.getElementById("files");
  const drop = form.querySelector(".drop");
  const told = document.getElementById("progress-text");
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    drop.addEventListener(name, function (event) {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; }
    });
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", function (sent) {
      if (sent.lengthComputable) {
        told.textContent = form.dataset.sending + " " + Math.round(100 * sent.loaded / sent.total) + " %";
      }
    });
    request.addEventListener("load", function () {
      if (request.status < 400) {
        window.location.assign(request.responseURL);
      } else {
        const answer = new DOMParser().parseFromString(request.responseText, "text/html");
        const alert = answer.querySelector(".alert");
        told.textContent = alert ? alert.textContent : String(request.status);
      }
    });
    request.addEventListener("error", function () { form.submit(); });
    request.send(new FormData(form));
  });
})();
