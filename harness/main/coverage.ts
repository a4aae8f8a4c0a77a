import { DEFECTS } from '../../devices/defects/index.ts';
import { LANGUAGES } from '../../devices/domain/language.ts';
import { DECLARABLE } from '../scenario/evidence-file.ts';
import type { Catalogue, Requirement } from '../scenario/catalogue.ts';
import type { Scenario } from '../scenario/load.ts';

/** How one requirement is asked, and what proves that it can fail. */
export interface Coverage {
  readonly id: string;
  readonly subject: Requirement['subject'];
  readonly statement: string;
  readonly scenarios: readonly string[];
  /** Where it is asked: of the meter on a rig, of a fleet. */
  readonly benches: readonly ('rig' | 'fleet')[];
  readonly protocols: readonly string[];
  readonly defects: readonly string[];
  /** A person may answer for it with evidence. */
  readonly declared: boolean;
}

/** Every requirement of the catalogue, in its order. */
export function coverageOf(
  { requirements }: Catalogue,
  scenarios: readonly Scenario[],
): readonly Coverage[] {
  return [...requirements.values()].map(({ id, subject, statement }) => {
    const own = scenarios.filter(({ covers }) => covers.includes(id));
    return {
      id,
      subject,
      statement,
      scenarios: own.map(({ key }) => key),
      benches: (['rig', 'fleet'] as const).filter((bench) =>
        own.some(({ written }) => (written.fleet === undefined) === (bench === 'rig')),
      ),
      protocols: LANGUAGES.filter((language) =>
        own.some((one) => languagesOf(one).includes(language)),
      ),
      defects: DEFECTS.filter(({ mustTurn }) => mustTurn.includes(id)).map((defect) => defect.id),
      declared: DECLARABLE.has(id),
    };
  });
}

/** Those over which a scenario can be asked. */
function languagesOf({ written }: Scenario): readonly string[] {
  const fixed = written.fleet?.language;
  if (fixed !== undefined && !fixed.startsWith('$')) return [fixed];
  return written.needs?.language ?? LANGUAGES;
}

/** The text of docs/requirements.md. */
export function coveragePage(coverage: readonly Coverage[]): string {
  const asked = coverage.filter(({ scenarios }) => scenarios.length > 0);
  const holes = coverage.filter(({ scenarios }) => scenarios.length === 0);
  const rows = asked.map(
    ({ id, subject, scenarios, benches, protocols, defects }) =>
      `| ${id} | ${subject} | ${scenarios.join('<br>')} | ${benches.join(', ')} | ${protocols.join(', ')} | ${defects.join('<br>')} |`,
  );
  const open = holes.map(
    ({ id, subject, statement, declared }) =>
      `| ${id} | ${subject} | ${statement.replaceAll('|', '\\|')} | ${declared ? 'yes' : ''} |`,
  );
  return [
    '<!-- Written from the code by `meterbench validate --write-schema`; do not edit. -->',
    '',
    '# Requirements',
    '',
    `${asked.length} of ${coverage.length} statements of the source documents are asked by a scenario, each with the`,
    'defects that prove that its verdict can turn. `meterbench list requirements --json` tells the same as data.',
    '',
    '| id | subject | scenarios | benches | protocols | defects |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '## Not asked yet',
    '',
    'A person may answer with evidence for those that no bench can decide; what the others wait for stands in',
    '`test/holes.ts`.',
    '',
    '| id | subject | statement | may be declared |',
    '| --- | --- | --- | --- |',
    ...open,
    '',
  ].join('\n');
}
