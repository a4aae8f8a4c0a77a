// The page of a run in the browser: puts what the server has rendered where it belongs.

const token = document.querySelector('meta[name="live-token"]').getAttribute('content');
const connection = document.getElementById('connection');
const stop = document.getElementById('stop');
const said = document.getElementById('said');
const who = document.getElementById('answered-by');

const place = (kind, name) => document.querySelector(`[data-${kind}="${name}"]`);

/** Rows of a table, newest first. */
function addRows(name, html, total) {
  place('rows', name).insertAdjacentHTML('afterbegin', html);
  place('count', name).textContent = String(total);
  place('empty', name).hidden = total > 0;
  place('table', name).hidden = total === 0;
}

function show({ name, html }) {
  place('region', name).innerHTML = html;
  if (name === 'prompts') document.getElementById('prompts').hidden = html === '';
  if (name === 'title')
    document.title = `${place('region', name).querySelector('h1').textContent}, live`;
}

const events = new EventSource('events');
events.addEventListener('hello', () => {
  connection.textContent = 'following';
  for (const rows of document.querySelectorAll('[data-rows]')) rows.replaceChildren();
});
events.addEventListener('region', ({ data }) => show(JSON.parse(data)));
events.addEventListener('rows', ({ data }) => {
  const { name, html, total } = JSON.parse(data);
  addRows(name, html, total);
});
events.addEventListener('stopping', () => {
  stop.disabled = true;
});
events.addEventListener('ended', () => void keepReport());
events.addEventListener('error', () => {
  connection.textContent = 'lost';
});

/** The server goes with the run: the report is kept in this page. */
async function keepReport() {
  stop.disabled = true;
  const report = await fetch('report.html');
  if (report.ok) {
    const link = document.getElementById('report');
    link.href = URL.createObjectURL(await report.blob());
    link.hidden = false;
  }
  events.close();
  connection.textContent = 'ended';
}

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-live-token': token },
    body: JSON.stringify(body),
  });
  return { ok: response.ok, text: await response.text() };
}

async function askToStop() {
  stop.disabled = true;
  const { ok, text } = await post('stop', { by: who.value });
  said.textContent = text;
  if (!ok) stop.disabled = false;
}

async function answer(form, submitter) {
  const pressed = submitter === null ? '' : submitter.value;
  const typed = form.elements.namedItem('value');
  const value = pressed !== '' || typed === null ? pressed : typed.value;
  const number = Number(form.getAttribute('data-prompt'));
  const { ok, text } = await post('answer', { number, value, by: who.value });
  if (!ok) form.querySelector('.refused').textContent = text;
}

stop.addEventListener('click', () => void askToStop());
document.addEventListener('submit', (event) => {
  event.preventDefault();
  void answer(event.target, event.submitter);
});
