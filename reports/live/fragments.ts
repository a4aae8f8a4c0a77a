import type { Plan } from '../../harness/plan/plan.ts';
import { countText } from '../../harness/verdict/fleet-text.ts';
import { isFleetOnly } from '../../harness/verdict/positions.ts';
import { VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { Verdict, VerdictWord } from '../../harness/verdict/verdict.ts';
import type { OpenPrompt } from '../../rigs/port/operator.ts';
import { verdictBox } from '../html/header.ts';
import { entryTable } from '../html/journal-lines.ts';
import { html } from '../html/markup.ts';
import type { Content, Markup } from '../html/markup.ts';
import { counted } from '../html/overall.ts';
import { type Tile, tileMarkup } from '../html/tiles.ts';
import { badge, icon, type Tone, TONES } from '../html/word.ts';
import { limitText, marginText, measuredText, tookText } from '../number-text.ts';
import type { WatchedRun } from './watched-run.ts';

/** The parts of the page that are replaced as a whole when they change. */
export type Region = 'status' | 'title' | 'tiles' | 'prompts' | 'tail';

/** Every region as it is now. */
export function regionsOf(
  run: WatchedRun,
  prompts: readonly OpenPrompt[],
): Readonly<Record<Region, string>> {
  return {
    status: status(run, prompts.length).text,
    title: title(run).text,
    tiles: tiles(run).text,
    prompts: prompts.map((prompt) => promptForm(prompt).text).join(''),
    tail: tail(run).text,
  };
}

/** What stands in the place where the report has its verdict. */
function status(run: WatchedRun, prompts: number): Markup {
  if (run.ended !== null) return verdictBox(run.ended);
  const [tone, word, because] = goingOn(run, prompts);
  return html`<div class="verdict ${tone}">
    <p><strong>${word}</strong> <span>${because}</span></p>
  </div>`;
}

/** One sentence for people who look from across the room. */
function goingOn(run: WatchedRun, prompts: number): readonly [Tone, string, Content] {
  if (run.phase === 'stopping') {
    return ['stopped', 'stopping', 'the run is cancelled, the bench is being made safe'];
  }
  if (run.begun === null) return ['none', 'starting', 'the run is being planned'];
  if (prompts > 0) return ['warn', 'waiting', 'for an answer of the operator'];
  const bad = run.counts.get('fail') ?? 0;
  const place = run.caseKey === null ? 'between two cases' : stepText(run.caseKey, run.step);
  return bad > 0
    ? ['bad', 'running', html`${counted(bad, 'verdict')} failed so far; ${place}`]
    : ['none', 'running', place];
}

function stepText(key: string, step: string | null): Markup {
  return step === null ? html`${key}` : html`${key}, step <code>${step}</code>`;
}

function title({ begun }: WatchedRun): Markup {
  if (begun === null) return html`<h1>A run that is about to begin</h1>`;
  const { plan, runId } = begun;
  const defect =
    plan.defect === null
      ? null
      : html`<p class="defect" role="note">
          ${icon('error')} <span>A defect is switched on on purpose: ${plan.defect}</span>
        </p>`;
  return html`<h1>${plan.title}</h1>
    <p>Run <code>${runId}</code>, ${benchText(plan)}, seed ${plan.seed}</p>
    ${defect}`;
}

function benchText(plan: Plan): string {
  const { bench, simulated, meterSerial } = plan.abilities;
  if (isFleetOnly(plan)) return 'a simulated fleet';
  return `${simulated ? 'a simulated bench' : `bench ${bench}`}, meter ${meterSerial}`;
}

function tiles(run: WatchedRun): Markup {
  const all = [
    progressTile(run),
    verdictTile(run),
    rateTile(run),
    ...fleetTile(run),
    benchTile(run),
  ];
  return html`${all.map((tile) => tileMarkup(tile))}`;
}

function progressTile(run: WatchedRun): Tile {
  const total = run.begun?.plan.cases.length ?? 0;
  const bar = html`<progress
      max="${Math.max(total, 1)}"
      value="${run.casesDone}"
      aria-label="Cases done"
    ></progress>
    running for ${tookText(Math.round(run.elapsedS()) * 1e9)}`;
  return { name: 'Cases done', value: `${run.casesDone} / ${total}`, detail: bar, tone: 'none' };
}

function verdictTile({ counts, verdicts }: WatchedRun): Tile {
  const told = VERDICT_WORDS.toReversed()
    .filter((word) => (counts.get(word) ?? 0) > 0)
    .map((word) => html`${badge(word, html`${counts.get(word) ?? 0} ${word}`)} `);
  return {
    name: 'Verdicts so far',
    value: verdicts.length,
    detail: told.length === 0 ? 'none yet' : told,
    tone: worstTone(counts),
  };
}

function worstTone(counts: ReadonlyMap<VerdictWord, number>): Tone {
  const worst = VERDICT_WORDS.toReversed().find((word) => (counts.get(word) ?? 0) > 0);
  return worst === undefined ? 'none' : TONES[worst];
}

function rateTile({ rate, observations, lines }: WatchedRun): Tile {
  const most = [...observations].toSorted(([, a], [, b]) => b - a).slice(0, 3);
  const kinds = most.map(([kind, count]) => `${kind} ${countText(count)}`).join(', ');
  return {
    name: 'Observations a second',
    value: rate.perSecond().toFixed(1),
    detail: `${countText(rate.total)} in all${kinds === '' ? '' : `: ${kinds}`}; ${countText(lines)} lines of journal`,
    tone: 'none',
  };
}

function fleetTile({ fleet: { offered, achieved, received } }: WatchedRun): readonly Tile[] {
  if (offered === 0) return [];
  return [
    {
      name: 'Fleet messages',
      value: countText(received),
      detail: `received; offered ${countText(offered)}, achieved ${countText(achieved)}`,
      tone: achieved < offered ? 'warn' : 'none',
    },
  ];
}

function benchTile({ bench, caseKey }: WatchedRun): Tile {
  const isLive = bench.startsWith('energised');
  return {
    name: 'Bench',
    value: isLive ? 'Live' : 'Not live',
    detail: caseKey === null || !isLive ? bench : `${bench}; taken back at the end of the case`,
    tone: isLive ? 'warn' : 'good',
  };
}

function promptForm({ number, prompt, untilUtcMs }: OpenPrompt): Markup {
  const { id, text, wants } = prompt;
  const until = new Date(untilUtcMs).toISOString();
  return html`<form class="prompt" data-prompt="${number}" aria-labelledby="prompt-${number}">
    <p class="question" id="prompt-${number}">${text}</p>
    <p class="controls">${controls(wants, number)}</p>
    <p class="detail">
      <code>${id}</code>, awaited until
      <time datetime="${until}">${until.slice(11, 19)} UTC</time>
    </p>
    <p class="refused" role="alert"></p>
  </form>`;
}

function controls(wants: OpenPrompt['prompt']['wants'], number: number): Content {
  switch (wants.kind) {
    case 'done':
      return html`<button type="submit" value="done">Done</button>`;
    case 'choice':
      return wants.among.map(
        (choice) => html`<button type="submit" value="${choice}">${choice}</button> `,
      );
    case 'text':
      return typed(number, 'Answer', 'text');
    case 'number':
      return typed(number, `Answer in ${wants.unit}`, 'decimal');
  }
}

function typed(number: number, label: string, mode: 'text' | 'decimal'): Markup {
  const id = `answer-${number}`;
  return html`<label for="${id}">${label}</label>
    <input id="${id}" name="value" inputmode="${mode}" autocomplete="off" required="" />
    <button type="submit">Answer</button>`;
}

function tail({ tail: lines }: WatchedRun): Markup {
  if (lines.length === 0) return html`<p class="empty">Nothing has been written yet.</p>`;
  return entryTable(lines.toReversed(), 'The last lines of the journal, newest first');
}

/** A verdict as it falls, as a row of a table. */
export function verdictRow(verdict: Verdict): Markup {
  const { requirement, scenario, measured, limit, reason } = verdict;
  const name = verdict.case === 'the only case' ? scenario : `${scenario}, ${verdict.case}`;
  return html`<tr>
    <th scope="row">${requirement}</th>
    <td>${badge(verdict.verdict)}</td>
    <td>${name}</td>
    <td>${measured === null ? 'no number' : `${measured.name} ${measuredText(measured)}`}</td>
    <td>${limit === null ? 'no limit' : limitText(limit)}</td>
    <td class="number">${marginText(verdict) ?? ''}</td>
    <td class="reason">${reason}</td>
  </tr>`;
}

/** The columns of {@link verdictRow}. */
export const VERDICT_COLUMNS = [
  'Requirement',
  'Verdict',
  'Case',
  'Measured',
  'Limit',
  'Margin',
  'Reason',
] as const;
