/**
 * Roles and what they may do, in one place. Applied at every migration, so that a database restored into another cluster, or a
 * table added later, ends up with exactly these rights.
 *
 * The application's connections act as {@link WRITER_ROLE}, which owns nothing: even a bug or an injected statement cannot
 * change or delete what the journal says.
 */
import type { ClientBase } from 'pg';
import { RECORDS_SCHEMA, type Database } from './schema.js';

/** Role of every process that writes records. */
export const WRITER_ROLE = 'throughline_writer';
/** Role for reports and auditors: reads everything except personal data. */
const READER_ROLE = 'throughline_reader';

const WRITER_RIGHTS: Record<keyof Database, string> = {
  journal: 'SELECT, INSERT',
  stray_message: 'SELECT, INSERT',
  definition: 'SELECT, INSERT',
  operation: 'SELECT, INSERT',
  operation_lease: 'SELECT, INSERT, UPDATE, DELETE',
  entity: 'SELECT, INSERT, UPDATE',
  outbox: 'SELECT, INSERT, UPDATE',
  review_task: 'SELECT, INSERT, UPDATE',
  review_question: 'SELECT, INSERT, UPDATE',
  delegation: 'SELECT, INSERT, UPDATE',
  finding: 'SELECT, INSERT, UPDATE',
  subject: 'SELECT, INSERT, UPDATE',
  dependency: 'SELECT, INSERT, UPDATE',
  dependency_event: 'SELECT, INSERT',
  catastrophe: 'SELECT, INSERT, UPDATE',
  admission: 'SELECT, INSERT, UPDATE',
  audit: 'SELECT, INSERT',
};

/**
 * Creates the roles where they are missing and lets the migrating user act as them. Roles belong to the whole cluster, so that
 * several databases may be migrated at this moment: losing the race is fine.
 * @throws where the user may neither create the roles nor is a member of them; the message names the statements to run.
 */
export async function ensureRoles(client: ClientBase): Promise<void> {
  for (const role of [WRITER_ROLE, READER_ROLE]) {
    await client.query(`DO $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
          CREATE ROLE ${role} NOLOGIN;
        END IF;
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'role ${role} is missing and user % may not create it', current_user
            USING HINT = format('As an administrator: CREATE ROLE ${role} NOLOGIN; GRANT ${role} TO %I;', current_user);
      END $$`);
    await client.query(`DO $$
      BEGIN
        -- A superuser may act as any role already.
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
          EXECUTE format('GRANT ${role} TO %I', current_user);
        END IF;
      EXCEPTION
        WHEN unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          IF NOT pg_has_role(current_user, '${role}', 'MEMBER') THEN
            RAISE EXCEPTION 'user % may not act as role ${role}', current_user
              USING HINT = format('As an administrator: GRANT ${role} TO %I;', current_user);
          END IF;
      END $$`);
  }
}

/** Gives both roles exactly their rights. */
export async function applyPrivileges(client: ClientBase): Promise<void> {
  const statements = [
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${RECORDS_SCHEMA} FROM PUBLIC, ${WRITER_ROLE}, ${READER_ROLE}`,
    `GRANT USAGE ON SCHEMA ${RECORDS_SCHEMA} TO ${WRITER_ROLE}, ${READER_ROLE}`,
    ...Object.entries(WRITER_RIGHTS).map(
      ([table, rights]) => `GRANT ${rights} ON ${RECORDS_SCHEMA}.${table} TO ${WRITER_ROLE}`,
    ),
    ...Object.keys(WRITER_RIGHTS)
      .filter((table) => table !== 'subject')
      .map((table) => `GRANT SELECT ON ${RECORDS_SCHEMA}.${table} TO ${READER_ROLE}`),
  ];
  // One transaction: running workers never see a moment without rights.
  await client.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
}
