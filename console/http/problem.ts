/** What the gateway answers where it refuses, and where it cannot be reached: always a title and what to do about it. */

/** A field that is wrong, with its remedy. */
export interface Issue {
  readonly field: string;
  readonly value?: unknown;
  readonly remedy: string;
}

/** `application/problem+json`, as the gateway writes it. */
export interface ProblemBody {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code?: string;
  readonly issues?: readonly Issue[];
}

/** A request that was not answered as asked. `status` 0: nobody answered. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';

  constructor(readonly problem: ProblemBody) {
    super(problem.detail ?? problem.title);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** Whether it was refused: what is sent next is another order. Where nobody answered, it may have been carried out. */
export function isRefusal(error: unknown): error is RequestFailed {
  return error instanceof RequestFailed && error.status >= 400 && error.status < 500;
}

/** Reads an answer that is no success. */
export async function problemOf(response: Response): Promise<RequestFailed> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return new RequestFailed(body);
  return new RequestFailed({
    title: response.status === 401 ? 'Signed out' : `Answer ${response.status}`,
    status: response.status,
    detail: `The gateway answered ${response.status} without an explanation. Its log has more.`,
  });
}

/** Nobody answered: the network, or the gateway is not there. */
export function unreachable(): RequestFailed {
  return new RequestFailed({
    title: 'The gateway does not answer',
    status: 0,
    detail: 'Check the connection. The page tries again by itself; nothing that was entered is lost.',
  });
}

/** Any failure as a problem: what was not foreseen is a fault of this page. */
export function asProblem(error: unknown): ProblemBody {
  if (error instanceof RequestFailed) return error.problem;
  const said = error instanceof Error ? error.message : String(error);
  return { title: 'This page has a fault', status: 0, detail: `${said}. Reload it; if it stays, report it.` };
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'title' in body && 'status' in body;
}
