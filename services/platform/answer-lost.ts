/** Thrown in place of an answer: the call has taken effect, and its caller shall not be told. */
export class AnswerLost extends Error {}
