/** Assessments: an adjuster is assigned at once; what the adjuster finds is told by callback. */
import { createHash, randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId, NON_PAYMENT_REASONS } from '../../events/claim.js';
import { callback, type Callback } from '../platform/callback.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo, usd } from '../platform/validation.js';

const coverage = z.enum(['building', 'contents']);

/** What is found on one coverage: damage, or a reason not to pay, or (not yet) neither. */
const finding = z.strictObject({
  coverage,
  /** Actual cash value. */
  damage: usd.exactOptional(),
  nonPaymentReason: z.enum(NON_PAYMENT_REASONS, 'an NFIP non-payment reason, 01 to 20 or 97 to 99').exactOptional(),
});

const findings = z
  .array(finding)
  .max(2)
  .refine((all) => new Set(all.map((one) => one.coverage)).size === all.length, 'one finding per coverage');

/** What the adjuster will find on a claim, as it is seeded. */
export const assessmentSeed = z.strictObject({ claimId, findings });

/** Body of `POST /assessment/assignments`. */
export const assignmentRequest = z.strictObject({
  claimId,
  coverages: z.array(coverage).min(1).max(2),
  callback: callbackTo,
});

/** Body of `POST /assessment/claims/:claimId/findings`. */
export const findingsReport = z.strictObject({ findings });

type AssessmentSeed = z.infer<typeof assessmentSeed>;
type AssignmentRequest = z.infer<typeof assignmentRequest>;
type Finding = z.infer<typeof finding>;
type CoverageName = z.infer<typeof coverage>;

/** Non-personal identifiers of the adjusters. */
const ROSTER = ['ADJ-01', 'ADJ-02', 'ADJ-03', 'ADJ-04', 'ADJ-05', 'ADJ-06', 'ADJ-07', 'ADJ-08'] as const;

@Injectable()
export class AssessmentService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_assessment.known_findings (
        claim_id text PRIMARY KEY,
        findings json NOT NULL
      );
      CREATE TABLE IF NOT EXISTS svc_assessment.assignment (
        assignment_id text PRIMARY KEY,
        claim_id text NOT NULL,
        adjuster_id text NOT NULL,
        coverages jsonb NOT NULL,
        reference text NOT NULL,
        assigned_at timestamptz NOT NULL
      );
      CREATE INDEX IF NOT EXISTS assignment_claim ON svc_assessment.assignment (claim_id);
      CREATE TABLE IF NOT EXISTS svc_assessment.report (
        assignment_id text CONSTRAINT one_report_per_assignment PRIMARY KEY REFERENCES svc_assessment.assignment,
        findings jsonb NOT NULL
      );`);
  }

  /** Inserts or replaces what will be found. */
  async seed(assessments: readonly AssessmentSeed[]): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_assessment.known_findings (claim_id, findings)
       SELECT "claimId", findings FROM jsonb_to_recordset($1::jsonb) AS a ("claimId" text, findings json)
       ORDER BY 1
       ON CONFLICT (claim_id) DO UPDATE SET findings = excluded.findings`,
      [JSON.stringify(assessments)],
    );
  }

  /** Assigns an adjuster (202). Where the findings are known already, it promises them; else a person reports them. */
  assign(key: string, input: AssignmentRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'requestAssessment', input }, async () => {
      const [known] = await this.store.database.query<{ findings: Finding[] }>(
        'SELECT findings FROM svc_assessment.known_findings WHERE claim_id = $1',
        [input.claimId],
      );
      const assignmentId = `ASM-${randomUUID()}`;
      const adjusterId = adjusterFor(input.claimId);
      const { reference } = input.callback;
      const assignment = {
        assignment_id: assignmentId,
        claim_id: input.claimId,
        adjuster_id: adjusterId,
        coverages: input.coverages,
        reference,
        assigned_at: new Date().toISOString(),
      };
      const answer = new Answer(202, { assignmentId, adjusterId });
      const inserts = [{ table: 'assignment', rows: [assignment] }];
      if (!known) return { answer, inserts };
      const results = perCoverage(input.coverages, known.findings);
      return {
        answer,
        inserts: [...inserts, { table: 'report', rows: [{ assignment_id: assignmentId, findings: results }] }],
        callbacks: [completed(reference, assignmentId, results)],
      };
    });
  }

  /**
   * Takes an adjuster's findings for the claim's latest assignment (202) and promises them to the claim.
   * @throws Problem 404 `AssignmentNotFound`, 409 `FindingsAlreadyReported`, by way of the answer
   */
  report(key: string, claimId: string, found: readonly Finding[]): Promise<Answer> {
    const call = { key, operation: 'reportFindings', input: { claimId, findings: found } };
    return this.store.once(call, async () => {
      const [assignment] = await this.store.database.query<{
        id: string;
        coverages: CoverageName[];
        reference: string;
      }>(
        `SELECT assignment_id AS id, coverages, reference FROM svc_assessment.assignment
         WHERE claim_id = $1 ORDER BY assigned_at DESC LIMIT 1`,
        [claimId],
      );
      if (!assignment) {
        throw new Problem(
          404,
          'AssignmentNotFound',
          `claimId is ${claimId}: no adjuster is assigned; request an assessment first`,
        );
      }
      const results = perCoverage(assignment.coverages, found);
      return {
        answer: new Answer(202, { assignmentId: assignment.id }),
        inserts: [{ table: 'report', rows: [{ assignment_id: assignment.id, findings: results }] }],
        callbacks: [completed(assignment.reference, assignment.id, results)],
        refusals: {
          one_report_per_assignment: () =>
            new Problem(
              409,
              'FindingsAlreadyReported',
              `claimId is ${claimId}: assignment ${assignment.id} has its findings; a new assessment has to be requested first`,
            ),
        },
      };
    });
  }
}

/** Always the same adjuster for a claim, and all of them about equally busy. */
function adjusterFor(claimId: string): string {
  return ROSTER[createHash('sha256').update(claimId).digest().readUInt32BE() % ROSTER.length] ?? ROSTER[0];
}

/** One finding per coverage asked for. A reason not to pay wins over a damage amount: the coverage ends by that code. */
function perCoverage(asked: readonly CoverageName[], found: readonly Finding[]): Finding[] {
  return asked.map((coverage) => {
    const { damage, nonPaymentReason } = found.find((one) => one.coverage === coverage) ?? {};
    if (nonPaymentReason !== undefined) return { coverage, nonPaymentReason };
    return damage ? { coverage, damage } : { coverage };
  });
}

const completed = (reference: string, assignmentId: string, results: Finding[]): Callback =>
  callback('assessment', 'assessmentResult', reference, { assignmentId, findings: results });
