/** Assessments: how a claim is handled, who inspects it, and what is found, which is told by callback. */
import { createHash, randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { reference } from '../../events/common.js';
import { ServicesConfig } from '../config.js';
import { Agenda } from '../platform/agenda.js';
import { callback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';
import { AUTHORITY_TABLE, authority, layDown, type PersonalLimit } from './authority.js';
import { DESK } from './desk.js';
import { DeskService } from './desk.service.js';
import { coverage, findings, perCoverage, type CoverageName, type Finding } from './findings.js';
import { DEFAULT_ADJUSTERS } from './roster.js';
import { triage, type Known, type triageRequest } from './triage.js';

/** What is known of a claim before anybody looks, or what its adjuster will find, as it is seeded. */
export const assessmentSeed = z.strictObject({
  claimId,
  /** Absent: a person reports them. */
  findings: findings.exactOptional(),
  /** Whether people can live there. */
  habitable: z.boolean().exactOptional(),
});

/** Body of `POST /assessment/assignments`. */
export const assignmentRequest = z.strictObject({
  claimId,
  coverages: z.array(coverage).min(1).max(2),
  /** Who has taken the claim; absent: somebody is assigned who needs no room for it. */
  adjusterId: reference.exactOptional(),
  callback: callbackTo,
});

/** Body of `POST /assessment/claims/:claimId/findings`. */
export const findingsReport = z.strictObject({ findings });

type AssessmentSeed = z.infer<typeof assessmentSeed>;
type AssignmentRequest = z.infer<typeof assignmentRequest>;

/** An assignment whose findings are still to come. */
interface Assignment {
  readonly id: string;
  readonly claimId: string;
  readonly coverages: CoverageName[];
  readonly reference: string;
}

/** Items of the agenda: an inspection's end, by its assignment. */
const INSPECTION = 'inspection';

@Injectable()
export class AssessmentService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly desk: DeskService,
    private readonly agenda: Agenda,
    private readonly config: ServicesConfig,
  ) {}

  onModuleInit(): Promise<void> {
    this.agenda.on(INSPECTION, {
      turn: () => DESK,
      perform: (transaction, assignmentId) => this.#inspected(transaction, assignmentId),
    });
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_assessment.known_findings (
        claim_id text PRIMARY KEY,
        findings json
      );
      ALTER TABLE svc_assessment.known_findings
        ADD COLUMN IF NOT EXISTS habitable boolean,
        ALTER COLUMN findings DROP NOT NULL;
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
      );
      ${AUTHORITY_TABLE}`);
  }

  /** Inserts or replaces what is known and will be found. */
  async seed(assessments: readonly AssessmentSeed[]): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_assessment.known_findings (claim_id, findings, habitable)
       SELECT "claimId", findings, habitable
       FROM jsonb_to_recordset($1::jsonb) AS a ("claimId" text, findings json, habitable boolean)
       ORDER BY 1
       ON CONFLICT (claim_id) DO UPDATE SET findings = excluded.findings, habitable = excluded.habitable`,
      [JSON.stringify(assessments)],
    );
  }

  /** Inserts or replaces what people may approve. */
  seedAuthorities(limits: readonly PersonalLimit[]): Promise<void> {
    return layDown(this.store.database, limits);
  }

  /** Says how a claim is handled, and who may advance how much on it (200). */
  triage(key: string, input: z.infer<typeof triageRequest>): Promise<Answer> {
    return this.store.once({ key, operation: 'triageClaim', input }, async () => {
      const { findings: known = [], habitable } = await this.#known(this.store.database, input.claimId);
      const facts: Known = { findings: known, ...(habitable !== undefined && { habitable }) };
      const handled = triage(input, facts, this.config.fastTrackLimitMinor);
      const limits = await authority(this.store.database, this.config.authorityLimitMinor);
      return { answer: new Answer(200, { ...handled, authority: limits }) };
    });
  }

  /**
   * Assigns an adjuster (202). Where the findings are known already, it promises them, after the inspection's time if its
   * adjuster needs one; else a person reports them.
   */
  assign(key: string, input: AssignmentRequest): Promise<Answer> {
    const call = { key, operation: 'requestAssessment', input };
    const { adjusterId } = input;
    if (adjusterId !== undefined) {
      return this.store.onceInTurn(call, DESK, (transaction) => this.#assignTo(transaction, adjusterId, input));
    }
    return this.store.once(call, async () => {
      const { findings: known } = await this.#known(this.store.database, input.claimId);
      const { assignment, answer, inserts } = assigned(input, adjusterFor(input.claimId));
      if (!known) return { answer, inserts };
      const { insert, told } = reported(assignment, known);
      return { answer, inserts: [...inserts, insert], callbacks: [told] };
    });
  }

  /** The adjuster keeps the claim until the findings are told, and then has room for the next. */
  async #assignTo(transaction: Queries, adjusterId: string, input: AssignmentRequest) {
    const { findings: known } = await this.#known(transaction, input.claimId);
    const { assignment, answer, inserts } = assigned(input, adjusterId);
    if (!known) return { answer, inserts };
    const [adjuster] = await transaction.query<{ inspectionMs: number }>(
      'SELECT inspection_ms AS "inspectionMs" FROM svc_assessment.adjuster WHERE adjuster_id = $1',
      [adjusterId],
    );
    if (adjuster && adjuster.inspectionMs > 0) {
      await this.agenda.enter(transaction, INSPECTION, assignment.id, adjuster.inspectionMs);
      return { answer, inserts };
    }
    const { insert, told } = reported(assignment, known);
    const { callbacks } = await this.desk.free(transaction, input.claimId);
    return { answer, inserts: [...inserts, insert], callbacks: [told, ...callbacks] };
  }

  /**
   * Takes an adjuster's findings for the claim's latest assignment (202) and promises them to the claim.
   * @throws Problem 404 `AssignmentNotFound`, 409 `FindingsAlreadyReported`, by way of the answer
   */
  report(key: string, claimId: string, found: readonly Finding[]): Promise<Answer> {
    const call = { key, operation: 'reportFindings', input: { claimId, findings: found } };
    return this.store.onceInTurn(call, DESK, async (transaction) => {
      const assignment = await this.#assignment(transaction, 'claim_id', claimId);
      if (!assignment) {
        throw new Problem(
          404,
          'AssignmentNotFound',
          `claimId is ${claimId}: no adjuster is assigned; request an assessment first`,
        );
      }
      await this.agenda.strike(transaction, INSPECTION, assignment.id);
      const { insert, told } = reported(assignment, found);
      const { callbacks } = await this.desk.free(transaction, claimId);
      return {
        answer: new Answer(202, { assignmentId: assignment.id }),
        inserts: [insert],
        callbacks: [told, ...callbacks],
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

  /** An inspection's time is over: its findings are told. */
  async #inspected(transaction: Queries, assignmentId: string): Promise<readonly Callback[]> {
    const assignment = await this.#assignment(transaction, 'assignment_id', assignmentId);
    if (!assignment) return [];
    const { findings: known = [] } = await this.#known(transaction, assignment.claimId);
    const { results, told } = reported(assignment, known);
    await transaction.query('INSERT INTO svc_assessment.report (assignment_id, findings) VALUES ($1, $2)', [
      assignmentId,
      JSON.stringify(results),
    ]);
    const { callbacks } = await this.desk.free(transaction, assignment.claimId);
    return [told, ...callbacks];
  }

  /** The latest assignment of a claim, or the one of an id. */
  async #assignment(queries: Queries, by: 'claim_id' | 'assignment_id', id: string): Promise<Assignment | undefined> {
    const [assignment] = await queries.query<Assignment>(
      `SELECT assignment_id AS id, claim_id AS "claimId", coverages, reference FROM svc_assessment.assignment
       WHERE ${by} = $1 ORDER BY assigned_at DESC LIMIT 1`,
      [id],
    );
    return assignment;
  }

  async #known(queries: Queries, claimId: string): Promise<Omit<AssessmentSeed, 'claimId'>> {
    const [row] = await queries.query<{ known: Omit<AssessmentSeed, 'claimId'> }>(
      `SELECT json_strip_nulls(json_build_object('findings', findings, 'habitable', habitable)) AS known
       FROM svc_assessment.known_findings WHERE claim_id = $1`,
      [claimId],
    );
    return row?.known ?? {};
  }
}

