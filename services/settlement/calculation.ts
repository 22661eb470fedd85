/** The sum of a settlement, and its explanation. */

/** What a coverage is settled from; all amounts in cents. */
interface CoverageSum {
  /** Actual cash value of the damage. */
  readonly damageMinor: number;
  readonly deductibleMinor: number;
  readonly limitMinor: number;
  /** Paid on the coverage already. Default: nothing. */
  readonly paidMinor?: number;
}

/** What a coverage comes to. */
interface CoverageResult {
  /** `max(min(max(damage − deductible, 0), limit) − paid, 0)` in cents. */
  readonly amountMinor: number;
  /** NFIP non-payment reason `01`: the damage does not exceed the deductible, and nothing was ever paid. */
  readonly nonPaymentReason?: '01';
  /**
   * The sum worked out in one line: `$39,000.00 damage − $1,000.00 deductible = $38,000.00, limit $250,000.00 → $38,000.00`, and
   * where something is paid already `, − $5,000.00 paid = $33,000.00`.
   */
  readonly explanation: string;
}

/** Settles one coverage. */
export function calculate({ damageMinor, deductibleMinor, limitMinor, paidMinor = 0 }: CoverageSum): CoverageResult {
  const above = damageMinor - deductibleMinor;
  const payable = Math.min(Math.max(above, 0), limitMinor);
  const open = payable - paidMinor;
  const paid = paidMinor === 0 ? '' : `, − ${dollars(paidMinor)} paid = ${dollars(open)}${floor(open)}`;
  return {
    amountMinor: Math.max(open, 0),
    ...(above <= 0 && paidMinor === 0 && { nonPaymentReason: '01' as const }),
    explanation:
      `${dollars(damageMinor)} damage − ${dollars(deductibleMinor)} deductible = ${dollars(above)}${floor(above)}, ` +
      `limit ${dollars(limitMinor)} → ${dollars(payable)}${paid}`,
  };
}

const floor = (minor: number): string => (minor < 0 ? `, at least ${dollars(0)}` : '');

/** `$38,000.00`; below zero `−$200.00`. By digits, since cents in a float would round above 2^53. */
export function dollars(minor: number): string {
  const digits = Math.abs(minor).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${minor < 0 ? '−' : ''}$${whole}.${digits.slice(-2)}`;
}
