/** What people do with a task: messages to its entity, which judges them. */
import { entityApi, entityOfTask } from '../../http/paths.js';
import { request } from '../../http/request.js';

function send(message: string, taskId: string, data: object): Promise<unknown> {
  const { lifecycle, id } = entityOfTask(taskId);
  return request(`${entityApi(lifecycle, id)}/messages/${message}`, {
    method: 'POST',
    body: { data: { taskId, ...data } },
  });
}

/** Whoever asks takes it. @throws RequestFailed where somebody else has it */
export const take = (taskId: string, who: string): Promise<unknown> => send('assignReview', taskId, { assignee: who });

/** Back into its queue. @throws RequestFailed */
export const giveBack = (taskId: string): Promise<unknown> => send('releaseReview', taskId, {});
