/**
 * Submits one claim, asks what is happening to it, and waits for its outcome. With a fleet running (`npm start`):
 *
 *     npm run build && node dist/examples/submit-claim.js CLM-EXAMPLE-1
 *
 * Another service does the same with `import { ThroughlineClient } from 'throughline/client'`.
 */
import { ConflictingSubmission, InvalidMessage, OutcomeTimeout, ThroughlineClient } from '../client/index.js';

const claimId = process.argv[2] ?? 'CLM-EXAMPLE-1';
const throughline = new ThroughlineClient({ source: '/examples/submit-claim' });

try {
  const submitted = await throughline.claims.submit(
    {
      claimId,
      // A policy of the sample rows, which the reference policy service knows once "npm start" has taken them in.
      policyNumber: process.argv[3] ?? 'POL-EXAMPLE-1',
      dateOfLoss: '2012-10-29',
      causeOfLoss: '1',
      property: { state: 'NY', postalCode: '11693' },
      catastrophe: 'Hurricane Sandy',
    },
    // Personal data goes to the erasable store; the claim holds a digest only.
    { claimant: { name: 'A. Claimant', email: 'claimant@example.org' } },
  );
  console.log(
    submitted.started ? `${claimId} is submitted` : `${claimId} was submitted before; this is the same claim`,
  );

  const outcome = await throughline.claims.waitForOutcome(claimId, { timeoutMs: 10_000 });
  console.log(`${claimId} has ended: ${outcome.outcome}`);
} catch (err) {
  // Each kind of error is a class of its own with a constant `type`.
  if (err instanceof OutcomeTimeout) {
    console.log((await throughline.claims.explain(claimId)).sentence);
  } else if (err instanceof InvalidMessage) {
    for (const { field, remedy } of err.issues) console.error(`${field}: ${remedy}`);
    process.exitCode = 1;
  } else if (err instanceof ConflictingSubmission) {
    console.error(err.message);
    process.exitCode = 1;
  } else {
    throw err;
  }
} finally {
  await throughline.close();
}