/** Always the same adjuster for a claim, and all of them about equally busy. */
function adjusterFor(claimId: string): string {
  const i = createHash('sha256').update(claimId).digest().readUInt32BE() % DEFAULT_ADJUSTERS.length;
  return DEFAULT_ADJUSTERS[i] ?? DEFAULT_ADJUSTERS[0];
}

/** A new assignment: its answer and its row. */
function assigned({ claimId, coverages, callback: { reference } }: AssignmentRequest, adjusterId: string) {
  const assignment: Assignment = { id: `ASM-${randomUUID()}`, claimId, coverages, reference };
  const row = {
    assignment_id: assignment.id,
    claim_id: claimId,
    adjuster_id: adjusterId,
    coverages,
    reference,
    assigned_at: new Date().toISOString(),
  };
  return {
    assignment,
    answer: new Answer(202, { assignmentId: assignment.id, adjusterId }),
    inserts: [{ table: 'assignment', rows: [row] }],
  };
}

/** The findings of an assignment: one per coverage, their row, and what the claim is told. */
function reported({ id: assignmentId, coverages, reference }: Assignment, found: readonly Finding[]) {
  const results = perCoverage(coverages, found);
  return {
    results,
    insert: { table: 'report', rows: [{ assignment_id: assignmentId, findings: results }] },
    told: callback('assessment', 'assessmentResult', reference, { assignmentId, findings: results }),
  };
}
