/** Who has something, and the way to the review that it waits for. */
import { Link } from 'wouter';
import { reviewPage } from '../http/paths.js';
import { inWords } from '../words/words.js';

/** `sam · Claims review`; without somebody who has taken it: nobody. */
export function Holder({
  review: { taskId, queue, assignee },
}: {
  readonly review: { readonly taskId: string; readonly queue: string; readonly assignee?: string };
}) {
  return (
    <Link href={reviewPage(taskId)} title="The review">
      {assignee ?? 'Nobody'} · {inWords(queue)}
    </Link>
  );
}
