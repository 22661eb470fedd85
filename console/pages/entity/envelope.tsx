/** What stands behind a journal entry: who sent what, when it was said, received and written, what caused it, what it told others. */
import { Code, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { JournalDetail } from '../../../client/console-views.js';
import { moment } from '../../words/time.js';

/** The table of one entry. */
export function Envelope({ line }: { readonly line: JournalDetail }) {
  const { envelope, message, actor, published, patch } = line;
  return (
    <Table.ScrollContainer minWidth={420} mt="xs">
      <Table withRowBorders={false} verticalSpacing={2} maw={820} aria-label={`Envelope of entry ${line.sequence}`}>
        <Table.Tbody>
          <Row label="Entry">
            {line.sequence} · stage {line.stage} · table version {line.lifecycleVersion}
          </Row>
          <Row label="Actor">
            {actor.id} ({actor.kind}
            {actor.onBehalfOf !== undefined && `, on behalf of ${actor.onBehalfOf}`}), authenticated by{' '}
            {actor.authenticated}
          </Row>
          {message && (
            <Row label="Message">
              {message.name} · <span className="key">{message.messageId}</span> · {message.outcome}
            </Row>
          )}
          {envelope && (
            <>
              <Row label="Source">{envelope.source}</Row>
              <Row label="Said (sender's clock)">{moment(envelope.occurredAt)}</Row>
              <Row label="Received">{moment(envelope.receivedAt)}</Row>
            </>
          )}
          <Row label="Recorded">{moment(line.recordedAt)}</Row>
          <Row label="Written">{moment(line.writtenAt)}</Row>
          <Row label="Caused by">
            <span className="key">{line.causationId}</span>
          </Row>
          <Row label="Correlation">
            <span className="key">{line.correlationId}</span>
          </Row>
          {line.corrects !== undefined && <Row label="Corrects">entry {line.corrects}</Row>}
          {line.reason?.reference !== undefined && <Row label="Allowed by">{line.reason.reference}</Row>}
          {published.length > 0 && (
            <Row label="Told others">
              {published.map(({ id, type, publishedAt }) => (
                <div key={id}>
                  {type} · {publishedAt === undefined ? 'not published yet' : moment(publishedAt)}
                </div>
              ))}
            </Row>
          )}
          <Row label="Run">
            <span className="key">{line.runId}</span>
          </Row>
          <Row label="Hash">
            <span className="key">{line.hash}</span>
          </Row>
        </Table.Tbody>
      </Table>
      {patch && (
        <>
          <Text size="sm" c="dimmed" mt="xs">
            What it changed
          </Text>
          <Code block tabIndex={0}>
            {JSON.stringify(patch, undefined, 2)}
          </Code>
        </>
      )}
    </Table.ScrollContainer>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={170} fw={500} style={{ verticalAlign: 'top' }}>
        {label}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  );
}
