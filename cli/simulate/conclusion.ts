/** How a run under load ends: its closing report, as one line or for people, and the exit code. */
import { print, printFields, printJson } from '../output.js';
import { isSound, type ClosingReport } from './soundness.js';

/** Exit code of a run that has broken something. */
const BROKEN = 1;

/** Prints the report; what people are told besides comes first. An exit code of an interruption stays. */
export function conclude(
  report: ClosingReport,
  besides: readonly (readonly [label: string, text: string])[],
  { json }: { readonly json?: true },
): void {
  if (!isSound(report)) process.exitCode ??= BROKEN;
  if (json) return printJson(report);
  print('');
  printFields([
    ...besides,
    ['per second', String(report.perSecond)],
    ['lost', String(report.lost)],
    ['charged twice', String(report.chargedTwice)],
    ['holds left', String(report.holdsLeft)],
    ['illegal transitions', String(report.illegalTransitions)],
    ['open findings', String(report.openFindings)],
  ]);
}
