/** What must hold of each application, by the books of the account service alone. Pure. */

/** What the account service has for one applicant. */
export interface Books {
  readonly accounts: ReadonlyArray<{ readonly state: string }>;
  readonly products: ReadonlyArray<{ readonly product: string; readonly state: string }>;
}

/** There are two accounts for one application, or a product twice. */
export function isProvisionedTwice({ accounts, products }: Books): boolean {
  const there = products.flatMap(({ product, state }) => (state === 'provisioned' ? [product] : []));
  return accounts.filter(({ state }) => state === 'open').length > 1 || new Set(there).size < there.length;
}

/** What is set up; of an application that was rejected, nothing may be. */
export function leftIn({ accounts, products }: Books): number {
  return (
    accounts.filter(({ state }) => state === 'open').length +
    products.filter(({ state }) => state === 'provisioned').length
  );
}
