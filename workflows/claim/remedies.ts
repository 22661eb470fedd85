/** What the sender of a refused update can do, by the code of the refusal. Told in the failure that it gets. */
export const claimRemedies: Readonly<Record<string, string>> = {
  aboveLimit: "an amount is above the coverage's limit or in another currency; settle within the policy",
  amountMissing: 'a coverage that is still open has no amount; name each one, zero refuses it',
  amountNeeded: 'a coverage could not be calculated; settle at an amount, or deny',
  coverageNotOpen: 'a coverage is not insured or already ended; leave it out',
  coverageTwice: 'a coverage is named twice; name it once',
  nothingInsured: 'the policy insures nothing; deny the claim',
  paymentRequested: 'a payment is requested already; a reviewer decides now',
  paymentUnderWay: 'a payment is under way; continue, and decide when it is answered',
  policyUnknown: 'the policy is not validated yet; continue, or deny',
};
