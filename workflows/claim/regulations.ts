/**
 * How long an insurer may take, by line of business and state, and who says so. Pure data; the claim's clocks read it through the
 * fact `terms`, so that a claim keeps the rules under which it began.
 */
import type { CalendarDays } from '../lifecycle/definition.js';
import type { Instant } from '../lifecycle/entry.js';

/** A line of business. */
export type LineOfBusiness = 'flood' | 'homeowners';

/** What a regulator, a statute or the policy itself allows for each step. */
export interface Regulation {
  /** From notice to its acknowledgment in writing. */
  readonly acknowledge: CalendarDays;
  /** From the loss (or a notice that comes later) to the proof of loss. */
  readonly proofOfLoss: CalendarDays;
  /** From the proof of loss to acceptance, denial, or a letter that says why it takes longer. */
  readonly decide: CalendarDays;
  /** From such a letter to the next one, for as long as nothing is decided. */
  readonly explainAgain: CalendarDays;
  /** From acceptance to payment. */
  readonly pay: CalendarDays;
  /** From the date of the denial letter to the appeal. */
  readonly appeal: CalendarDays;
  /** Where each of them stands. */
  readonly sources: readonly string[];
}

const calendarDays = (days: number): CalendarDays => ({ days, count: 'calendar', calendar: 'us-federal', roll: true });
const workingDays = (days: number): CalendarDays => ({ days, count: 'working', calendar: 'us-federal' });

/** The National Flood Insurance Program, the same in every state. */
const NFIP: Regulation = {
  // The program asks for promptness; 15 days is what its Write Your Own insurers hold themselves to.
  acknowledge: calendarDays(15),
  proofOfLoss: calendarDays(60),
  decide: calendarDays(90),
  // The program names no interval; this is the model regulation's.
  explainAgain: calendarDays(45),
  pay: calendarDays(60),
  appeal: calendarDays(60),
  sources: [
    'proofOfLoss: Standard Flood Insurance Policy, Dwelling Form, 44 CFR part 61 app. A(1), VII.J.4: within 60 days after the loss',
    'pay: the same, VII.M.1: within 60 days after the proof of loss is accepted',
    'appeal: 44 CFR 62.20(e): within 60 days of the date of the denial letter',
  ],
};

/** New York, for insurance of homes and their contents: in business days, further letters apart. */
const NEW_YORK: Regulation = {
  acknowledge: workingDays(15),
  proofOfLoss: calendarDays(60),
  decide: workingDays(15),
  explainAgain: calendarDays(90),
  pay: workingDays(5),
  appeal: calendarDays(60),
  sources: [
    'acknowledge: 11 NYCRR 216.4(a), Insurance Regulation 64: within 15 business days of the notice',
    'proofOfLoss: New York Insurance Law 3407(a): within 60 days of the demand',
    'decide: 11 NYCRR 216.6(c): within 15 business days of the proof of loss',
    'explainAgain: the same: 90 days from the initial letter, and every 90 days thereafter',
    'pay: 11 NYCRR 216.6(f): within five business days of the agreement',
  ],
};

/** Where nobody has written down a state's own rules: the model that most of them follow. */
const MODEL: Regulation = {
  acknowledge: calendarDays(15),
  proofOfLoss: calendarDays(60),
  decide: calendarDays(21),
  explainAgain: calendarDays(45),
  pay: calendarDays(30),
  appeal: calendarDays(60),
  sources: [
    'acknowledge, decide, explainAgain (every 45 days), pay: NAIC Unfair Property/Casualty Claims Settlement Practices Model Regulation (MDL-902), sections 6 and 7',
  ],
};

/** The rules by line of business, then by state; `*` where a state has none of its own. */
export const REGULATIONS: Readonly<Record<LineOfBusiness, Readonly<Record<string, Regulation>>>> = {
  flood: { '*': NFIP },
  homeowners: { NY: NEW_YORK, '*': MODEL },
};

/** The rules that a claim lives under, and the instants that they count from. */
export interface Terms extends Omit<Regulation, 'sources'> {
  /** `flood/*`, `homeowners/NY`. */
  readonly rules: string;
  /** When the notice came in. */
  readonly noticedAt: Instant;
  /** The date of loss; the notice, where that came so late that the proof would be due before it can be asked for. */
  readonly proofOfLossFrom: string;
}

/** The terms of a claim. `dateOfLoss` is `YYYY-MM-DD`. */
export function termsFor(line: LineOfBusiness, state: string, dateOfLoss: string, noticedAt: Instant): Terms {
  const byState = REGULATIONS[line];
  const known = Object.hasOwn(byState, state) ? state : '*';
  const { sources: _sources, ...rules } = byState[known] ?? MODEL;
  const late = Date.parse(noticedAt) - Date.parse(dateOfLoss) > (rules.proofOfLoss.days / 2) * 86_400_000;
  return { ...rules, rules: `${line}/${known}`, noticedAt, proofOfLossFrom: late ? noticedAt : dateOfLoss };
}
