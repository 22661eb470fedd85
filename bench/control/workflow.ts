/**
 * The control of the claims benchmark: what a Temporal engineer would write without Throughline. The same calls to the same
 * services, the same waits, each with the same time-out, and nothing else: no table, no journal, no lists, no explanation, no
 * repeats recognised.
 */
import { condition, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import { ASSESSMENT_TASK_QUEUE, type AssessmentActivities } from '../../activities/assessment/contract.js';
import { DOCUMENTS_TASK_QUEUE, type DocumentsActivities } from '../../activities/documents/contract.js';
import { FRAUD_TASK_QUEUE, type FraudActivities } from '../../activities/fraud/contract.js';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { PAYMENTS_TASK_QUEUE, type PaymentsActivities } from '../../activities/payments/contract.js';
import { POLICY_TASK_QUEUE, type PolicyActivities } from '../../activities/policy/contract.js';
import { SETTLEMENT_TASK_QUEUE, type SettlementActivities } from '../../activities/settlement/contract.js';
import {
  assessmentResultSignal,
  documentReceivedSignal,
  fraudDecisionSignal,
  paymentAcknowledgedSignal,
  type AssessmentResult,
  type ClaimNotice,
  type FraudDecision,
} from '../../workflows/claim/messages.js';
import { serviceCalls } from '../../workflows/lifecycle/calls.js';

const policies = proxyActivities<PolicyActivities>(serviceCalls(POLICY_TASK_QUEUE));
const fraud = proxyActivities<FraudActivities>(serviceCalls(FRAUD_TASK_QUEUE));
const assessments = proxyActivities<AssessmentActivities>(serviceCalls(ASSESSMENT_TASK_QUEUE));
const documents = proxyActivities<DocumentsActivities>(serviceCalls(DOCUMENTS_TASK_QUEUE));
const settlements = proxyActivities<SettlementActivities>(serviceCalls(SETTLEMENT_TASK_QUEUE));
const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));
const notifications = proxyActivities<NotificationsActivities>(serviceCalls(NOTIFICATIONS_TASK_QUEUE));

/** Settles a claim for one coverage; returns `paid`, or the wait that timed out. */
export async function bareClaim({ data: notice }: { readonly data: ClaimNotice }): Promise<string> {
  let decision: FraudDecision | undefined;
  let result: AssessmentResult | undefined;
  const arrived = new Set<string>();
  const paid = new Set<string>();
  setHandler(fraudDecisionSignal, ({ data }) => void (decision ??= data));
  setHandler(assessmentResultSignal, ({ data }) => void (result ??= data));
  setHandler(documentReceivedSignal, ({ data }) => void arrived.add(data.kind));
  setHandler(paymentAcknowledgedSignal, ({ data }) => void paid.add(data.coverage));

  const { claimId, policyNumber, dateOfLoss } = notice;
  const { workflowId } = workflowInfo();
  const callback = { reference: workflowId };
  const key = (step: string) => `${workflowId}/${step}/1`;

  const policy = await policies.validatePolicy({ key: key('policy-validation'), claimId, policyNumber, dateOfLoss });

  const { inceptionDate } = policy;
  await fraud.requestFraudScreen({
    key: key('fraud-screen'),
    claimId,
    policyNumber,
    dateOfLoss,
    inceptionDate,
    callback,
  });
  if (!(await condition(() => decision !== undefined, '3 days'))) return 'no fraud decision';

  const coverages = policy.coverages.map(({ coverage }) => coverage);
  await assessments.requestAssessment({ key: key('assessment'), claimId, coverages, callback });
  if (!(await condition(() => result !== undefined, '30 days'))) return 'no assessment';

  const { kinds } = await documents.requestDocuments({ key: key('documents'), claimId, coverages, callback });
  if (!(await condition(() => kinds.every((kind) => arrived.has(kind)), '60 days'))) return 'no documents';

  const zero = { minor: 0, currency: 'USD' };
  const settlement = await settlements.calculateSettlement({
    key: key('settlement'),
    claimId,
    lines: policy.coverages.map(({ coverage, limit, deductible = zero }) => {
      const damage = result?.findings.find((finding) => finding.coverage === coverage)?.damage ?? zero;
      return { coverage, damage, deductible, limit };
    }),
  });

  for (const { coverage, amount } of settlement.lines) {
    const payment = { claimId, coverage, ordinal: 1, amount, approved: amount, callback };
    await payments.requestPayment({ key: key(`payment-${coverage}`), ...payment });
  }
  if (!(await condition(() => paid.size === settlement.lines.length, '10 days'))) return 'not acknowledged';

  await notifications.sendNotice({
    key: key('notice-closed'),
    claimId,
    template: 'claimClosed',
    values: { outcome: 'paid' },
  });
  return 'paid';
}
