/** Every error type that a sender can meet. The names are part of the wire contract. */
export const ERROR_TYPES: readonly {
  readonly type: string;
  readonly where: string;
  /** Of the gateway's answer. */
  readonly status?: number;
  readonly means: string;
}[] = [
  {
    type: 'InvalidMessage',
    where: 'client, gateway',
    status: 422,
    means: 'a field is missing or wrong; `issues` names each',
  },
  { type: 'ConflictingSubmission', where: 'client, gateway', status: 409, means: 'the id is taken by other content' },
  { type: 'UnknownEntity', where: 'client, gateway', status: 404, means: 'no entity has this id' },
  { type: 'UnknownMessage', where: 'client, gateway', status: 404, means: 'the lifecycle has no message of this name' },
  { type: 'UnknownLifecycle', where: 'client, gateway', status: 404, means: 'no such lifecycle' },
  { type: 'UnknownDependency', where: 'client, gateway', status: 404, means: 'no dependency has this name' },
  {
    type: 'UnknownCatastrophe',
    where: 'client, gateway',
    status: 404,
    means: 'no catastrophe was declared under this code',
  },
  {
    type: 'CatastropheDeclared',
    where: 'client, gateway',
    status: 409,
    means: 'another catastrophe was declared under this code or name',
  },
  {
    type: 'CatastropheOpen',
    where: 'client, gateway',
    status: 409,
    means: 'it cannot be closed while claims of it are open or wait for admission',
  },
  {
    type: 'WaitingForAdmission',
    where: 'client, gateway',
    status: 409,
    means: 'the claim waits until the fleet can carry it, and hears nothing yet; send it again when it has started',
  },
  { type: 'UnknownTask', where: 'client, gateway', status: 404, means: 'no open review task has this id' },
  { type: 'UnknownFinding', where: 'gateway', status: 404, means: 'no finding has this id' },
  {
    type: 'EntityClosed',
    where: 'client, gateway',
    status: 410,
    means:
      'too late; `late` says whether it was kept (`record`) or refused (`reject`), `reopenableUntil` how long it could have been reopened',
  },
  {
    type: 'EntityStopped',
    where: 'client, gateway',
    status: 409,
    means: 'its run was ended from outside before it had an outcome',
  },
  {
    type: 'MessageRefused',
    where: 'client, gateway',
    status: 409,
    means: 'the entity rejected the message; `code` says why',
  },
  {
    type: 'NoAnswer',
    where: 'client, gateway',
    status: 504,
    means: 'no worker answered in time; repeat under the same `messageId`',
  },
  {
    type: 'Unreachable',
    where: 'client, gateway',
    status: 503,
    means: 'Temporal or the gateway cannot be reached; repeat',
  },
  { type: 'OutcomeTimeout', where: 'client', means: 'it had not ended within the given time' },
  { type: 'GatewayRefused', where: 'client', means: 'any other refusal of the gateway; `code` is its type' },
  { type: 'RecordsUnavailable', where: 'gateway', status: 503, means: 'the database does not answer; repeat' },
  { type: 'WebhookRefused', where: 'gateway', status: 401, means: 'a callback without a valid signature, or too old' },
  { type: 'UnknownService', where: 'gateway', status: 404, means: 'no callbacks are expected from this service' },
  { type: 'UnknownEventType', where: 'gateway', status: 422, means: 'the service does not send events of this type' },
  {
    type: 'UnsupportedMediaType',
    where: 'gateway',
    status: 415,
    means: 'a body of another content type than the route takes',
  },
  { type: 'InvalidRequest', where: 'gateway', status: 400, means: 'the request could not be read' },
  { type: 'InvalidCursor', where: 'gateway', status: 422, means: 'the cursor is not one that a list has given' },
  {
    type: 'KeyInUse',
    where: 'gateway',
    status: 409,
    means: 'a request under the same Idempotency-Key is being done; `Retry-After` says when to repeat',
  },
  { type: 'KeyReused', where: 'gateway', status: 409, means: 'the Idempotency-Key stands for other data' },
  { type: 'UnknownSubject', where: 'gateway', status: 404, means: 'no subject has this reference' },
  {
    type: 'ForeignHost',
    where: 'gateway',
    status: 421,
    means: 'the Host header names something else than this machine',
  },
  { type: 'InternalError', where: 'gateway', status: 500, means: 'a defect; its log has the cause' },
  {
    type: 'MessageRejected',
    where: 'update failure',
    means: 'the entity rejected the update; the first detail is the answer',
  },
  {
    type: 'MalformedMessage',
    where: 'update failure',
    means: 'the update has not the declared shape; the details name the fields',
  },
  {
    type: 'AcceptedUpdateCompletedWorkflow',
    where: 'update failure',
    means: 'continue-as-new cut the answer off; ask again',
  },
  { type: 'ForeignRun', where: 'workflow failure', means: 'the key was used before; this run has done nothing' },
  {
    type: 'MalformedSubmission',
    where: 'workflow failure',
    means: 'the submission has not the declared shape; the details name the fields',
  },
  {
    type: 'WrongWorkflowId',
    where: 'workflow failure',
    means: 'the workflow id is not made from the key in the notice',
  },
];
