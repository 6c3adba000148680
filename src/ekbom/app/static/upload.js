// A recording sent as it lies on the disk, with how much is sent and a way to stop.
// Without this script the form sends it by itself.
"use strict";

(() => {
  const form = document.getElementById("add-night");
  if (!form) return;
  const target = form.querySelector(".target");
  const inputs = { recording: form.elements.recording, marks: form.elements.marks, stages: form.elements.stages };
  const sending = form.querySelector(".sending");
  const says = sending.querySelector("[data-says]");
  const bar = sending.querySelector("progress");
  const fault = form.querySelector("[data-fault]");
  const submit = form.querySelector("button[type=submit]");
  const mostBytes = Number(form.dataset.mostBytes);
  let request = null;
  target.querySelector("[data-hint]").textContent =
    "Drop the file here or choose it. You see what it holds before it is kept.";

  const isEdf = async (file) => {
    const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
    const text = String.fromCharCode(...head);
    return text === "\xffBIOSEMI" || text.replace(/[ \0]/g, "") === "0";
  };

  const show = (error) => {
    fault.replaceChildren();
    const add = (text, bold) => {
      const line = document.createElement("p");
      const inner = bold ? line.appendChild(document.createElement("b")) : line;
      inner.textContent = text;
      fault.append(line);
    };
    add(error.where ? `${error.found} (${error.where})` : error.found, true);
    if (error.expected) add(`Expected: ${error.expected}`);
    if (error.what_to_do) add(`What to do: ${error.what_to_do}`);
    fault.hidden = false;
  };

  const busy = (isBusy) => {
    sending.hidden = !isBusy;
    submit.disabled = isBusy;
  };

  const size = (n) => (n >= 1e9 ? `${(n / 1e9).toFixed(1)} GB` : `${(n / 1e6).toFixed(1)} MB`);

  const send = (address, file) => new Promise((resolve, reject) => {
    request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Label", encodeURIComponent(file.name));
    request.upload.onprogress = (event) => {
      bar.value = (100 * event.loaded) / event.total;
      says.textContent = `${size(event.loaded)} of ${size(event.total)}`;
    };
    request.upload.onload = () => { says.textContent = "Written; looking into it"; };
    request.onload = () => {
      let answer;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        answer = { found: request.status === 401 ? "the session has ended: open ekbom again" : "ekbom could not take this file" };
      }
      if (request.status === 200) resolve(answer); else reject(answer);
    };
    request.onerror = () => reject({ found: "the file did not arrive", what_to_do: "see whether ekbom is still open, and send it again; nothing was kept" });
    request.onabort = () => reject({ found: "Cancelled: nothing was kept." });
    request.send(file);
  });

  const sendAll = async () => {
    const recording = inputs.recording.files[0];
    fault.hidden = true;
    if (recording.size > mostBytes) {
      show({ found: `the file takes ${size(recording.size)}`, expected: `at most ${size(mostBytes)}`, what_to_do: "cut the recording, or score it with: ekbom score" });
      return;
    }
    if (!(await isEdf(recording))) {
      show({ found: "this is no recording in EDF or BDF", where: recording.name, expected: "EDF, EDF+ or BDF", what_to_do: "export the recording as EDF or unpack it, and add that; nothing was sent" });
      return;
    }
    busy(true);
    try {
      let answer = await send(form.dataset.files, recording);
      for (const kind of ["marks", "stages"]) {
        const file = inputs[kind].files[0];
        if (file) answer = await send(`${answer.files}/${kind}`, file);
      }
      window.location.assign(answer.next);
    } catch (error) {
      busy(false);
      show(error);
    }
  };

  const put = (input, file) => {
    const one = new DataTransfer();
    if (file) one.items.add(file);
    input.files = one.files;
  };

  // Of several files dropped together the largest recording is the night, one other its marks.
  const sortIn = async (files) => {
    const found = [];
    for (const file of files) found.push([file, await isEdf(file)]);
    const nights = found.filter(([, is]) => is).map(([file]) => file).sort((a, b) => b.size - a.size);
    const night = nights[0] || files[0];
    const rest = files.filter((file) => file !== night);
    put(inputs.recording, night);
    put(inputs.marks, rest.length === 1 ? rest[0] : null);
    if (rest.length > 1) {
      show({ found: `${files.length} files were dropped`, expected: "a recording, and with it at most one file of stages and events" });
      return;
    }
    sendAll();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // What every page does with a form that is sent is not for this one: it may be sent again.
    event.stopPropagation();
    sendAll();
  });
  sending.querySelector("[data-cancel]").addEventListener("click", () => request && request.abort());
  const isFile = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
  // Beside the field a drop would open the file instead of this page.
  window.addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    target.classList.add("over");
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) target.classList.remove("over");
  });
  window.addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    target.classList.remove("over");
    if (sending.hidden && event.dataTransfer.files.length) sortIn([...event.dataTransfer.files]);
  });
})();
